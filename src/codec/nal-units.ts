import { DecodeError } from "#util/errors";

// What H.264 and H.265 have in common: how NAL units are framed and escaped.

const startCode = Buffer.from([0, 0, 1]);

/**
 * The NAL units of a byte stream (H.264 Annex B), without start codes and without the zero bytes around them.
 * The results are views into `stream`. Bytes before the first start code are ignored.
 */
export function splitByteStream(stream: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const units: Uint8Array[] = [];
  let start = bytes.indexOf(startCode);
  while (start >= 0) {
    start += startCode.length;
    const next = bytes.indexOf(startCode, start);
    let end = next < 0 ? bytes.length : next;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) units.push(bytes.subarray(start, end));
    start = next;
  }
  return units;
}

/**
 * The NAL units of a sample whose units are preceded by their length (ISO 14496-15 §5.3.4.2).
 * The results are views into `sample`; empty units are left out. `lengthBytes` is 1, 2 or 4.
 */
export function splitLengthPrefixed(sample: Uint8Array, lengthBytes: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  let offset = 0;
  while (offset < sample.length) {
    if (offset + lengthBytes > sample.length) throw truncated(offset);
    let length = 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (sample[offset + i] ?? 0);
    offset += lengthBytes;
    if (offset + length > sample.length) throw truncated(offset);
    if (length > 0) units.push(sample.subarray(offset, offset + length));
    offset += length;
  }
  return units;
}

const truncated = (offset: number): DecodeError =>
  new DecodeError("nal-length", "a NAL unit is longer than its sample", { offset });

/** The payload of a NAL unit without its emulation prevention bytes: 00 00 03 becomes 00 00 (H.264 §7.4.1). */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  const out = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** Reads big-endian numbers and counted blocks of a decoder configuration record. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw new DecodeError("record-truncated", "the decoder configuration ends too early");
    this.#offset++;
    return byte;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  skip(count: number): void {
    this.block(count);
  }

  block(length: number): Uint8Array {
    if (length > this.left) throw new DecodeError("record-truncated", "the decoder configuration ends too early");
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }
}
