import type { Detection } from "#device/detection";
import type { Clock, Timer } from "#host/clock";
import type { Closable } from "#util/scope";

/** Lets motion come and go before every video source, each lasting `intervalMs`; it begins with none. */
export class MotionSimulation implements Closable {
  #timer: Timer | undefined;
  #dueMs: number;
  #isMoving = false;

  constructor(
    private readonly detection: Detection,
    private readonly clock: Clock,
    private readonly intervalMs: number,
  ) {
    this.#dueMs = clock.monotonic();
    if (detection.sources.length > 0) this.#arm();
  }

  close(): Promise<void> {
    this.#timer?.cancel();
    return Promise.resolve();
  }

  /** Changes are due at multiples of the interval, so that lateness does not add up; what was slept through is left out. */
  #arm(): void {
    const now = this.clock.monotonic();
    this.#dueMs += this.intervalMs * (1 + Math.floor((now - this.#dueMs) / this.intervalMs));
    this.#timer = this.clock.after(this.#dueMs - now, () => {
      this.#isMoving = !this.#isMoving;
      for (const token of this.detection.sources) this.detection.setMotion(token, this.#isMoving);
      this.#arm();
    });
  }
}
