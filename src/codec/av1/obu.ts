import { DecodeError } from "#util/errors";

/** `obu_type` values (AV1 specification §6.2.2) that matter here. */
export const ObuType = Object.freeze({
  sequenceHeader: 1,
  temporalDelimiter: 2,
  frameHeader: 3,
  frame: 6,
  tileList: 8,
  padding: 15,
});

/** An open bitstream unit. */
export interface Obu {
  readonly type: number;
  /** The header byte and the extension byte if there is one, without the size and its flag. */
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/** Flags of the header byte: |0| type 4 |extension|has size|0| */
const hasExtension = 0x04;
const hasSize = 0x02;
/** Most bytes of a LEB128 number (§4.10.5). */
const maxLebBytes = 8;

/** A LEB128 number at `offset`: its value and where it ends; a DecodeError when it is cut off or beyond 32 bits. */
export function lebAt(bytes: Uint8Array, offset: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < maxLebBytes; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if ((byte & 0x80) === 0 && value < 2 ** 32) return { value, end: offset + i + 1 };
  }
  throw new DecodeError("av1-leb128", "a length cannot be read", { offset });
}

/** `value`, below 2^32, as LEB128. */
export function lebOf(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** The unit that starts at `offset` and reaches to `end` if it does not say its size. */
export function obuAt(bytes: Uint8Array, offset: number, end: number): { readonly obu: Obu; readonly end: number } {
  const first = bytes[offset] ?? 0x80;
  const headerBytes = (first & hasExtension) !== 0 ? 2 : 1;
  if ((first & 0x80) !== 0 || offset + headerBytes > end) throw new DecodeError("av1-obu", "no unit starts here");
  const header = Uint8Array.from(bytes.subarray(offset, offset + headerBytes));
  header[0] = first & ~hasSize;
  let start = offset + headerBytes;
  let stop = end;
  if ((first & hasSize) !== 0) {
    const size = lebAt(bytes, start);
    start = size.end;
    stop = start + size.value;
  }
  if (start > end || stop > end) throw new DecodeError("av1-obu", "a unit is cut off", { offset });
  return { obu: { type: (first >> 3) & 0x0f, header, payload: bytes.subarray(start, stop) }, end: stop };
}

/** The units of a temporal unit in the low-overhead format (§5.2), with views into it. */
export function splitObus(bytes: Uint8Array): Obu[] {
  const obus: Obu[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const { obu, end } = obuAt(bytes, offset, bytes.length);
    obus.push(obu);
    offset = end;
  }
  return obus;
}

/** A unit as the low-overhead format has it, with its size: header and size, then the payload. */
export function sizedObu({ header, payload }: Obu): Uint8Array[] {
  const [first = 0, ...extension] = header;
  return [Uint8Array.of(first | hasSize, ...extension, ...lebOf(payload.length)), payload];
}
