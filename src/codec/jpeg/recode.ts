import { DecodeError } from "#util/errors";
import { type JpegPicture, Marker } from "./segments.js";
import { type HuffmanTable, standardHuffman } from "./tables.js";

/** Whether a picture is coded with the standard Huffman tables, which are also meant when it has none. */
export const hasStandardTables = ({ huffman, components }: JpegPicture): boolean =>
  components.every(({ dc, ac }, index) => dc === Math.min(index, 1) && ac === Math.min(index, 1)) &&
  huffman.every((table) => {
    const standard = standardHuffman.find(({ tableClass, id }) => tableClass === table.tableClass && id === table.id);
    return (
      !standard ||
      (Buffer.compare(standard.counts, table.counts) === 0 && Buffer.compare(standard.values, table.values) === 0)
    );
  });

/**
 * The scan of a picture, coded anew with the standard Huffman tables, the first component with those of luminance. The
 * picture stays the same to the last bit. About 10 MB/s. Throws a DecodeError when the scan cannot be read.
 */
export function withStandardTables(picture: JpegPicture): Uint8Array {
  const { components, restartInterval } = picture;
  const input = new ScanReader(picture.scan);
  const output = new ScanWriter(picture.scan.length);
  const blocks = components.flatMap(({ horizontal, vertical, dc, ac }, index) => {
    const coded = {
      dc: [decoderOf(picture.huffman, 0, dc), encoderOf(0, Math.min(index, 1))] as const,
      ac: [decoderOf(picture.huffman, 1, ac), encoderOf(1, Math.min(index, 1))] as const,
    };
    // A scan of one component has one block in each MCU, whatever its factors (T.81 §A.2.2).
    return Array.from({ length: components.length === 1 ? 1 : horizontal * vertical }, () => coded);
  });
  const total = mcuCount(picture);
  for (let mcu = 0; mcu < total; mcu++) {
    if (restartInterval > 0 && mcu > 0 && mcu % restartInterval === 0) {
      input.restart();
      output.restart((mcu / restartInterval - 1) & 7);
    }
    for (const { dc, ac } of blocks) recodeBlock(input, output, dc, ac);
  }
  return output.finish();
}

function mcuCount({ width, height, components }: JpegPicture): number {
  const single = components.length === 1;
  const across = single ? 8 : 8 * Math.max(...components.map(({ horizontal }) => horizontal));
  const down = single ? 8 : 8 * Math.max(...components.map(({ vertical }) => vertical));
  return Math.ceil(width / across) * Math.ceil(height / down);
}

type Recoding = readonly [Decoder, Encoder];

/** One block of 64 coefficients (T.81 §F.1.2): categories are coded anew, the bits behind them stay. */
function recodeBlock(input: ScanReader, output: ScanWriter, dc: Recoding, ac: Recoding): void {
  const size = input.symbol(dc[0]);
  output.symbol(dc[1], size);
  output.bits(input.bits(size), size);
  for (let index = 1; index < 64; index++) {
    const symbol = input.symbol(ac[0]);
    output.symbol(ac[1], symbol);
    const bits = symbol & 0x0f;
    if (bits > 0) output.bits(input.bits(bits), bits);
    // Without bits: 15 zeros and one more, or the end of the block.
    else if (symbol !== 0xf0) return;
    index += symbol >> 4;
    if (index > 63) throw damaged("has a block of more than 64 coefficients");
  }
}

/** Codes up to this length are looked up; longer ones are rare. */
const shortBits = 9;

/** Finds the symbol that comes next. */
interface Decoder {
  /** By the next 9 bits: the symbol and, above its 8 bits, the length of its code; 0 for longer codes. */
  readonly short: Uint16Array;
  /** The same for each longer code, behind the code filled up to 16 bits, in their order. */
  readonly long: readonly (readonly [last: number, entry: number])[];
}

/** By symbol: the code and, above its 16 bits, its length; 0 where there is none. */
type Encoder = Uint32Array;

function decoderOf(tables: readonly HuffmanTable[], tableClass: number, id: number): Decoder {
  const isWanted = (table: HuffmanTable): boolean => table.tableClass === tableClass && table.id === id;
  const table = tables.find(isWanted) ?? standardHuffman.find(isWanted);
  if (!table) throw damaged("lacks a Huffman table");
  const short = new Uint16Array(1 << shortBits);
  const long: [number, number][] = [];
  for (const { symbol, code, length } of codesOf(table)) {
    const entry = (length << 8) | symbol;
    const spare = shortBits - length;
    if (spare >= 0) short.fill(entry, code << spare, (code + 1) << spare);
    else long.push([((code + 1) << (16 - length)) - 1, entry]);
  }
  return { short, long };
}

function encoderOf(tableClass: number, id: number): Encoder {
  const table = standardHuffman.find((one) => one.tableClass === tableClass && one.id === id);
  const encoder = new Uint32Array(256);
  for (const { symbol, code, length } of table ? codesOf(table) : []) encoder[symbol] = (length << 16) | code;
  return encoder;
}

/** The codes of a table in their order (T.81 annex C). */
function* codesOf({ counts, values }: HuffmanTable): Generator<{ symbol: number; code: number; length: number }> {
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    for (let left = counts[length - 1] ?? 0; left > 0; left--) {
      if (code >= 1 << length) throw damaged("has a Huffman table with too many codes");
      yield { symbol: values[index++] ?? 0, code: code++, length };
    }
    code <<= 1;
  }
}

/** Bytes that may be read behind the end, or behind that of a restart interval: what looking ahead takes. */
const maxMissing = 3;

/** Reads entropy-coded data: a zero byte behind FF is stuffing, anything else makes it a marker. */
class ScanReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #bits = 0;
  #count = 0;
  #missing = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  symbol({ short, long }: Decoder): number {
    this.#fill();
    const next = (this.#bits >>> (this.#count - 16)) & 0xffff;
    const entry = short[next >> (16 - shortBits)] || (long.find(([last]) => next <= last)?.[1] ?? 0);
    const length = entry >> 8;
    if (length === 0) throw damaged("has a code that no table has");
    this.#count -= length;
    return entry & 0xff;
  }

  /** 0…16 bits. */
  bits(count: number): number {
    if (count === 0) return 0;
    this.#fill();
    this.#count -= count;
    return (this.#bits >>> this.#count) & (2 ** count - 1);
  }

  /** Goes on behind the next restart marker. */
  restart(): void {
    this.#bits = this.#count = this.#missing = 0;
    while (!this.#isMarker()) if (++this.#offset >= this.#bytes.length) throw damaged("lacks a restart marker");
    this.#offset += 2;
  }

  #isMarker(): boolean {
    const next = this.#bytes[this.#offset + 1] ?? 0;
    return this.#bytes[this.#offset] === 0xff && next >= Marker.firstRestart && next <= Marker.lastRestart;
  }

  /** At least 16 bits are ready behind this; zeros behind the end. */
  #fill(): void {
    while (this.#count < 16) {
      const byte = this.#bytes[this.#offset];
      const isCoded = byte !== undefined && (byte !== 0xff || this.#bytes[this.#offset + 1] === 0);
      if (isCoded) this.#offset += byte === 0xff ? 2 : 1;
      else if (++this.#missing > maxMissing) throw damaged("ends too early");
      this.#bits = (this.#bits << 8) | (isCoded ? byte : 0);
      this.#count += 8;
    }
  }
}

class ScanWriter {
  #bytes: Buffer;
  #length = 0;
  #bits = 0;
  #count = 0;

  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(expected + 1024);
  }

  symbol(encoder: Encoder, symbol: number): void {
    const entry = encoder[symbol] ?? 0;
    if (entry === 0) throw damaged("has a symbol that the standard tables lack");
    this.bits(entry & 0xffff, entry >> 16);
  }

  bits(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte((this.#bits >>> this.#count) & 0xff);
    }
  }

  restart(number: number): void {
    this.#align();
    this.#raw(0xff);
    this.#raw(Marker.firstRestart + number);
  }

  finish(): Uint8Array {
    this.#align();
    return this.#bytes.subarray(0, this.#length);
  }

  /** Fills up the last byte with ones (T.81 §F.1.2.3). */
  #align(): void {
    if (this.#count > 0) this.bits(2 ** (8 - this.#count) - 1, 8 - this.#count);
  }

  #byte(value: number): void {
    this.#raw(value);
    if (value === 0xff) this.#raw(0);
  }

  #raw(value: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
    this.#bytes[this.#length++] = value;
  }
}

const damaged = (what: string): DecodeError => new DecodeError("jpeg-scan", `the scan of a JPEG picture ${what}`);
