import type { Detection } from "#device/detection";
import type { Clock } from "#host/clock";
import type { Closable } from "#util/scope";
import { Rhythm } from "./rhythm.js";

/** Lets motion come and go before every video source, each lasting `intervalMs`; it begins with none. */
export class MotionSimulation implements Closable {
  readonly #rhythm: Rhythm | undefined;
  #isMoving = false;

  constructor(detection: Detection, clock: Clock, intervalMs: number) {
    if (detection.sources.length === 0) return;
    this.#rhythm = new Rhythm(clock, intervalMs, () => {
      this.#isMoving = !this.#isMoving;
      for (const token of detection.sources) detection.setMotion(token, this.#isMoving);
    });
  }

  async close(): Promise<void> {
    await this.#rhythm?.close();
  }
}
