import {
  frameSegment,
  jfifStart,
  jpegEnd,
  quantizationSegment,
  restartSegment,
  scanSegment,
  standardHuffmanSegment,
} from "./jfif.js";
import { hasStandardTables, withStandardTables } from "./recode.js";
import { parseJpeg } from "./segments.js";

/**
 * A picture as `jpegPayload` sends it without work: with the standard Huffman tables. One that has them, and one that
 * cannot be sent at all, is given back as it is. Throws a DecodeError when it cannot be read.
 */
export function plainJpeg(bytes: Uint8Array): Uint8Array {
  const picture = parseJpeg(bytes);
  const [first, second, third, more] = picture.components;
  if (!first || !second || !third || more || hasStandardTables(picture)) return bytes;
  const isPlain = [second, third].every(({ horizontal, vertical }) => horizontal * vertical === 1);
  const luminance = picture.quantization.get(first.quantization);
  const chrominance = picture.quantization.get(second.quantization);
  if (!isPlain || !luminance || !chrominance || second.quantization !== third.quantization) return bytes;
  return Buffer.concat([
    jfifStart,
    quantizationSegment(Buffer.concat([luminance, chrominance]), 0),
    ...(picture.restartInterval > 0 ? [restartSegment(picture.restartInterval)] : []),
    frameSegment(picture.width, picture.height, (first.horizontal << 4) | first.vertical),
    standardHuffmanSegment,
    scanSegment,
    withStandardTables(picture),
    jpegEnd,
  ]);
}
