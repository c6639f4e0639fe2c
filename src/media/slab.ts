/** Bytes of one slab. */
const slabBytes = 256 * 1024;
/** Longer blocks get memory of their own. */
const largestShared = slabBytes / 4;
/** Memory of its own that was given back is kept for the next long block up to this length. */
const largestSpare = 1024 * 1024;

/**
 * Carves short-lived blocks out of larger ones: an allocation of its own for each access unit costs a thousand streams
 * several times the memory. A slab is freed when the last block in it is. A block is used again only when it was given
 * back; given back before the next one is taken, block after block lies in the same memory, which is then in the
 * processor's cache and makes no garbage.
 */
export class SlabAllocator {
  #slab = Buffer.alloc(0);
  #used = 0;
  #spare: Uint8Array = Buffer.alloc(0);

  /** `length` bytes with undefined content. */
  take(length: number): Buffer {
    if (length > largestShared) return this.#takeLong(length);
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      this.#used = 0;
    }
    this.#used += length;
    return this.#slab.subarray(this.#used - length, this.#used);
  }

  /** Takes back a block of `take` that nobody will look at again, nor at a part of it. Only the last one taken is of use. */
  giveBack(block: Uint8Array): void {
    const { buffer, byteOffset, length } = block;
    if (length > largestShared) {
      if (buffer.byteLength > this.#spare.length && buffer.byteLength <= largestSpare)
        this.#spare = new Uint8Array(buffer);
    } else if (buffer === this.#slab.buffer && byteOffset + length === this.#used) {
      this.#used = byteOffset;
    }
  }

  #takeLong(length: number): Buffer {
    if (length > this.#spare.length) return Buffer.allocUnsafeSlow(length);
    const block = Buffer.from(this.#spare.buffer, 0, length);
    this.#spare = Buffer.alloc(0);
    return block;
  }
}
