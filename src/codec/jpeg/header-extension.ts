import { DecodeError } from "#util/errors";
import { Marker, segmentAt } from "./segments.js";

// The RTP header extension with which ONVIF carries JPEG headers that RFC 2435 has no room for (Streaming §5.1.4).

/** First 16 bits of the extension: in the initial packet of a picture, and in others. */
const initialProfile = 0xffd8;
const laterProfile = 0xffff;
/** Profile of the replay extension, behind whose three words this one may stand (Streaming §6.3). */
const replayProfile = 0xabac;
const replayBytes = 12;

/** What an extension brings of JPEG headers: marker segments, with fill bytes. */
export interface HeaderPart {
  readonly isInitial: boolean;
  readonly content: Uint8Array;
}

/** The part in the header extension of a packet; undefined when it has none of this kind. */
export function headerPartOf(extension: Uint8Array | undefined): HeaderPart | undefined {
  if (!extension) return undefined;
  const part = u16(extension, 0) === replayProfile ? extension.subarray(4 + replayBytes) : extension;
  const profile = u16(part, 0);
  if (part.length < 4 || (profile !== initialProfile && profile !== laterProfile)) return undefined;
  return { isInitial: profile === initialProfile, content: part.subarray(4, 4 + u16(part, 2) * 4) };
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** The extension of an initial packet with these marker segments, filled up with FF in front of the last one. */
export function makeHeaderExtension(segments: readonly Uint8Array[]): Uint8Array {
  const length = segments.reduce((sum, { length: bytes }) => sum + bytes, 0);
  const words = Math.ceil(length / 4);
  const fill = Buffer.alloc(words * 4 - length, Marker.fill);
  const head = Uint8Array.of(initialProfile >> 8, initialProfile & 0xff, words >> 8, words & 0xff);
  return Buffer.concat([head, ...segments.slice(0, -1), fill, ...segments.slice(-1)]);
}

/** The headers of a picture as the parts of its packets bring them, each a whole segment. */
export interface Headers {
  frame?: Uint8Array;
  huffman: Uint8Array[];
  quantization: Uint8Array[];
  restart?: Uint8Array;
  scan?: Uint8Array;
  others: Uint8Array[];
}

/** Sorts the segments in `content`, the parts of a picture joined. Throws a DecodeError for anything else. */
export function readHeaders(content: Uint8Array): Headers {
  const headers: Headers = { huffman: [], quantization: [], others: [] };
  for (let offset = 0; offset < content.length;) {
    const found = segmentAt(content, offset);
    if (!found || found.marker === Marker.end) break;
    const whole = content.subarray(found.end - found.content.length - 4, found.end);
    if (found.marker === Marker.huffman) headers.huffman.push(whole);
    else if (found.marker === Marker.quantization) headers.quantization.push(whole);
    else if (found.marker === Marker.restartInterval) headers.restart = whole;
    else if (found.marker === Marker.scan) headers.scan = whole;
    else if (found.marker >= Marker.baseline && found.marker < Marker.firstRestart) headers.frame = whole;
    else if (found.marker === Marker.start)
      throw new DecodeError("jpeg-damaged", "a picture starts within its headers");
    else headers.others.push(whole);
    offset = found.end;
  }
  return headers;
}
