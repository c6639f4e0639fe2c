import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "./clock.js";
import { releaseFreed } from "./libc.js";
import type { Memory } from "./memory.js";

/** What is being closed should be closed by then. */
const TIDY_AFTER_MS = 2000;
/** V8 frees buffers in a thread of its own, behind the collection. */
const RELEASE_AFTER_MS = 1000;

/**
 * Has V8 collect. It does that by itself only when new objects need room, so that buffers which readers have left behind
 * would stay for as long as nobody comes. Then `release` has the C library give back what it keeps for the next who asks.
 */
export function nodeMemory(clock: Clock, release: () => Promise<void> = releaseFreed): Memory {
  let isPending = false;
  return {
    tidy: () => {
      if (isPending) return;
      isPending = true;
      clock.after(TIDY_AFTER_MS, () => {
        isPending = false;
        collect();
        clock.after(RELEASE_AFTER_MS, () => void release());
      });
    },
  };
}

/** Calls the collector that `--expose-gc` shows to contexts made after it. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
