import type { MediaFile, Sample } from "#container/media-file";
import { openMedia } from "#container/probe";
import type { Host } from "#host/host";
import type { Pacer } from "#media/pacer";
import type { Publication, Source } from "#media/path";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { Scope } from "#util/scope";

export interface FileSourceOptions {
  /** How often the file is played; −1 without end. */
  readonly loops: number;
}

/**
 * Plays a media file in real time. Due times are absolute and a repetition follows the end of the pictures, so that
 * the stream's time goes on without a gap.
 */
export class FileSource implements Source {
  readonly #scope = new Scope();
  #wake: (() => void) | undefined;
  #isClosed = false;
  #playing: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: Pick<Host, "files" | "clock">,
    private readonly pacer: Pacer,
    private readonly log: Logger,
    private readonly path: string,
    private readonly options: FileSourceOptions,
  ) {}

  start(into: Publication): void {
    this.#playing = this.#play(into).then(
      (reason) => {
        if (!this.#isClosed) into.lost(reason);
      },
      (error: unknown) => {
        this.log.warn("a media file cannot be played", { path: into.path, reason: messageOf(error) });
        if (!this.#isClosed) into.lost(`the file cannot be played: ${messageOf(error)}`);
      },
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    await this.#playing;
    await this.#scope.close();
  }

  async #play(into: Publication): Promise<string> {
    const bytes = this.#scope.own(await this.host.files.open(this.path));
    const file = await openMedia(bytes);
    this.#scope.defer(() => file.close());
    if (file.skipped.length > 0)
      this.log.warn("tracks of a media file cannot be sent", { path: into.path, tracks: file.skipped.join(", ") });
    if (this.#isClosed) return "closed";
    into.describe({
      title: into.path,
      tracks: file.formats.map((format) => ({ format, direction: "recvonly" as const })),
      ...(this.options.loops >= 0 && { durationSeconds: file.loopSeconds * this.options.loops }),
    });
    const { clock } = this.host;
    const timeline = { startMs: clock.monotonic(), startWallMs: clock.now() };
    for (let loop = 0; this.options.loops < 0 || loop < this.options.loops; loop++) {
      await this.#playOnce(file, into, timeline, loop * file.loopSeconds);
      if (this.#isClosed) return "closed";
    }
    return "the file has ended";
  }

  async #playOnce(
    file: MediaFile,
    into: Publication,
    { startMs, startWallMs }: Timeline,
    fromSeconds: number,
  ): Promise<void> {
    const endMs = startMs + (fromSeconds + file.loopSeconds) * 1000;
    for await (const sample of file.samples()) {
      // What goes on beyond the end of the pictures would overlap with the repetition.
      if (sample.seconds >= file.loopSeconds) continue;
      await this.#until(startMs + (fromSeconds + sample.dueSeconds) * 1000);
      if (this.#isClosed) return;
      into.write(unitOf(sample, file, fromSeconds, startWallMs));
    }
    await this.#until(endMs);
  }

  /** Resolves when `dueMs` has come, or at once when it has passed or the source is closed. */
  #until(dueMs: number): Promise<void> | void {
    if (this.#isClosed || dueMs <= this.host.clock.monotonic()) return;
    return new Promise((resolve) => {
      const task = this.pacer.at(dueMs, resolve);
      this.#wake = () => {
        task.cancel();
        resolve();
      };
    });
  }
}

interface Timeline {
  readonly startMs: number;
  readonly startWallMs: number;
}

function unitOf(sample: Sample, file: MediaFile, fromSeconds: number, startWallMs: number) {
  const { track, randomAccess, payload } = sample;
  const seconds = fromSeconds + sample.seconds;
  const clockRate = file.formats[track]?.clockRate ?? 90_000;
  return { track, pts: Math.round(seconds * clockRate), wallMs: startWallMs + seconds * 1000, randomAccess, payload };
}
