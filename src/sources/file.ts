import type { Clock } from "#host/clock";
import type { Pacer, PacerTask } from "#media/pacer";
import type { Publication, Source } from "#media/path";
import { WallTime } from "#media/wall-time";
import { DecodeError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Clip, ClipLibrary, ClipSample } from "./clip-library.js";
import { FileTimeline, type Placed } from "./file-timeline.js";

export interface FileSourceParts {
  readonly clips: ClipLibrary;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly log: Logger;
}

export interface FileSourceOptions {
  /** How often the file is played, at least once; negative without end. */
  readonly loops: number;
}

/** Windows that are read ahead. */
const windowsAhead = 3;
/** After a host has slept or stood still for longer, the file goes on from its next seam, instead of all that was missed. */
const maxLateMs = 1_000;
/** What is due this soon is sent along. */
const earlyMs = 1;
/** A file that was the same for so long is not being written. */
const restMs = 1_000;
/** How long a file that was changed is waited for. */
const patienceMs = 30_000;

/**
 * Plays a media file in real time, all tracks together. One that is written anew while it plays, or replaced by another one,
 * is played on from its new beginning as soon as it has been written.
 */
export class FileSource implements Source {
  readonly #parts: FileSourceParts;
  readonly #path: string;
  readonly #options: FileSourceOptions;
  #player: Player | undefined;
  #running: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;
  #closed = false;

  /** `path` is the file's absolute path. */
  constructor(parts: FileSourceParts, path: string, options: FileSourceOptions) {
    this.#parts = parts;
    this.#path = path;
    this.#options = options;
  }

  start(into: Publication): void {
    this.#running = this.#run(into).catch((error: unknown) => {
      if (this.#closed) return;
      this.#parts.log.warn("a file cannot be played", { file: this.#path, reason: messageOf(error) });
      into.lost("the file cannot be played");
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    await this.#player?.close();
    await this.#running;
  }

  async #run(into: Publication): Promise<void> {
    const log = this.#parts.log.child({ file: this.#path });
    let clip = await this.#opened();
    while (clip) {
      if (this.#closed) {
        await clip.close();
        return;
      }
      const player = this.#play(clip, into, log);
      if (!(await player.isOutdated)) return;
      log.warn("a file was changed while it is played: it is played from its beginning once it has been written");
      const [written] = await Promise.all([this.#written(), player.playedOut]);
      await player.close();
      clip = written;
    }
  }

  #play(clip: Clip, into: Publication, log: Logger): Player {
    const { loops } = this.#options;
    const player = new Player({ ...this.#parts, log }, clip, into, loops < 0 ? Infinity : Math.max(1, loops));
    this.#player = player;
    into.describe({
      title: into.path,
      tracks: clip.formats.map((format) => ({ format, direction: "recvonly" })),
      ...(loops < 0 ? {} : { durationSeconds: clip.loopSeconds * Math.max(1, loops) }),
    });
    player.start();
    return player;
  }

  async #opened(): Promise<Clip | undefined> {
    try {
      return await this.#parts.clips.open(this.#path);
    } catch (error) {
      if (!isChange(error)) throw error;
      return this.#written();
    }
  }

  /** The file, once it rests and can be opened; undefined when the source is closed before that. Fails when it takes too long. */
  async #written(): Promise<Clip | undefined> {
    const { clips, clock } = this.#parts;
    const untilMs = clock.monotonic() + patienceMs;
    let before: string | undefined;
    let tried: string | undefined;
    for (;;) {
      const now = await clips.stateOf(this.#path);
      if (this.#closed) return undefined;
      const isLast = clock.monotonic() >= untilMs;
      if (isLast || (now !== undefined && now === before && now !== tried)) {
        try {
          return await clips.open(this.#path);
        } catch (error) {
          if (isLast) throw error;
        }
        tried = now;
      }
      before = now;
      await this.#rest();
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      const timer = this.#parts.clock.after(restMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

const isChange = (error: unknown): boolean => error instanceof DecodeError && error.code === "file-changed";

interface Next {
  readonly sample: ClipSample;
  readonly placed: Placed;
}

/** Runs through the repetitions of a clip. */
class Player {
  readonly #parts: Omit<FileSourceParts, "clips">;
  readonly #clip: Clip;
  readonly #into: Publication;
  readonly #timeline: FileTimeline;
  readonly #wall: WallTime;
  #windows: AsyncGenerator<readonly ClipSample[], void, undefined>;
  /** What has been read ahead; an empty window ends a repetition. */
  #ahead: readonly (readonly ClipSample[])[] = [];
  /** The next sample of the first window. */
  #index = 0;
  #next: Next | undefined;
  #startMs: number | undefined;
  #loopsLeft: number;
  #sentInLoop = false;
  #warned = false;
  #filling: Promise<void> | undefined;
  #task: PacerTask | undefined;
  readonly #goOn = (): void => this.#play();
  #done = false;
  /** True as soon as the file is found to be another one than what was opened; false when it is closed before that. */
  readonly isOutdated: Promise<boolean>;
  /** What was read of a file that is outdated has been sent, or is not sent any more. */
  readonly playedOut: Promise<void>;
  #outdated = false;
  #tellOutdated: (isOutdated: boolean) => void = () => {};
  #tellPlayedOut: () => void = () => {};

  constructor(parts: Omit<FileSourceParts, "clips">, clip: Clip, into: Publication, loops: number) {
    this.#parts = parts;
    this.#clip = clip;
    this.#into = into;
    this.#timeline = new FileTimeline(clip.formats, clip.loopSeconds);
    this.#wall = new WallTime(parts.clock);
    this.#windows = clip.windows();
    this.#loopsLeft = loops;
    this.isOutdated = new Promise((resolve) => (this.#tellOutdated = resolve));
    this.playedOut = new Promise((resolve) => (this.#tellPlayedOut = resolve));
  }

  start(): void {
    this.#fill();
  }

  async close(): Promise<void> {
    this.#done = true;
    this.#task?.cancel();
    this.#tellOutdated(false);
    this.#tellPlayedOut();
    await this.#filling;
    await this.#windows.return();
    await this.#clip.close();
  }

  /** Sends what is due, and comes back when the next one is. */
  #play(): void {
    this.#task = undefined;
    if (this.#done) return;
    this.#wall.look();
    const nowMs = this.#parts.clock.monotonic();
    this.#startMs ??= nowMs;
    try {
      for (let next = this.#take(); next; next = this.#take()) {
        const dueMs = this.#startMs + next.placed.dueSeconds * 1000;
        if (dueMs > nowMs + earlyMs) {
          this.#next = next;
          this.#task = this.#parts.pacer.at(dueMs, this.#goOn);
          return;
        }
        const lateMs = nowMs - dueMs;
        const isMissed = lateMs > maxLateMs && this.#isSeam(next.sample);
        this.#write(isMissed ? this.#postponed(next, lateMs) : next, this.#startMs);
      }
    } catch (error) {
      this.#parts.log.error("a file cannot be played on", { reason: messageOf(error) });
      this.#finish("the file cannot be played on");
    }
  }

  /** Nothing before it is shown after it: with pictures, one that can be decoded by itself. */
  #isSeam({ randomAccess, track }: ClipSample): boolean {
    const picture = this.#clip.formats.findIndex(({ kind }) => kind === "video");
    return randomAccess && (picture < 0 || track === picture);
  }

  /** What was missed leaves a gap: RTP time and wall time go on together, as players take them to do. */
  #postponed(next: Next, lateMs: number): Next {
    this.#timeline.skip(lateMs / 1000);
    return { sample: next.sample, placed: this.#timeline.place(next.sample) ?? next.placed };
  }

  #write({ sample, placed }: Next, startMs: number): void {
    this.#sentInLoop = true;
    this.#into.write({
      track: sample.track,
      pts: placed.pts,
      wallMs: this.#wall.at(startMs + placed.shownSeconds * 1000),
      randomAccess: sample.randomAccess,
      payload: sample.payload,
      cut: sample.cut,
    });
  }

  /** The next sample; undefined when more has to be read first, or there is no more. */
  #take(): Next | undefined {
    const kept = this.#next;
    this.#next = undefined;
    if (kept) return kept;
    while (!this.#done) {
      const window = this.#ahead[0];
      if (!window) {
        if (this.#outdated) this.#tellPlayedOut();
        else this.#fill();
        return undefined;
      }
      const sample = window[this.#index++];
      if (sample) {
        const placed = this.#timeline.place(sample);
        if (placed) return { sample, placed };
        continue;
      }
      this.#ahead = this.#ahead.slice(1);
      this.#index = 0;
      if (window.length === 0 && !this.#repeat()) return undefined;
      this.#fill();
    }
    return undefined;
  }

  /** False when the file is not played again. */
  #repeat(): boolean {
    if (!this.#sentInLoop) {
      this.#finish("the file holds nothing that can be sent");
      return false;
    }
    this.#sentInLoop = false;
    const endMs = (this.#startMs ?? 0) + this.#timeline.repeat() * 1000;
    if (--this.#loopsLeft > 0) return true;
    this.#task = this.#parts.pacer.at(endMs, () => this.#finish("the file has ended"));
    return false;
  }

  #finish(reason: string): void {
    this.#done = true;
    this.#into.lost(reason);
  }

  /** Reads until enough is ahead; playing goes on by itself if it had to wait for that. */
  #fill(): void {
    if (this.#filling || this.#done || this.#outdated) return;
    this.#filling = this.#read().finally(() => {
      this.#filling = undefined;
      if (!this.#task) this.#play();
    });
  }

  async #read(): Promise<void> {
    while (!this.#done && this.#ahead.length < windowsAhead) {
      const next = await this.#windows.next().catch((error: unknown) => this.#failed(error));
      if (this.#outdated) return;
      if (next && next.done !== true) {
        if (next.value.length > 0) this.#ahead = [...this.#ahead, next.value];
        continue;
      }
      this.#ahead = [...this.#ahead, []];
      this.#windows = this.#clip.windows();
    }
  }

  /** A damaged file is played as far as it can be read. */
  #failed(error: unknown): undefined {
    if (isChange(error)) {
      this.#outdated = true;
      this.#tellOutdated(true);
    }
    if (this.#done || this.#outdated || this.#warned) return;
    this.#warned = true;
    this.#parts.log.warn("a file is damaged and is not played to its end", { reason: messageOf(error) });
  }
}
