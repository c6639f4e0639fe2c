import { DecodeError } from "#util/errors";
import { headerAt } from "./matroska-check.js";
import type { ByteSource } from "./media-file.js";
import { boxAt } from "./mp4-check.js";

// The decoder configurations that a file keeps for codecs which the reading library does not know (mediabunny 1.61). Files
// come here after their check, so their structure holds.

/** What a file says about the coding of a track. */
export interface StoredConfig {
  /** `objectTypeIndication` of an MP4 file: 0x20 is MPEG-4 video (ISO 14496-1 §7.2.6.6). */
  readonly objectType?: number;
  /** The decoder's configuration, such as `DecoderSpecificInfo` or `CodecPrivate`; may be empty. */
  readonly bytes: Uint8Array;
}

/** The configuration of the track with this id (track id of MP4, track number of Matroska); undefined where there is none. */
export async function storedConfig(source: ByteSource, trackId: number): Promise<StoredConfig | undefined> {
  try {
    return (await mp4Config(source, trackId)) ?? (await matroskaConfig(source, trackId));
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

async function mp4Config(source: ByteSource, trackId: number): Promise<StoredConfig | undefined> {
  for (let offset = 0; offset + 8 <= source.size;) {
    const head = Buffer.from(await source.read(offset, 16));
    const { type, headerBytes, length } = boxAt(head, 0, source.size - offset);
    if (type === "moov") {
      const movie = Buffer.from(await source.read(offset + headerBytes, length - headerBytes));
      const track = boxes(movie, "trak").find((content) => trackIdOf(content) === trackId);
      const [descriptions] = track ? within(track, ["mdia", "minf", "stbl", "stsd"]) : [];
      return descriptions && entryConfig(descriptions);
    }
    if (!/^[\x20-\x7e]{4}$/.test(type)) return undefined;
    offset += length;
  }
  return undefined;
}

/** The contents of the boxes of this type. */
function boxes(bytes: Buffer, type: string): Buffer[] {
  const found: Buffer[] = [];
  for (let offset = 0; offset + 8 <= bytes.length;) {
    const box = boxAt(bytes, offset, bytes.length - offset);
    if (box.type === type) found.push(bytes.subarray(offset + box.headerBytes, offset + box.length));
    offset += box.length;
  }
  return found;
}

const within = (bytes: Buffer, path: readonly string[]): Buffer[] =>
  path.reduce<Buffer[]>((contents, type) => contents.flatMap((content) => boxes(content, type)), [bytes]);

/** Track header (ISO 14496-12 §8.3.2): version and flags, two times of 32 or 64 bits, then the id. */
function trackIdOf(track: Buffer): number | undefined {
  const [header] = boxes(track, "tkhd");
  const offset = header?.[0] === 1 ? 20 : 12;
  return header && header.length >= offset + 4 ? header.readUInt32BE(offset) : undefined;
}

/** Bytes of a visual sample entry in front of its boxes (ISO 14496-12 §12.1.3). */
const visualEntryBytes = 78;

/** The configuration in the first sample entry of `stsd`: version, flags and count, then the entries. */
function entryConfig(descriptions: Buffer): StoredConfig | undefined {
  const entries = descriptions.subarray(8);
  const entry = boxAt(entries, 0, entries.length);
  const [descriptor] = boxes(entries.subarray(entry.headerBytes + visualEntryBytes, entry.length), "esds");
  return descriptor && elementaryConfig(descriptor.subarray(4));
}

/** Tags of descriptors (ISO 14496-1 §7.2.2.1). */
const elementaryStream = 3;
const decoderConfig = 4;
const decoderSpecificInfo = 5;

/**
 * `ES_Descriptor` (ISO 14496-1 §7.2.6.5), in it `DecoderConfigDescriptor`: object type, 12 bytes of buffer and bit rates, and
 * `DecoderSpecificInfo`.
 */
function elementaryConfig(bytes: Buffer): StoredConfig | undefined {
  const stream = descriptorAt(bytes);
  if (stream?.tag !== elementaryStream) return undefined;
  const flags = stream.content[2] ?? 0;
  let offset = 3 + ((flags & 0x80) !== 0 ? 2 : 0);
  if ((flags & 0x40) !== 0) offset += 1 + (stream.content[offset] ?? 0);
  if ((flags & 0x20) !== 0) offset += 2;
  const decoder = descriptorAt(stream.content.subarray(offset));
  const objectType = decoder?.content[0];
  if (decoder?.tag !== decoderConfig || objectType === undefined) return undefined;
  const specific = descriptorAt(decoder.content.subarray(13));
  return { objectType, bytes: specific?.tag === decoderSpecificInfo ? specific.content : Buffer.alloc(0) };
}

/** A tag, a length in one to four bytes of seven bits, and the content. */
function descriptorAt(bytes: Buffer): { readonly tag: number; readonly content: Buffer } | undefined {
  let length = 0;
  for (let at = 1; at <= 4 && at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    length = (length << 7) | (byte & 0x7f);
    if ((byte & 0x80) === 0) return { tag: bytes[0] ?? 0, content: bytes.subarray(at + 1, at + 1 + length) };
  }
  return undefined;
}

const ebmlHeader = 0x1a45dfa3;
const tracks = 0x1654ae6b;
const trackEntry = 0xae;
const trackNumber = 0xd7;
const codecPrivate = 0x63a2;
/** More than the descriptions of all tracks together ever need. */
const maxTracksBytes = 16 * 1024 * 1024;

async function matroskaConfig(source: ByteSource, number: number): Promise<StoredConfig | undefined> {
  const top = headerAt(await source.read(0, 12));
  if (top?.id !== ebmlHeader) return undefined;
  let offset = top.bytes + (top.size ?? 0);
  offset += headerAt(await source.read(offset, 12))?.bytes ?? source.size;
  while (offset < source.size) {
    const header = headerAt(await source.read(offset, 12));
    if (header?.size === undefined) return undefined;
    if (header.id === tracks && header.size <= maxTracksBytes) {
      const entries = elements(await source.read(offset + header.bytes, header.size), trackEntry);
      const entry = entries.find((content) => numberOf(elements(content, trackNumber)[0]) === number);
      const [bytes] = entry ? elements(entry, codecPrivate) : [];
      return bytes && { bytes };
    }
    offset += header.bytes + header.size;
  }
  return undefined;
}

/** The contents of the elements with this id. */
function elements(bytes: Uint8Array, id: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let offset = 0;
  for (let header = headerAt(bytes); header?.size !== undefined; header = headerAt(bytes.subarray(offset))) {
    const start: number = offset + header.bytes;
    if (header.id === id) found.push(bytes.subarray(start, start + header.size));
    offset = start + header.size;
  }
  return found;
}

const numberOf = (content: Uint8Array = new Uint8Array(0)): number =>
  content.reduce((value, byte) => value * 256 + byte, 0);
