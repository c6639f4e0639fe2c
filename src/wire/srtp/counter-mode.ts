import { createCipheriv, type Cipher } from "node:crypto";

const BLOCK_BYTES = 16;
const BLOCK_WORDS = 4;

/**
 * AES in counter mode as SRTP uses it (RFC 3711 §4.1.1), for many short texts under one key: one cipher object makes the
 * keystreams of all, which takes a third of the time of an object for each text. Not for texts above 1 MiB, since only the
 * last 16 bits of the initialization vector count, and they have to be 0.
 */
export class CounterMode {
  readonly #cipher: Cipher;
  readonly #start = new Uint32Array(BLOCK_WORDS);
  #counters = new Uint32Array(0);
  #text = new Uint32Array(0);

  /** `key` has 16 or 32 bytes. */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
    this.#cipher.setAutoPadding(false);
  }

  /** Writes `text`, encrypted or decrypted, at `offset` of `into`; returns the offset behind it. */
  apply(iv: Uint8Array, text: Uint8Array, into: Uint8Array, offset: number): number {
    const blocks = Math.ceil(text.length / BLOCK_BYTES);
    const words = blocks * BLOCK_WORDS;
    if (words > this.#text.length) {
      this.#counters = new Uint32Array(words);
      this.#text = new Uint32Array(words);
    }
    const keystream = this.#keystream(iv, blocks);
    const mixed = this.#text;
    const bytes = new Uint8Array(mixed.buffer, 0, text.length);
    bytes.set(text);
    for (let word = 0; word < words; word++) mixed[word] = (mixed[word] ?? 0) ^ (keystream[word] ?? 0);
    into.set(bytes, offset);
    return offset + text.length;
  }

  #keystream(iv: Uint8Array, blocks: number): Uint32Array {
    const counters = this.#counters;
    const bytes = new Uint8Array(counters.buffer, 0, blocks * BLOCK_BYTES);
    const start = this.#start;
    new Uint8Array(start.buffer).set(iv);
    const [first = 0, second = 0, third = 0, fourth = 0] = start;
    for (let block = 0; block < blocks; block++) {
      const at = block * BLOCK_WORDS;
      counters[at] = first;
      counters[at + 1] = second;
      counters[at + 2] = third;
      counters[at + 3] = fourth;
      bytes[block * BLOCK_BYTES + 14] = block >>> 8;
      bytes[block * BLOCK_BYTES + 15] = block;
    }
    const stream = this.#cipher.update(bytes);
    // Typed arrays of words begin at whole words.
    const aligned = stream.byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0 ? stream : new Uint8Array(stream);
    return new Uint32Array(aligned.buffer, aligned.byteOffset, blocks * BLOCK_WORDS);
  }
}
