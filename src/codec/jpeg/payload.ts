import { DecodeError } from "#util/errors";
import type { MediaFormat } from "../format.js";
import { joined, noHead, type PayloadFormat, type RtpPayload } from "../payload-format.js";
import { plainTraits } from "../plain-traits.js";
import { JpegDepacketizer } from "./depacketizer.js";
import { makeHeaderExtension } from "./header-extension.js";
import { frameSegment } from "./jfif.js";
import { hasStandardTables, withStandardTables } from "./recode.js";
import { type JpegPicture, parseJpeg } from "./segments.js";
import { tableBytes } from "./tables.js";

/** The format of a motion JPEG track, payload type 26. */
export const jpegFormat = (size: Pick<MediaFormat, "width" | "height"> = {}): MediaFormat => ({
  kind: "video",
  encodingName: "JPEG",
  payloadType: 26,
  clockRate: 90_000,
  ...size,
});

/** Largest width and height that RFC 2435 can tell, in pixels. */
const maxPlainSide = 2040;

/** A picture as RFC 2435 sends it: what goes into its headers, and the scan with the standard Huffman tables. */
interface Sendable {
  /** 0 for 4:2:2, 1 for 4:2:0. */
  readonly type: number;
  readonly width: number;
  readonly height: number;
  readonly restartInterval: number;
  readonly luminance: Uint8Array;
  readonly chrominance: Uint8Array;
  readonly scan: Uint8Array;
}

/**
 * RTP payload of JPEG (RFC 2435): baseline pictures of 4:2:0 or 4:2:2 with tables of 8 bits; others are not sent. The
 * tables come with every picture (Q 255). Pictures with Huffman tables of their own are coded anew with the standard ones,
 * which RFC 2435 wants. A picture beyond 2040 pixels tells its size in a header extension (Streaming §5.1.4).
 */
export const jpegPayload: PayloadFormat = {
  marker: "last",
  hasExtensions: true,
  packetize(unit, _format, _randomAccess, maxBytes) {
    const picture = sendable(joined(unit));
    return picture ? payloadsOf(picture, maxBytes) : [];
  },
  depacketizer: (format) => new JpegDepacketizer(format),
};

export const jpegTraits = plainTraits;

/** Why a picture cannot be sent; undefined when it can. */
export function jpegProblem(bytes: Uint8Array): string | undefined {
  try {
    return typeOf(parseJpeg(bytes)) === undefined ? "it is neither 4:2:0 nor 4:2:2 with the usual factors" : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

function sendable(bytes: Uint8Array): Sendable | undefined {
  try {
    const picture = parseJpeg(bytes);
    const type = typeOf(picture);
    if (type === undefined) return undefined;
    const [luminance, chrominance] = picture.components.map(({ quantization }) =>
      picture.quantization.get(quantization),
    );
    if (!luminance || !chrominance) return undefined;
    const { width, height, restartInterval } = picture;
    const scan = hasStandardTables(picture) ? picture.scan : withStandardTables(picture);
    return { type, width, height, restartInterval, luminance, chrominance, scan };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** By the luminance's factors (RFC 2435 §4.1); undefined for pictures that no type stands for. */
function typeOf({ components: [y, u, v, more], quantization }: JpegPicture): number | undefined {
  if (!y || !u || !v || more) return undefined;
  const isPlain = [u, v].every(({ horizontal, vertical }) => horizontal === 1 && vertical === 1);
  const [first, second] = [u, v].map((component) => quantization.get(component.quantization));
  if (!isPlain || y.horizontal !== 2 || !first || !second || Buffer.compare(first, second) !== 0) return undefined;
  return y.vertical === 1 ? 0 : y.vertical === 2 ? 1 : undefined;
}

const mainHeaderBytes = 8;

function payloadsOf(picture: Sendable, maxBytes: number): RtpPayload[] {
  const { type, width, height, restartInterval, luminance, chrominance, scan } = picture;
  const isLarge = width > maxPlainSide || height > maxPlainSide;
  const extension = isLarge ? makeHeaderExtension([frameSegment(width, height, type === 0 ? 0x21 : 0x22)]) : noHead;
  // Restart intervals are not kept together: first and last of the picture's, and the highest count (§3.1.7).
  const restart =
    restartInterval > 0 ? Uint8Array.of(restartInterval >> 8, restartInterval & 0xff, 0xff, 0xff) : noHead;
  const tables = Buffer.concat([Uint8Array.of(0, 0, 0, tableBytes * 2), luminance, chrominance]);
  const room = maxBytes - mainHeaderBytes - restart.length;
  const extra = tables.length + extension.length;
  const total = scan.length + extra;
  const size = Math.max(extra + 1, Math.ceil(total / Math.ceil(total / room)));
  if (scan.length === 0 || size > room || scan.length >= 2 ** 24) return [];
  const payloads: RtpPayload[] = [];
  for (let offset = 0; offset < scan.length;) {
    const isFirst = offset === 0;
    const end = Math.min(scan.length, offset + size - (isFirst ? extra : 0));
    const main = Uint8Array.of(
      ...[0, offset >> 16, (offset >> 8) & 0xff, offset & 0xff],
      ...[restart.length > 0 ? type | 0x40 : type, 255],
      ...(isLarge ? [0, 0] : [Math.ceil(width / 8), Math.ceil(height / 8)]),
      ...restart,
    );
    const body = scan.subarray(offset, end);
    if (!isFirst) payloads.push({ head: main, body });
    else payloads.push({ head: Buffer.concat([main, tables]), body, ...(isLarge && { extension }) });
    offset = end;
  }
  return payloads;
}
