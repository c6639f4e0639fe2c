import { DecodeError } from "#util/errors";
import type { HuffmanTable } from "./tables.js";

/** Second bytes of the markers (ITU-T T.81 table B.1) that matter here. */
export const Marker = Object.freeze({
  baseline: 0xc0,
  huffman: 0xc4,
  arithmetic: 0xcc,
  firstRestart: 0xd0,
  lastRestart: 0xd7,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantization: 0xdb,
  restartInterval: 0xdd,
  application: 0xe0,
  fill: 0xff,
});

/** A component of the frame, in the order of the frame header. */
export interface Component {
  readonly id: number;
  /** Sampling factors, 1…4. */
  readonly horizontal: number;
  readonly vertical: number;
  /** Numbers of its tables: quantization 0…3, Huffman for DC and AC 0…3. */
  readonly quantization: number;
  readonly dc: number;
  readonly ac: number;
}

/** A picture of baseline JPEG in one scan. The arrays are views into it. */
export interface JpegPicture {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** Tables of 64 bytes in zigzag order, by their number; those of 16 bits are not read. */
  readonly quantization: ReadonlyMap<number, Uint8Array>;
  readonly huffman: readonly HuffmanTable[];
  /** MCUs between restart markers; 0 when there are none. */
  readonly restartInterval: number;
  /** The entropy-coded data, without the end marker. */
  readonly scan: Uint8Array;
}

/** A marker segment: its marker's second byte and what follows its length. */
export interface Segment {
  readonly marker: number;
  readonly content: Uint8Array;
  /** Behind the segment. */
  readonly end: number;
}

/** The segment at `offset`; undefined where there is none any more. Fill bytes in front of it are skipped. */
export function segmentAt(bytes: Uint8Array, offset: number): Segment | undefined {
  let at = offset;
  while (bytes[at] === 0xff && bytes[at + 1] === Marker.fill) at++;
  const marker = bytes[at + 1];
  if (at >= bytes.length || (bytes[at] === 0xff && marker === undefined)) return undefined;
  if (bytes[at] !== 0xff || marker === undefined) throw damaged("no marker where one should be", at);
  if (marker === Marker.start || marker === Marker.end) return { marker, content: bytes.subarray(0, 0), end: at + 2 };
  const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  if (length < 2 || at + 2 + length > bytes.length) throw damaged("a segment that is cut off", at);
  return { marker, content: bytes.subarray(at + 4, at + 2 + length), end: at + 2 + length };
}

/**
 * Reads a picture of baseline JPEG whose components come in one scan. What else there is in front of the scan is skipped,
 * and so is what stands behind the picture. Throws a DecodeError for anything else.
 */
export function parseJpeg(bytes: Uint8Array): JpegPicture {
  if (bytes[0] !== 0xff || bytes[1] !== Marker.start) throw damaged("no start", 0);
  const quantization = new Map<number, Uint8Array>();
  const huffman = new Map<number, HuffmanTable>();
  let frame: Frame | undefined;
  let restartInterval = 0;
  for (let offset = 2; ;) {
    const segment = segmentAt(bytes, offset);
    if (!segment || segment.marker === Marker.end) throw damaged("no scan", offset);
    const { marker, content, end } = segment;
    if (marker === Marker.baseline) frame = frameOf(content);
    else if (isOtherFrame(marker)) throw new DecodeError("jpeg-coding", "the picture is not baseline JPEG", { marker });
    else if (marker === Marker.quantization) readQuantization(content, quantization);
    else if (marker === Marker.huffman) for (const table of huffmanTablesOf(content)) keep(huffman, table);
    else if (marker === Marker.restartInterval) restartInterval = ((content[0] ?? 0) << 8) | (content[1] ?? 0);
    else if (marker === Marker.scan) {
      if (!frame) throw damaged("a scan without a frame", offset);
      const { width, height } = frame;
      const components = componentsOf(frame, content);
      const scan = bytes.subarray(end, scanEnd(bytes, end));
      return { width, height, components, quantization, huffman: [...huffman.values()], restartInterval, scan };
    }
    offset = end;
  }
}

const keep = (tables: Map<number, HuffmanTable>, table: HuffmanTable): void =>
  void tables.set(table.tableClass * 16 + table.id, table);

/** Frames of other kinds: extended, progressive, lossless, arithmetic. */
const isOtherFrame = (marker: number): boolean =>
  marker > Marker.baseline && marker <= 0xcf && marker !== Marker.huffman && marker !== Marker.arithmetic;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Omit<Component, "dc" | "ac">[];
}

/*
 *  precision 8 | height 16 | width 16 | components 8, for each: | id 8 | horizontal 4 | vertical 4 | quantization 8 |
 */
function frameOf(content: Uint8Array): Frame {
  const [precision, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = content;
  const width = (widthHigh << 8) | widthLow;
  const height = (heightHigh << 8) | heightLow;
  if (precision !== 8 || width === 0 || height === 0 || count === 0 || count > 4 || content.length < 6 + count * 3)
    throw damaged("a frame header that cannot be used", 0);
  const components = Array.from({ length: count }, (_, index) => {
    const [id = 0, factors = 0, table = 0] = content.subarray(6 + index * 3);
    return { id, horizontal: factors >> 4, vertical: factors & 0x0f, quantization: table };
  });
  if (
    components.some(
      ({ horizontal, vertical }) => Math.min(horizontal, vertical) < 1 || Math.max(horizontal, vertical) > 4,
    )
  )
    throw damaged("sampling factors that cannot be used", 0);
  return { width, height, components };
}

/*
 *  components 8, for each: | id 8 | dc 4 | ac 4 | , then three bytes of progressive coding
 */
function componentsOf(frame: Frame, content: Uint8Array): Component[] {
  if (content[0] !== frame.components.length || content.length < 4 + frame.components.length * 2)
    throw new DecodeError("jpeg-coding", "the components are in several scans");
  return frame.components.map((component, index) => {
    const [id, tables = 0] = content.subarray(1 + index * 2);
    if (id !== component.id) throw damaged("a scan of other components", 0);
    return { ...component, dc: tables >> 4, ac: tables & 0x0f };
  });
}

function readQuantization(content: Uint8Array, into: Map<number, Uint8Array>): void {
  for (let offset = 0; offset < content.length;) {
    const first = content[offset] ?? 0;
    const length = first >> 4 === 0 ? 64 : 128;
    const table = content.subarray(offset + 1, offset + 1 + length);
    if (table.length < length) throw damaged("a quantization table that is cut off", offset);
    if (length === 64) into.set(first & 0x0f, table);
    offset += 1 + length;
  }
}

/** The tables of a DHT segment's content. */
export function huffmanTablesOf(content: Uint8Array): HuffmanTable[] {
  const tables: HuffmanTable[] = [];
  for (let offset = 0; offset < content.length;) {
    const first = content[offset] ?? 0;
    const counts = content.subarray(offset + 1, offset + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = content.subarray(offset + 17, offset + 17 + total);
    if (counts.length < 16 || values.length < total || total > 256)
      throw damaged("a Huffman table that cannot be used", offset);
    tables.push({ tableClass: first >> 4, id: first & 0x0f, counts, values });
    offset += 17 + total;
  }
  return tables;
}

/** Where the entropy-coded data that starts at `start` ends: at the first marker that is no restart marker. */
function scanEnd(bytes: Uint8Array, start: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(0xff, start); at >= 0; at = buffer.indexOf(0xff, at + 1)) {
    const next = buffer[at + 1];
    if (next === undefined) return bytes.length;
    if (next !== 0 && next !== Marker.fill && (next < Marker.firstRestart || next > Marker.lastRestart)) return at;
  }
  return bytes.length;
}

const damaged = (what: string, offset: number): DecodeError =>
  new DecodeError("jpeg-damaged", `the JPEG picture has ${what}`, { offset });
