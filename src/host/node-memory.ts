import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock, Timer } from "./clock.js";
import { loadTrim } from "./libc.js";
import type { Memory } from "./memory.js";

/** What is being closed should be closed by then. */
const TIDY_AFTER_MS = 2000;
/** V8 frees buffers in a thread of its own, behind the collection. */
const RELEASE_AFTER_MS = 1000;

/** How often it is looked at what streams have left behind. */
const LOOK_MS = 1000;
/** Buffers may grow by this since they were fewest, and by that share of what they were then. */
const MAY_GROW_BYTES = 16 * 1024 * 1024;
const MAY_GROW_SHARE = 0.25;
/** Buffers that have gone from one look to the next leave room that is worth giving back. */
const WORTH_BYTES = 2 * 1024 * 1024;
/** V8 is not told more often that they have grown: each time takes some 80 ms of processor time. */
const GROWTH_REST_MS = 30_000;
/** So many who have come are a crowd, each time; most come twice, to describe a stream and to set it up. */
const CROWD = 500;
/** Neither is V8 told of crowds more often, nor is anything given back. */
const REST_MS = 6000;
/** As soon as buffers take this much more than after the last collection, V8 begins one (kExternalAllocationSoftLimit). */
const PRESSURE_BYTES = 64 * 1024 * 1024;

/** What can be done about memory. */
export interface MemoryMeans {
  /** Bytes of the buffers that were made and not collected. */
  bufferBytes(): number;
  /** Has V8 begin to collect: it marks beside the program and in small steps, and takes a second or so. */
  press(): void;
  /** Has V8 collect now. */
  collect(): void;
  /** Has the C library give back to the system what is free. */
  release(): Promise<void>;
}

/**
 * Has V8 collect. It does that by itself only when new objects need room, so that buffers which readers have left behind
 * would stay for as long as nobody comes; and while streams flow it waits until buffers have grown by 64 MiB, of which each
 * stream makes as much as its bit rate. Behind each collection the C library gives back what it keeps for the next who asks.
 */
export function nodeMemory(clock: Clock, means: MemoryMeans = nodeMeans()): Memory {
  let isPending = false;
  let watching: Timer | undefined;
  /** Bytes of the buffers at the last look, and the fewest since V8 was told to collect. */
  let last = 0;
  let fewest = Infinity;
  let pressedMs = -Infinity;
  let releasedMs = -Infinity;
  /** Those who have come since the last crowd, and how many of them there were at the last look. */
  let come = 0;
  let cameBefore = 0;

  const look = (): void => {
    watching = clock.after(LOOK_MS, look);
    const nowMs = clock.monotonic();
    const bytes = means.bufferBytes();
    // V8 has collected, whoever told it to.
    if (last - bytes >= WORTH_BYTES && nowMs - releasedMs >= REST_MS) {
      releasedMs = nowMs;
      void means.release();
    }
    last = bytes;
    fewest = Math.min(fewest, bytes);
    const restedMs = nowMs - pressedMs;
    const hasGrown = restedMs >= GROWTH_REST_MS && bytes - fewest >= Math.max(MAY_GROW_BYTES, fewest * MAY_GROW_SHARE);
    const isCrowd = restedMs >= REST_MS && come >= CROWD && come === cameBefore;
    if (isCrowd) come = 0;
    cameBefore = come;
    if (!hasGrown && !isCrowd) return;
    pressedMs = nowMs;
    fewest = Infinity;
    means.press();
  };

  return {
    joined: () => void come++,
    watch: () => {
      if (watching) return;
      last = fewest = means.bufferBytes();
      watching = clock.after(LOOK_MS, look);
    },
    tidy: () => {
      watching?.cancel();
      watching = undefined;
      if (isPending) return;
      isPending = true;
      clock.after(TIDY_AFTER_MS, () => {
        isPending = false;
        means.collect();
        clock.after(RELEASE_AFTER_MS, () => void means.release());
      });
    },
  };
}

/** Those of V8 and the C library. */
export function nodeMeans(): MemoryMeans {
  let trim: Promise<() => void> | undefined;
  let pressure: WeakRef<ArrayBuffer> | undefined;
  return {
    bufferBytes: () => memoryUsage().arrayBuffers - (pressure?.deref()?.byteLength ?? 0),
    press: () => {
      // A buffer that V8 counts and nobody writes into, so that it never gets any memory. It goes with the collection.
      try {
        pressure = new WeakRef(new ArrayBuffer(PRESSURE_BYTES));
      } catch {
        // There is no room even for that: V8 collects by itself then.
      }
    },
    collect,
    release: async () => {
      trim ??= loadTrim();
      (await trim)();
    },
  };
}

/** Calls the collector that `--expose-gc` shows to contexts made after it. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
}
