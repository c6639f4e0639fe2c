import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "./clock.js";
import type { Memory } from "./memory.js";

/** What is being closed should be closed by then. */
const TIDY_AFTER_MS = 2000;

/**
 * Has V8 collect. It does that by itself only when new objects need room, so that buffers which readers have left behind
 * would stay for as long as nobody comes.
 */
export function nodeMemory(clock: Clock): Memory {
  let isPending = false;
  return {
    tidy: () => {
      if (isPending) return;
      isPending = true;
      clock.after(TIDY_AFTER_MS, () => {
        isPending = false;
        collect();
      });
    },
  };
}

/** Calls the collector that `--expose-gc` shows to contexts made after it. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
