import type { Clock } from "#host/clock";

/** How many go on at a time, and after how long the next ones may, in ms. */
const PER_TURN = 32;
const TURN_MS = 1;

/**
 * Lets many who wait for the same thing go on a few at a time, so that what else runs, such as streams, has its turn
 * between them. The first few go on at once.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #begunMs = Number.NEGATIVE_INFINITY;
  #gone = 0;
  #isArmed = false;

  constructor(private readonly clock: Clock) {}

  /** Calls `run`, now or soon. */
  take(run: () => void): void {
    if (this.#waiting.length === 0 && this.#mayGo()) run();
    else {
      this.#waiting.push(run);
      this.#arm();
    }
  }

  #mayGo(): boolean {
    const nowMs = this.clock.monotonic();
    if (nowMs - this.#begunMs >= TURN_MS) {
      this.#begunMs = nowMs;
      this.#gone = 0;
    }
    return this.#gone++ < PER_TURN;
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    // Those who go on do their work in promises, before anything else: a timer that is set now is over by then, and would let
    // the next ones go on before sockets are looked at. One that it sets is not.
    this.clock.after(0, () => this.clock.after(TURN_MS, () => this.#next()));
  }

  #next(): void {
    this.#isArmed = false;
    this.#begunMs = this.clock.monotonic();
    const next = this.#waiting.splice(0, PER_TURN);
    this.#gone = next.length;
    for (const run of next) run();
    if (this.#waiting.length > 0) this.#arm();
  }
}
