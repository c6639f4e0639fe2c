import type { Sample } from "#container/media-file";
import type { MediaDescription } from "#media/description";
import type { GroupPart, RecordedSection, RecordedUnit, ReplaySource } from "#media/replay-source";
import type { Clip } from "./clip-library.js";
import { FileTimeline } from "./file-timeline.js";

/** Closer than this no two random access pictures are, in seconds. */
const closestKeys = 0.0005;

export interface FileReplayOptions {
  readonly title: string;
  /** Wall time of the file's beginning, ms since the Unix epoch. */
  readonly startMs: number;
  /** How often the file is played, at least once. */
  readonly loops: number;
}

/** A media file as something that has been recorded: without gaps, and repeated as often as it is played. */
export class FileReplay implements ReplaySource {
  readonly description: MediaDescription;
  readonly tokens: readonly string[];
  readonly sections: readonly RecordedSection[];
  readonly #clip: Clip;
  readonly #startMs: number;
  readonly #loops: number;

  /** Closes `clip` with itself. */
  constructor(clip: Clip, { title, startMs, loops }: FileReplayOptions) {
    const durationSeconds = clip.loopSeconds * loops;
    this.#clip = clip;
    this.#startMs = startMs;
    this.#loops = loops;
    this.description = {
      title,
      tracks: clip.formats.map((format) => ({ format, direction: "recvonly" })),
      durationSeconds,
    };
    const numbers = { video: 0, audio: 0, metadata: 0 };
    this.tokens = clip.formats.map(({ kind }) => `${kind.toUpperCase()}${String(++numbers[kind]).padStart(3, "0")}`);
    this.sections = [{ startMs, endMs: startMs + durationSeconds * 1000 }];
  }

  async *forward(fromMs: number): AsyncGenerator<readonly RecordedUnit[], void, undefined> {
    const { loopSeconds, formats } = this.#clip;
    const seconds = Math.max(0, (fromMs - this.#startMs) / 1000);
    const first = Math.min(Math.floor(seconds / loopSeconds), this.#loops - 1);
    const timeline = new FileTimeline(formats, loopSeconds, first * loopSeconds);
    for (let loop = first; loop < this.#loops; loop++) {
      if (loop > first) timeline.repeat();
      const windows = this.#clip.windows(loop === first ? seconds - loop * loopSeconds : 0);
      for await (const window of windows)
        yield window.flatMap((sample) => {
          const { base } = timeline;
          const pts = timeline.place(sample);
          if (pts === undefined) return [];
          const { clockRate = 1 } = formats[sample.track] ?? {};
          const shownSeconds = sample.ticks === 0 ? base + sample.seconds : pts / clockRate;
          return [this.#unit(sample, shownSeconds, base + sample.dueSeconds)];
        });
    }
  }

  async *backward(fromMs: number): AsyncGenerator<GroupPart, void, undefined> {
    const { loopSeconds } = this.#clip;
    const seconds = Math.max(0, (fromMs - this.#startMs) / 1000);
    const first = Math.min(Math.floor(seconds / loopSeconds), this.#loops - 1);
    for (let loop = first; loop >= 0; loop--) {
      const base = loop * loopSeconds;
      let fromSeconds = loop === first ? seconds - base : loopSeconds;
      let keySeconds: number | undefined = Infinity;
      while (fromSeconds >= 0) {
        keySeconds = yield* this.#group(fromSeconds, keySeconds, base);
        if (keySeconds === undefined) break;
        fromSeconds = keySeconds - closestKeys;
      }
    }
  }

  close(): Promise<void> {
    return this.#clip.close();
  }

  /**
   * The group of the random access picture at or before `fromSeconds`; returns that picture's time. Undefined, and nothing,
   * when it is not before `beforeSeconds`.
   */
  async *#group(
    fromSeconds: number,
    beforeSeconds: number,
    baseSeconds: number,
  ): AsyncGenerator<GroupPart, number | undefined, undefined> {
    const { formats } = this.#clip;
    const pictures = formats.findIndex(({ kind }) => kind === "video");
    let keySeconds: number | undefined;
    for await (const window of this.#clip.windows(fromSeconds)) {
      const units: RecordedUnit[] = [];
      const startsGroup = keySeconds === undefined;
      for (const sample of window) {
        if (sample.track === pictures && sample.randomAccess) {
          if (keySeconds !== undefined) {
            if (units.length > 0) yield { units, startsGroup };
            return keySeconds;
          }
          if (sample.seconds >= beforeSeconds) return undefined;
          keySeconds = sample.seconds;
        }
        if (keySeconds === undefined || formats[sample.track]?.kind !== "video") continue;
        units.push(this.#unit(sample, baseSeconds + sample.seconds, baseSeconds + sample.dueSeconds));
      }
      if (units.length > 0) yield { units, startsGroup };
    }
    return keySeconds;
  }

  #unit({ track, randomAccess, payload }: Sample, shownSeconds: number, dueSeconds: number): RecordedUnit {
    const atMs = this.#startMs + shownSeconds * 1000;
    return { track, atMs, dueMs: this.#startMs + dueSeconds * 1000, randomAccess, payload, section: 0 };
  }
}
