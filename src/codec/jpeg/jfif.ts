import { DecodeError } from "#util/errors";
import { Marker } from "./segments.js";
import { standardHuffman, tableBytes } from "./tables.js";

/** A marker segment with its length. */
export const segmentOf = (marker: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff]), content]);

/** In front of every picture: start, and the JFIF header of version 1.1 with square pixels. */
export const jfifStart: Uint8Array = Buffer.concat([
  Buffer.from([0xff, Marker.start]),
  segmentOf(Marker.application, Buffer.from("4a46494600010100000100010000", "hex")),
]);

export const jpegEnd: Uint8Array = Uint8Array.of(0xff, Marker.end);

/** A DHT segment with the standard tables. */
export const standardHuffmanSegment: Uint8Array = segmentOf(
  Marker.huffman,
  Buffer.concat(
    standardHuffman.flatMap(({ tableClass, id, counts, values }) => [
      Uint8Array.of((tableClass << 4) | id),
      counts,
      values,
    ]),
  ),
);

/**
 * A DQT segment of the tables that stand one behind the other in `tables`; bit n of `precision` says that table n has
 * 16 bits. With one table the second, of chrominance, is the same. Throws a DecodeError for a table that is cut off.
 */
export function quantizationSegment(tables: Uint8Array, precision: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (let id = 0; offset < tables.length && id < 4; id++) {
    const wide = (precision >> id) & 1;
    const end = offset + tableBytes * (wide + 1);
    if (end > tables.length) throw new DecodeError("jpeg-tables", "a quantization table is cut off");
    parts.push(Uint8Array.of((wide << 4) | id), tables.subarray(offset, end));
    offset = end;
  }
  const [first, only] = parts;
  if (first && only && parts.length === 2) parts.push(Uint8Array.of((first[0] ?? 0) | 1), only);
  return segmentOf(Marker.quantization, Buffer.concat(parts));
}

/** A baseline frame header of YCbCr; the luminance has `factors` (0x21 or 0x22), the chrominance one block of each. */
export const frameSegment = (width: number, height: number, factors: number): Uint8Array =>
  segmentOf(
    Marker.baseline,
    Uint8Array.of(
      ...[8, height >> 8, height & 0xff, width >> 8, width & 0xff, 3],
      ...[1, factors, 0, 2, 0x11, 1, 3, 0x11, 1],
    ),
  );

export const restartSegment = (interval: number): Uint8Array =>
  segmentOf(Marker.restartInterval, Uint8Array.of(interval >> 8, interval & 0xff));

/** The scan header for `frameSegment`: all components, luminance with the first tables, chrominance with the second. */
export const scanSegment: Uint8Array = segmentOf(Marker.scan, Uint8Array.of(3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0));
