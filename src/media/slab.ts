/** Bytes of one slab. */
const slabBytes = 256 * 1024;
/** Longer blocks get memory of their own. */
const largestShared = slabBytes / 4;

/**
 * Carves short-lived blocks out of larger ones: an allocation of its own for each access unit costs a thousand streams
 * several times the memory. A slab is freed when the last block in it is; blocks are never reused.
 */
export class SlabAllocator {
  #slab = Buffer.alloc(0);
  #used = 0;

  /** `length` bytes with undefined content. */
  take(length: number): Buffer {
    if (length > largestShared) return Buffer.allocUnsafeSlow(length);
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      this.#used = 0;
    }
    this.#used += length;
    return this.#slab.subarray(this.#used - length, this.#used);
  }
}
