import type { MediaFormat } from "#codec/format";
import type { SourceUnit } from "#media/access-unit";
import type { Talker } from "#media/back-channel";
import type { MediaDescription } from "#media/description";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { SoundOut, SoundSink } from "./sink.js";

/** A name that sound is published under. */
export interface SoundStream {
  describe(description: MediaDescription): void;
  write(unit: SourceUnit): void;
  end(reason: string): void;
}

/** Takes a name; `ended` is called when it is taken away again. Rejects when it cannot be had. */
export type PublishSound = (name: string, ended: (reason: string) => void) => Promise<SoundStream>;

/** Units that wait for the name, at most. */
const MAX_WAITING_UNITS = 500;

/** Makes a stream of each talk, which others can play: under one name, as it came. */
export class PathSink implements SoundSink {
  readonly kind: string;

  constructor(
    private readonly name: string,
    private readonly publish: PublishSound,
    private readonly log: Logger,
  ) {
    this.kind = `path:${name}`;
  }

  begin(format: MediaFormat, { username, address }: Talker): SoundOut {
    const talk = new PublishedTalk({
      title: `Talk of ${username ?? address}`,
      tracks: [{ format, direction: "recvonly" }],
    });
    this.publish(this.name, (reason) => talk.lose(reason)).then(
      (stream) => talk.attach(stream),
      (error: unknown) => {
        this.log.warn("the talk cannot be published", { path: this.name, reason: messageOf(error) });
        talk.lose("refused");
      },
    );
    return talk;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class PublishedTalk implements SoundOut {
  #stream: SoundStream | undefined;
  #waiting: SourceUnit[] = [];
  #firstPts: number | undefined;
  #isOver = false;

  constructor(private readonly description: MediaDescription) {}

  attach(stream: SoundStream): void {
    this.#stream = stream;
    stream.describe(this.description);
    for (const unit of this.#waiting.splice(0)) stream.write(unit);
    if (this.#isOver) stream.end("the talk has ended");
  }

  /** Somebody else publishes under the name. */
  lose(reason: string): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#stream?.end(reason);
    this.#stream = undefined;
  }

  write(unit: SourceUnit): void {
    if (this.#isOver) return;
    // A path begins near 0 with each source.
    this.#firstPts ??= unit.pts;
    const own = { ...unit, pts: unit.pts - this.#firstPts };
    if (this.#stream) this.#stream.write(own);
    else if (this.#waiting.length < MAX_WAITING_UNITS) this.#waiting.push(own);
  }

  end(): void {
    this.#isOver = true;
    this.#stream?.end("the talk has ended");
    this.#stream = undefined;
  }
}
