import type { Clock } from "#host/clock";

/** Beyond this the wall clock has been set; below it, it is being adjusted or read between two of its milliseconds. */
const stepMs = 500;
/** Part of the difference that one look takes over. */
const slew = 1 / 64;
/** Readings of both clocks that are further apart tell nothing: the process was held up between them. */
const apartMs = 5;

/**
 * Wall time of points on the monotonic clock. It follows the wall clock slowly, so that times of media do not jitter with
 * its whole milliseconds, and at once when it has been set.
 */
export class WallTime {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.now() - clock.monotonic();
    this.look();
  }

  /** Compares the clocks; to be called now and then. */
  look(): void {
    const beforeMs = this.#clock.monotonic();
    const nowMs = this.#clock.now();
    if (this.#clock.monotonic() - beforeMs > apartMs) return;
    const difference = nowMs - beforeMs - this.#offsetMs;
    this.#offsetMs += Math.abs(difference) > stepMs ? difference : difference * slew;
  }

  /** Ms since the Unix epoch at `monotonicMs`. */
  at(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs;
  }
}
