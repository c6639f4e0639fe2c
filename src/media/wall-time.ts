import type { Clock } from "#host/clock";

/** Beyond this the wall clock has been set; below it, it is being adjusted or read between two of its milliseconds. */
const stepMs = 500;
/** Part of the difference that one comparison takes over. */
const slew = 1 / 64;
/** From one comparison to the next, at least; behind a longer pause, all of the difference is taken over. */
const restMs = 40;
const pauseMs = 10_000;
/** Readings of both clocks that are further apart tell nothing: the process was held up between them. */
const apartMs = 5;

/**
 * Wall time of points on the monotonic clock. It follows the wall clock slowly, so that times of media do not jitter with
 * its whole milliseconds, and at once when it has been set.
 */
export class WallTime {
  readonly #clock: Clock;
  #offsetMs: number;
  #comparedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#comparedMs = clock.monotonic();
    this.#offsetMs = clock.now() - this.#comparedMs;
  }

  /** Compares the clocks, unless that was done a moment ago; to be called now and then. `atMs` is the monotonic time. */
  look(atMs: number): void {
    const sinceMs = atMs - this.#comparedMs;
    if (sinceMs < restMs) return;
    const beforeMs = this.#clock.monotonic();
    const nowMs = this.#clock.now();
    if (this.#clock.monotonic() - beforeMs > apartMs) return;
    this.#comparedMs = beforeMs;
    const difference = nowMs - beforeMs - this.#offsetMs;
    this.#offsetMs += Math.abs(difference) > stepMs || sinceMs > pauseMs ? difference : difference * slew;
  }

  /** Ms since the Unix epoch at `monotonicMs`. */
  at(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs;
  }
}
