import { DecodeError } from "#util/errors";
import type { MediaFormat } from "../format.js";
import { maxUnitBytes, maxUnitParts, type Depacketized, type Depacketizer } from "../payload-format.js";
import { type HeaderPart, headerPartOf, type Headers, readHeaders } from "./header-extension.js";
import {
  frameSegment,
  jfifStart,
  jpegEnd,
  quantizationSegment,
  restartSegment,
  scanSegment,
  standardHuffmanSegment,
} from "./jfif.js";
import { quantizationTables } from "./tables.js";

/** What the headers of RFC 2435 say in the first packet of a picture. */
interface PictureHead {
  /** Sampling factors of the luminance; undefined for types that are not known. */
  readonly factors: number | undefined;
  readonly width: number;
  readonly height: number;
  /** Whether width and height are the packet's, and not those of the format. */
  readonly tellsSize: boolean;
  readonly restartInterval: number;
  /** A DQT segment; undefined where no table is told. */
  readonly quantization: Uint8Array | undefined;
}

const mainHeaderBytes = 8;

/**
 * Makes JFIF pictures of packets (RFC 2435 §4, Streaming §5.1.4). Where the size is not told, that of the track's format
 * is taken. Header extensions may override everything.
 */
export class JpegDepacketizer implements Depacketizer {
  readonly #format: MediaFormat;
  #head: PictureHead | undefined;
  #headers: Uint8Array[] = [];
  #scan: Uint8Array[] = [];
  #headerBytes = 0;
  #scanBytes = 0;
  /** Tables of qualities 128…254, which need not come with every picture. */
  readonly #tables = new Map<number, Uint8Array>();
  /** Of the picture before. */
  #lastFrame: Uint8Array | undefined;
  #lastHuffman: readonly Uint8Array[] = [];
  #lastQuantization: readonly Uint8Array[] = [];

  constructor(format: MediaFormat) {
    this.#format = format;
  }

  push(payload: Uint8Array, marker: boolean, extension?: Uint8Array): Depacketized | undefined {
    try {
      const problem = this.#take(payload, headerPartOf(extension));
      if (problem !== undefined) return this.#drop(problem);
      if (!marker) return undefined;
      const picture = this.#picture();
      this.reset();
      return picture === undefined ? undefined : { units: [[picture]] };
    } catch (error) {
      if (error instanceof DecodeError) return this.#drop("headers-malformed");
      throw error;
    }
  }

  flush(): readonly Uint8Array[] | undefined {
    try {
      const picture = this.#head && this.#picture();
      return picture && [picture];
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    } finally {
      this.reset();
    }
  }

  reset(): void {
    this.#head = undefined;
    this.#headers = [];
    this.#scan = [];
    this.#headerBytes = 0;
    this.#scanBytes = 0;
  }

  #drop(dropped: string): Depacketized {
    this.reset();
    return { dropped };
  }

  #take(payload: Uint8Array, part: HeaderPart | undefined): string | undefined {
    if (part) {
      this.#headers.push(part.content);
      this.#headerBytes += part.content.length;
      if (this.#headerBytes > 0xffff || this.#headers.length > maxUnitParts) return "headers-too-large";
    }
    if (payload.length === 0 && part) return undefined;
    if (payload.length < mainHeaderBytes) return "short";
    const offset = ((payload[1] ?? 0) << 16) | ((payload[2] ?? 0) << 8) | (payload[3] ?? 0);
    const hasRestart = ((payload[4] ?? 0) & 0x40) !== 0;
    let body = payload.subarray(mainHeaderBytes + (hasRestart ? 4 : 0));
    if (offset === 0 && this.#scanBytes > 0) this.#startAnew(part);
    if (offset !== this.#scanBytes) return this.#head ? "fragment-missing" : "start-missing";
    if (offset === 0) {
      const tables = (payload[5] ?? 0) >= 128 ? tableHeader(body) : undefined;
      if (tables) body = body.subarray(tables.end);
      this.#head = this.#headOf(payload, hasRestart, tables);
    }
    this.#scan.push(body);
    this.#scanBytes += body.length;
    return this.#scanBytes > maxUnitBytes || this.#scan.length > maxUnitParts ? "unit-too-large" : undefined;
  }

  /** A picture begins although the one in hand has not ended. */
  #startAnew(part: HeaderPart | undefined): void {
    this.reset();
    if (!part) return;
    this.#headers.push(part.content);
    this.#headerBytes = part.content.length;
  }

  /*
   *  | type-specific 8 |        fragment offset 24        |
   *  |     type 8      |   Q 8    | width/8 8 | height/8 8 |
   *  | types 64…127: restart interval 16 |F|L| count 14    |
   */
  #headOf(payload: Uint8Array, hasRestart: boolean, tables: TableHeader | undefined): PictureHead {
    const [type = 0, q = 0, width = 0, height = 0, high = 0, low = 0] = payload.subarray(4);
    const known = type < 128 ? [0x21, 0x22][type & 0x3f] : undefined;
    return {
      factors: known,
      width: width * 8 || (this.#format.width ?? 0),
      height: height * 8 || (this.#format.height ?? 0),
      tellsSize: width > 0 || height > 0,
      restartInterval: hasRestart ? (high << 8) | low : 0,
      quantization: tables
        ? this.#stated(q, tables)
        : q > 0 && q < 100
          ? quantizationSegment(quantizationTables(q), 0)
          : undefined,
    };
  }

  #stated(q: number, { precision, tables }: TableHeader): Uint8Array | undefined {
    if (tables.length === 0) return this.#tables.get(q);
    const segment = quantizationSegment(tables, precision);
    if (q < 255) this.#tables.set(q, segment);
    return segment;
  }

  #picture(): Uint8Array | undefined {
    const head = this.#head;
    if (!head || this.#scanBytes === 0) return undefined;
    const headers: Headers =
      this.#headers.length > 0
        ? readHeaders(Buffer.concat(this.#headers))
        : { huffman: [], quantization: [], others: [] };
    const extended = this.#headers.length > 0;
    const derived =
      head.factors !== undefined && head.width > 0 && head.height > 0
        ? frameSegment(head.width, head.height, head.factors)
        : undefined;
    const earlier = extended && !head.tellsSize ? this.#lastFrame : undefined;
    const frame = headers.frame ?? earlier ?? derived;
    const huffman = extended ? [...this.#lastHuffman, ...headers.huffman].slice(-8) : [];
    const before = head.quantization ? [head.quantization] : extended ? this.#lastQuantization : [];
    const quantization = [...before, ...headers.quantization].slice(-8);
    if (!frame || quantization.length === 0) throw new DecodeError("jpeg-headers", "size or tables are not told");
    this.#lastFrame = Uint8Array.from(frame);
    this.#lastHuffman = huffman.map((segment) => Uint8Array.from(segment));
    this.#lastQuantization = quantization.map((segment) => Uint8Array.from(segment));
    const restart = headers.restart ?? (head.restartInterval > 0 ? restartSegment(head.restartInterval) : undefined);
    const hasEnd = endsWithMarker(this.#scan);
    return Buffer.concat([
      jfifStart,
      ...headers.others,
      ...quantization,
      ...(restart ? [restart] : []),
      frame,
      standardHuffmanSegment,
      ...huffman,
      headers.scan ?? scanSegment,
      ...this.#scan,
      ...(hasEnd ? [] : [jpegEnd]),
    ]);
  }
}

interface TableHeader {
  readonly precision: number;
  readonly tables: Uint8Array;
  /** Behind the tables. */
  readonly end: number;
}

/*
 *  | MBZ 8 | precision 8 | length 16 | tables …
 */
function tableHeader(body: Uint8Array): TableHeader {
  const [, precision = 0, high = 0, low = 0] = body;
  const end = 4 + ((high << 8) | low);
  if (end > body.length) throw new DecodeError("jpeg-tables", "the quantization tables are cut off");
  return { precision, tables: body.subarray(4, end), end };
}

function endsWithMarker(parts: readonly Uint8Array[]): boolean {
  const last = parts.findLast(({ length }) => length > 0);
  return last !== undefined && last.length > 1 && last.at(-2) === jpegEnd[0] && last.at(-1) === jpegEnd[1];
}
