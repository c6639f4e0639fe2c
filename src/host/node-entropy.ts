import { randomFillSync } from "node:crypto";
import type { Entropy } from "./entropy.js";

const BLOCK_BYTES = 4096;

/** The system's generator. Small requests are cut from a block, since a call into the generator costs more than the bytes. */
export function nodeEntropy(): Entropy {
  const block = Buffer.alloc(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  return {
    bytes(length: number): Buffer {
      if (length > BLOCK_BYTES / 8) return randomFillSync(Buffer.alloc(length));
      if (used + length > BLOCK_BYTES) {
        randomFillSync(block);
        used = 0;
      }
      const taken = Buffer.from(block.subarray(used, used + length));
      block.fill(0, used, used + length);
      used += length;
      return taken;
    },
  };
}
