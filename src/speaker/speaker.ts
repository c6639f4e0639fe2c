import type { MediaFormat } from "#codec/format";
import type { Clock } from "#host/clock";
import type { SourceUnit } from "#media/access-unit";
import type { BackChannel, Talk, TalkCounts, Talker } from "#media/back-channel";
import { Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { Signal } from "#util/signal";
import type { SoundOut, SoundSink } from "./sink.js";

/** A talker who has sent nothing for so long loses the back channel to the next one who wants it, ms. */
const SILENT_MS = 60_000;

/** What the speaker plays now. */
export interface SpeakerTalk {
  readonly talker: Talker;
  readonly format: MediaFormat;
  /** Since when, ms since the Unix epoch. */
  readonly sinceMs: number;
}

/** Counts of a speaker since it was made. */
export interface SpeakerStats {
  readonly talks: number;
  readonly packets: number;
  readonly lost: number;
  /** Talkers that were refused since another one talked. */
  readonly refused: number;
}

/** The camera's speaker: one client talks at a time, the first one that comes, and its sound goes to a sink. */
export class Speaker implements BackChannel, Closable {
  /** Each time a talk begins or ends: what is played from now on. */
  readonly changes = new Signal<SpeakerTalk | undefined>();
  #stats: SpeakerStats = { talks: 0, packets: 0, lost: 0, refused: 0 };
  #holder: HeldTalk | undefined;

  constructor(
    readonly formats: readonly MediaFormat[],
    private readonly sink: SoundSink,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** What is played now. */
  get talk(): SpeakerTalk | undefined {
    return this.#holder?.playing;
  }

  get stats(): SpeakerStats {
    return this.#stats;
  }

  take(talker: Talker): Talk {
    const before = this.#holder;
    if (before && this.clock.monotonic() - before.heardMs < SILENT_MS) {
      this.#stats = { ...this.#stats, refused: this.#stats.refused + 1 };
      this.log.info("a talker is refused: another one has the back channel", {
        peer: talker.address,
        holder: before.talker.address,
      });
      throw new Refusal("back-channel-taken", "another client has the back channel", { holder: before.talker.address });
    }
    before?.lose();
    const talk = new HeldTalk(talker, this.sink, this.clock, this.log, {
      began: (playing) => {
        this.#stats = { ...this.#stats, talks: this.#stats.talks + 1 };
        this.changes.emit(playing);
      },
      ended: () => this.changes.emit(undefined),
      counted: ({ packets, lost }) => {
        const { packets: allPackets, lost: allLost } = this.#stats;
        this.#stats = { ...this.#stats, packets: allPackets + packets, lost: allLost + lost };
      },
      left: () => {
        if (this.#holder === talk) this.#holder = undefined;
      },
    });
    this.#holder = talk;
    return talk;
  }

  async close(): Promise<void> {
    this.#holder?.lose();
    this.#holder = undefined;
    await this.sink.close();
  }
}

interface Listener {
  readonly began: (playing: SpeakerTalk) => void;
  readonly ended: () => void;
  /** What has been added to the counts. */
  readonly counted: (added: TalkCounts) => void;
  readonly left: () => void;
}

/** One talker's hold on the speaker. */
class HeldTalk implements Talk {
  /** Monotonic time at which something was last heard, or at which it was taken. */
  heardMs: number;
  playing: SpeakerTalk | undefined;
  #isTaken = false;
  #isEnded = false;
  #out: SoundOut | undefined;
  #counted: TalkCounts = { packets: 0, lost: 0 };

  constructor(
    readonly talker: Talker,
    private readonly sink: SoundSink,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly listener: Listener,
  ) {
    this.heardMs = clock.monotonic();
  }

  begin(format: MediaFormat): void {
    if (this.#isTaken || this.#isEnded) return;
    this.#stop();
    this.playing = { talker: this.talker, format, sinceMs: this.clock.now() };
    this.#out = this.sink.begin(format, this.talker);
    this.log.info("a client talks", { ...this.#who, codec: format.encodingName, sink: this.sink.kind });
    this.listener.began(this.playing);
  }

  write(unit: SourceUnit): void {
    this.heardMs = this.clock.monotonic();
    this.#out?.write(unit);
  }

  pause(reason: string, counts: TalkCounts): void {
    const { playing } = this;
    const added = { packets: counts.packets - this.#counted.packets, lost: counts.lost - this.#counted.lost };
    this.#counted = { packets: counts.packets, lost: counts.lost };
    this.listener.counted(added);
    if (!playing) return;
    const seconds = Math.round((this.clock.now() - playing.sinceMs) / 100) / 10;
    this.log.info("the talk has ended", {
      ...this.#who,
      codec: playing.format.encodingName,
      reason,
      seconds,
      ...added,
    });
    this.#stop();
  }

  end(reason: string, counts: TalkCounts): void {
    if (this.#isEnded) return;
    this.pause(reason, counts);
    this.#isEnded = true;
    this.listener.left();
  }

  /** Somebody else takes the speaker. */
  lose(): void {
    this.#isTaken = true;
    if (this.playing) this.log.info("the talker has been silent for long and loses the back channel", this.#who);
    this.#stop();
  }

  #stop(): void {
    this.#out?.end();
    this.#out = undefined;
    if (!this.playing) return;
    this.playing = undefined;
    this.listener.ended();
  }

  get #who(): { readonly peer: string; readonly user?: string } {
    const { address, username } = this.talker;
    return { peer: address, ...(username !== undefined && { user: username }) };
  }
}
