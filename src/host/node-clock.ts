import type { Clock, Timer } from "./clock.js";

/** The longest delay setTimeout knows; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** So much can a timer be early, since the event loop counts whole milliseconds; most are. */
const EARLY_MS = 1;
/** An exact call's timer is set by so much earlier than whole milliseconds would need: about what waking up takes. */
const WAKE_UP_MS = 0.3;
/** Nothing happens for no longer in front of an exact call: delays are cut to whole milliseconds, and timers up to one early. */
const LONGEST_REST_MS = 2;
/** What is due sooner is not worth standing still for: with many calls nothing else would happen. */
const MIN_EXACT_MS = 5;

/** The system's clock. What waits does not keep the program running. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms: number, run: () => void): Timer {
    const dueMs = performance.now() + Math.max(0, ms);
    let pending: NodeJS.Timeout;
    // A pull must never end before its time.
    const arm = (): void => {
      const leftMs = dueMs - performance.now();
      // Late by a little costs nothing where it is long, and early costs a second timer.
      const delayMs = Math.ceil(leftMs) + (leftMs > MIN_EXACT_MS ? EARLY_MS : 0);
      pending = setTimeout(() => (performance.now() < dueMs ? arm() : run()), Math.min(MAX_DELAY_MS, delayMs)).unref();
    };
    arm();
    return { cancel: () => clearTimeout(pending) };
  },
  exactly(dueMs: number, run: () => void): Timer {
    let pending: Timer;
    const arm = (): void => {
      const leftMs = dueMs - performance.now();
      if (leftMs < MIN_EXACT_MS) {
        pending = nodeClock.after(leftMs, run);
        return;
      }
      const timer = setTimeout(fire, Math.min(MAX_DELAY_MS, Math.floor(leftMs - WAKE_UP_MS))).unref();
      pending = { cancel: () => clearTimeout(timer) };
    };
    const fire = (): void => {
      const leftMs = dueMs - performance.now();
      if (leftMs > LONGEST_REST_MS) {
        arm();
        return;
      }
      rest(leftMs);
      run();
    };
    arm();
    return { cancel: () => pending.cancel() };
  },
};

/** Nothing at all happens for `ms` milliseconds. */
function rest(ms: number): void {
  // A futex that nobody wakes: it waits by the system's fine timers, and takes no processor time.
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);
}
