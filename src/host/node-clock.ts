import type { Clock, Timer } from "./clock.js";

/** The longest delay setTimeout knows; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The system's clock. What waits does not keep the program running. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms: number, run: () => void): Timer {
    const dueMs = performance.now() + Math.max(0, ms);
    let pending: NodeJS.Timeout;
    // The event loop counts whole milliseconds and can be one early; a pull must never end before its time.
    const arm = (): void => {
      const delayMs = Math.min(MAX_DELAY_MS, Math.ceil(dueMs - performance.now()));
      pending = setTimeout(() => (performance.now() < dueMs ? arm() : run()), delayMs).unref();
    };
    arm();
    return { cancel: () => clearTimeout(pending) };
  },
};
