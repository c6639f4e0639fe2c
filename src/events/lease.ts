import type { Clock, Timer } from "#host/clock";

/** The life of something that ends unless it is renewed. Time is the host's, which clients cannot change. */
export class Lease {
  #dueMs: number;
  #timer: Timer | undefined;
  #holders = 0;
  #isOver = false;

  /** Lives for `lifeMs`; `ended` is called when that is over, not when it is ended from outside. */
  constructor(
    private readonly clock: Clock,
    lifeMs: number,
    private readonly ended: () => void,
  ) {
    this.#dueMs = clock.monotonic() + lifeMs;
    this.#arm();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What is left, in ms, 0 or more. */
  get remainingMs(): number {
    return Math.max(0, this.#dueMs - this.clock.monotonic());
  }

  /** Lives for `lifeMs` from now, longer or shorter than it would have. */
  renew(lifeMs: number): void {
    this.#dueMs = this.clock.monotonic() + lifeMs;
    this.#arm();
  }

  /** Does not end before the result is called, nor within the time given to that. */
  hold(): (atLeastMs: number) => void {
    this.#holders++;
    this.#timer?.cancel();
    return (atLeastMs) => {
      this.#holders--;
      this.#dueMs = Math.max(this.#dueMs, this.clock.monotonic() + atLeastMs);
      this.#arm();
    };
  }

  /** Ends it now. */
  end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#isOver || this.#holders > 0) return;
    this.#timer = this.clock.after(this.remainingMs, () => {
      this.end();
      this.ended();
    });
  }
}
