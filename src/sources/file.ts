import type { Clock } from "#host/clock";
import type { Paced, Pacer } from "#media/pacer";
import type { Publication, Source } from "#media/path";
import type { WallTime } from "#media/wall-time";
import { DecodeError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Clip, ClipLibrary, ClipSample } from "./clip-library.js";
import { FileTimeline } from "./file-timeline.js";

export interface FileSourceParts {
  readonly clips: ClipLibrary;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly wall: WallTime;
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

/** Runs through the repetitions of a clip. What each sample needs stands in the object itself, and first. */
class Player implements Paced {
  #done = false;
  /** It waits for the pacer. */
  #isWaiting = false;
  /** The window that is played; an empty one ends a repetition. */
  #window: readonly ClipSample[] | undefined;
  /** The next sample of the window. */
  #index = 0;
  /** What was taken from the window and is not due yet. */
  #kept: ClipSample | undefined;
  /** Of the sample that was taken last: when it has to be sent, monotonic, and its place on the stream's time. */
  #dueMs = 0;
  #pts = 0;
  #sentInLoop = false;
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #wall: WallTime;
  readonly #into: Publication;
  readonly #timeline: FileTimeline;
  readonly #log: Logger;
  readonly #clip: Clip;
  #startMs: number | undefined;
  #loopsLeft: number;
  #windows: AsyncGenerator<readonly ClipSample[], void, undefined>;
  /** The window and what has been read ahead behind it. */
  #ahead: readonly (readonly ClipSample[])[] = [];
  #warned = false;
  #filling: Promise<void> | undefined;
  /** True as soon as the file is found to be another one than what was opened; false when it is closed before that. */
  readonly isOutdated: Promise<boolean>;
  /** What was read of a file that is outdated has been sent, or is not sent any more. */
  readonly playedOut: Promise<void>;
  #outdated = false;
  #tellOutdated: (isOutdated: boolean) => void = () => {};
  #tellPlayedOut: () => void = () => {};

  constructor(
    { clock, pacer, wall, log }: Omit<FileSourceParts, "clips">,
    clip: Clip,
    into: Publication,
    loops: number,
  ) {
    this.#clock = clock;
    this.#pacer = pacer;
    this.#wall = wall;
    this.#log = log;
    this.#clip = clip;
    this.#into = into;
    this.#timeline = new FileTimeline(clip.formats, clip.loopSeconds);
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
    this.#pacer.cancel(this);
    this.#tellOutdated(false);
    this.#tellPlayedOut();
    await this.#filling;
    await this.#windows.return();
    await this.#clip.close();
  }

  /** The next sample is due, or the end of the last repetition. */
  due(): void {
    this.#isWaiting = false;
    if (this.#loopsLeft > 0) this.#play();
    else this.#finish("the file has ended");
  }

  /** Sends what is due, and comes back when the next one is. */
  #play(): void {
    if (this.#done) return;
    const nowMs = this.#clock.monotonic();
    this.#wall.look(nowMs);
    this.#startMs ??= nowMs;
    try {
      for (let sample = this.#take(); sample; sample = this.#take()) {
        if (this.#dueMs > nowMs + earlyMs) {
          this.#kept = sample;
          this.#wait(this.#dueMs);
          return;
        }
        const lateMs = nowMs - this.#dueMs;
        if (lateMs > maxLateMs && this.#isSeam(sample)) this.#postpone(sample, lateMs);
        this.#write(sample);
      }
    } catch (error) {
      this.#log.error("a file cannot be played on", { reason: messageOf(error) });
      this.#finish("the file cannot be played on");
    }
  }

  #wait(dueMs: number): void {
    this.#isWaiting = true;
    this.#pacer.at(dueMs, this);
  }

  /** Nothing before it is shown after it: with pictures, one that can be decoded by itself. */
  #isSeam({ randomAccess, track }: ClipSample): boolean {
    const picture = this.#clip.formats.findIndex(({ kind }) => kind === "video");
    return randomAccess && (picture < 0 || track === picture);
  }

  /** What was missed leaves a gap: RTP time and wall time go on together, as players take them to do. */
  #postpone(sample: ClipSample, lateMs: number): void {
    this.#timeline.skip(lateMs / 1000);
    this.#place(sample);
  }

  #write(sample: ClipSample): void {
    const { track, randomAccess, payload, cut } = sample;
    this.#sentInLoop = true;
    const shownMs = this.#dueMs + (sample.seconds - sample.dueSeconds) * 1000;
    this.#into.write({ track, pts: this.#pts, wallMs: this.#wall.at(shownMs), randomAccess, payload, cut });
  }

  /** The next sample, placed; undefined when more has to be read first, or there is no more. */
  #take(): ClipSample | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept) return kept;
    while (!this.#done) {
      const window = (this.#window ??= this.#ahead[0]);
      if (!window) {
        if (this.#outdated) this.#tellPlayedOut();
        else this.#fill();
        return undefined;
      }
      const sample = window[this.#index++];
      if (sample) {
        if (this.#place(sample)) return sample;
        continue;
      }
      this.#window = undefined;
      this.#ahead = this.#ahead.slice(1);
      this.#index = 0;
      if (window.length === 0 && !this.#repeat()) return undefined;
      this.#fill();
    }
    return undefined;
  }

  /** False for a sample that is to be left out. */
  #place(sample: ClipSample): boolean {
    const pts = this.#timeline.place(sample);
    if (pts === undefined) return false;
    this.#pts = pts;
    this.#dueMs = (this.#startMs ?? 0) + (this.#timeline.base + sample.dueSeconds) * 1000;
    return true;
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
    this.#wait(endMs);
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
      if (!this.#isWaiting) this.#play();
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
    this.#log.warn("a file is damaged and is not played to its end", { reason: messageOf(error) });
  }
}
