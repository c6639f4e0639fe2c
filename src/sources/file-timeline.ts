import type { MediaFormat } from "#codec/format";
import type { Sample } from "#container/media-file";

/**
 * Lays the repetitions of a file end to end. A repetition starts where the pictures of the one before it end. Sound has
 * units of fixed length, which rarely end there too: they follow each other without a gap, and where that would put the sound
 * off by more than half a unit, one is left out or the time of one is skipped.
 */
export class FileTimeline {
  readonly #formats: readonly MediaFormat[];
  readonly #loopSeconds: number;
  #base: number;
  /** End of the pictures in the present repetition. */
  #end = 0;
  /** For each track with units of fixed length, where the next one starts. */
  readonly #next: (number | undefined)[] = [];

  /** `baseSeconds` is where the first repetition starts. */
  constructor(formats: readonly MediaFormat[], loopSeconds: number, baseSeconds = 0) {
    this.#formats = formats;
    this.#loopSeconds = loopSeconds;
    this.#base = baseSeconds;
  }

  /** Where the present repetition starts, seconds: the times of its samples count from there. */
  get base(): number {
    return this.#base;
  }

  /** Where a sample comes to lie, in ticks of its track's clock since the start. Undefined for one that is to be left out. */
  place(sample: Sample): number | undefined {
    const clockRate = this.#formats[sample.track]?.clockRate ?? 0;
    const shownSeconds = this.#base + sample.seconds;
    const pts = Math.round(shownSeconds * clockRate);
    if (sample.ticks === 0) {
      this.#end = Math.max(this.#end, shownSeconds);
      return pts;
    }
    const next = this.#next[sample.track] ?? pts;
    if (next - pts > sample.ticks / 2) return undefined;
    const placed = pts - next > sample.ticks / 2 ? pts : next;
    this.#next[sample.track] = placed + sample.ticks;
    return placed;
  }

  /** Puts what follows off. */
  skip(seconds: number): void {
    this.#base += seconds;
  }

  /** Starts the next repetition; returns its start, seconds. */
  repeat(): number {
    // A file may hold pictures beyond the end that it states: those after it must not go back in time.
    this.#base = Math.max(this.#base + this.#loopSeconds, this.#end);
    return this.#base;
  }
}
