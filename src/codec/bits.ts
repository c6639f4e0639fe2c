import { DecodeError } from "#util/errors";

/** Reads bits, most significant first. Reading past the end throws a DecodeError. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits not read yet. */
  get left(): number {
    return this.#bytes.length * 8 - this.#position;
  }

  bit(): number {
    const byte = this.#bytes[this.#position >> 3];
    if (byte === undefined) throw new DecodeError("bitstream-truncated", "the bit stream ends too early");
    return (byte >> (7 - (this.#position++ & 7))) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** An unsigned number of `count` bits, 0…32. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    if (count > this.left) throw new DecodeError("bitstream-truncated", "the bit stream ends too early");
    this.#position += count;
  }

  /** ue(v): unsigned Exp-Golomb code (H.264 §9.1). */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 32) throw new DecodeError("bitstream-code", "an Exp-Golomb code has more than 32 leading zeros");
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v): signed Exp-Golomb code (H.264 §9.1.1). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** Writes bits, most significant first; the last byte is filled up with zeros. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #length = 0;

  /** Appends the `count` low bits of `value`, 0…32. */
  bits(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      if ((this.#length & 7) === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      if (Math.floor(value / 2 ** i) % 2 === 1)
        this.#bytes[last] = (this.#bytes[last] ?? 0) | (0x80 >> (this.#length & 7));
      this.#length++;
    }
  }

  /** Appends the next `count` bits of `from`. */
  copy(from: BitReader, count: number): void {
    for (let i = 0; i < count; i++) this.bits(from.bit(), 1);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** ue(v) that must not exceed `limit`; `what` names the member in the error. */
export function boundedUe(reader: BitReader, limit: number, what: string): number {
  const value = reader.ue();
  if (value > limit) throw new DecodeError("bitstream-range", `${what} is ${value}, more than ${limit}`);
  return value;
}
