import type { Clock, Timer } from "#host/clock";
import type { Closable } from "#util/scope";

/**
 * Runs something every `intervalMs`, the first time after one. It is due at multiples of the interval, so that lateness
 * does not add up; what was slept through is left out.
 */
export class Rhythm implements Closable {
  #timer: Timer | undefined;
  #dueMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly run: () => void,
  ) {
    this.#dueMs = clock.monotonic();
    this.#arm();
  }

  close(): Promise<void> {
    this.#timer?.cancel();
    return Promise.resolve();
  }

  #arm(): void {
    const now = this.clock.monotonic();
    this.#dueMs += this.intervalMs * (1 + Math.floor((now - this.#dueMs) / this.intervalMs));
    this.#timer = this.clock.after(this.#dueMs - now, () => {
      this.run();
      this.#arm();
    });
  }
}
