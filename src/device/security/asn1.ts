/** Longest tag and length fields that are read, in bytes, and most values within one. */
const MAXIMUM_TAG_BYTES = 4;
const MAXIMUM_LENGTH_BYTES = 4;
const MAXIMUM_CHILDREN = 20_000;
/** Strings in parts may be in parts again, so deep. */
const MAXIMUM_DEPTH = 8;

const UNIVERSAL = 0;
const CONTEXT_SPECIFIC = 2;
const INTEGER = 2;
const BIT_STRING = 3;
const OCTET_STRING = 4;
const OBJECT_IDENTIFIER = 6;
const UTC_TIME = 23;
const GENERALIZED_TIME = 24;
const SEQUENCE = 0x30;

/** What stands in front of a value. */
interface Head {
  /** 0 universal, 1 application, 2 context-specific, 3 private. */
  readonly tagClass: number;
  readonly tag: number;
  readonly isConstructed: boolean;
  /** Undefined where the value ends with two zero bytes. */
  readonly length: number | undefined;
  readonly contentAt: number;
}

/**
 * One value of ASN.1, read from BER or DER (X.690). Whatever is missing or malformed reads as undefined, so that callers
 * refuse once. Only what is asked for is looked at, so neither depth nor number of hostile values costs anything.
 */
export class Asn1Value {
  private constructor(
    private readonly head: Head,
    private readonly content: Buffer,
    /** The value with its tag and length. */
    readonly bytes: Buffer,
  ) {}

  /** The value with which `bytes` begin; undefined for what is none. */
  static read(bytes: Uint8Array): Asn1Value | undefined {
    const head = readHead(bytes, 0);
    if (!head) return undefined;
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { contentAt, length } = head;
    if (length === undefined) {
      const end = endOfIndefinite(bytes, contentAt);
      return end === undefined
        ? undefined
        : new Asn1Value(head, whole.subarray(contentAt, end - 2), whole.subarray(0, end));
    }
    const end = contentAt + length;
    return end <= bytes.length
      ? new Asn1Value(head, whole.subarray(contentAt, end), whole.subarray(0, end))
      : undefined;
  }

  /** The number of a context-specific tag (`[0]`), undefined for other values. */
  get contextTag(): number | undefined {
    return this.head.tagClass === CONTEXT_SPECIFIC ? this.head.tag : undefined;
  }

  /** The values within; none where they are malformed. */
  get children(): readonly Asn1Value[] {
    return this.items ?? [];
  }

  /** The same, but undefined where they are malformed, or where there cannot be any. */
  get items(): readonly Asn1Value[] | undefined {
    const found: Asn1Value[] = [];
    if (!this.head.isConstructed) return undefined;
    for (let rest = this.content; rest.length > 0;) {
      const child = Asn1Value.read(rest);
      if (!child || found.length >= MAXIMUM_CHILDREN) return undefined;
      found.push(child);
      rest = rest.subarray(child.bytes.length);
    }
    return found;
  }

  at(...path: readonly number[]): Asn1Value | undefined {
    return path.reduce<Asn1Value | undefined>((found, index) => found?.children[index], this);
  }

  /** With arcs as numbers: `1.2.840.113549`. */
  get oid(): string | undefined {
    if (!this.#is(OBJECT_IDENTIFIER) || this.content.length === 0 || this.content.length > 64) return undefined;
    const arcs: number[] = [];
    let arc = 0;
    for (const [index, byte] of this.content.entries()) {
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER / 128) return undefined;
      const isLast = (byte & 0x80) === 0;
      if (!isLast && index === this.content.length - 1) return undefined;
      if (!isLast) continue;
      if (arcs.length === 0) arcs.push(Math.min(Math.trunc(arc / 40), 2), arc - 40 * Math.min(Math.trunc(arc / 40), 2));
      else arcs.push(arc);
      arc = 0;
    }
    return arcs.join(".");
  }

  /** The digits of an integer of any length; undefined for what is none. */
  get hexInteger(): string | undefined {
    return this.#is(INTEGER) && this.content.length > 0 ? this.content.toString("hex") : undefined;
  }

  /** Whether it is a date, of either type. */
  get isTime(): boolean {
    return this.#is(UTC_TIME) || this.#is(GENERALIZED_TIME);
  }

  /** Undefined for what is no integer, a negative or a huge one. */
  get integer(): number | undefined {
    if (!this.#is(INTEGER) || this.content.length === 0 || this.content.length > 8) return undefined;
    const value = BigInt(`0x${this.content.toString("hex")}`);
    const isNegative = ((this.content[0] ?? 0) & 0x80) !== 0;
    return isNegative || value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
  }

  /** Of an OCTET STRING, also one in parts, and of one that a context-specific tag stands for. */
  get octets(): Buffer | undefined {
    return this.#octets(0);
  }

  /** Of a BIT STRING of whole bytes. */
  get bits(): Buffer | undefined {
    return this.#is(BIT_STRING) && this.content[0] === 0 ? this.content.subarray(1) : undefined;
  }

  #octets(depth: number): Buffer | undefined {
    const { tagClass, tag, isConstructed } = this.head;
    const isString = tagClass === CONTEXT_SPECIFIC || (tagClass === UNIVERSAL && tag === OCTET_STRING);
    if (!isString || depth > MAXIMUM_DEPTH) return undefined;
    if (!isConstructed) return this.content;
    const parts = this.children.map((child) => child.#octets(depth + 1));
    if (parts.length === 0 && this.content.length > 0) return undefined;
    return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
  }

  /** Whether it is of that type, and in one part. */
  #is(tag: number): boolean {
    return this.head.tagClass === UNIVERSAL && this.head.tag === tag && !this.head.isConstructed;
  }
}

/** A SEQUENCE of these values, in DER. */
export function derSequence(...values: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(values);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([SEQUENCE, length]), content]);
  const digits = length.toString(16);
  const size = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.from([SEQUENCE, 0x80 | size.length]), size, content]);
}

function readHead(bytes: Uint8Array, start: number): Head | undefined {
  const first = bytes[start];
  if (first === undefined) return undefined;
  let at = start + 1;
  let tag = first & 0x1f;
  if (tag === 0x1f) {
    tag = 0;
    for (let byte = 0x80; (byte & 0x80) !== 0; at++) {
      byte = bytes[at] ?? 0xff;
      tag = tag * 128 + (byte & 0x7f);
      if (at - start > MAXIMUM_TAG_BYTES) return undefined;
    }
  }
  const isConstructed = (first & 0x20) !== 0;
  let length = bytes[at++];
  if (length === undefined || (length === 0x80 && !isConstructed)) return undefined;
  if (length > 0x80) {
    const end = at + (length & 0x7f);
    if (end > at + MAXIMUM_LENGTH_BYTES || end > bytes.length) return undefined;
    for (length = 0; at < end; at++) length = length * 256 + (bytes[at] ?? 0);
  } else if (length === 0x80) length = undefined;
  return { tagClass: first >> 6, tag, isConstructed, length, contentAt: at };
}

/** Where a value ends whose content begins there and which ends with two zero bytes; values within may end so too. */
function endOfIndefinite(bytes: Uint8Array, contentAt: number): number | undefined {
  let open = 1;
  for (let at = contentAt; at < bytes.length;) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      at += 2;
      open -= 1;
      if (open === 0) return at;
      continue;
    }
    const head = readHead(bytes, at);
    if (!head) return undefined;
    if (head.length === undefined) open += 1;
    at = head.contentAt + (head.length ?? 0);
  }
  return undefined;
}
