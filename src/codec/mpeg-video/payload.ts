import type { MediaFormat } from "../format.js";
import { joined, type PayloadFormat, type RtpPayload } from "../payload-format.js";
import { type Piece, PiecesDepacketizer } from "../pieces.js";
import { beginsWithStartCode, startCodes } from "../start-codes.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";
import {
  isDispensable,
  isRandomAccess,
  isSlice,
  parseMpegSequence,
  pictureHeaderAt,
  type PictureHeader,
  sequenceOf,
  StartCodeValue,
} from "./headers.js";

/**
 * The format of an MPEG-1 or MPEG-2 video track, payload type 32. `sequence` is the sequence header with its extensions.
 * Throws a DecodeError when it cannot be read.
 */
export const mpegVideoFormat = (sequence: Uint8Array): MediaFormat =>
  withSequence({ kind: "video", encodingName: "MPV", payloadType: 32, clockRate: 90_000 }, sequence);

function withSequence(format: MediaFormat, sequence: Uint8Array): MediaFormat {
  const { width, height, frameRate: coded } = parseMpegSequence(sequence);
  const frameRate = format.frameRate ?? coded;
  return { ...format, width, height, ...(frameRate !== undefined && { frameRate }), parameterSets: [sequence] };
}

const headerBytes = 4;

/** What a packet holds of a unit. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly beginsSlice: boolean;
  readonly endsSlice: boolean;
}

/**
 * RTP payload of MPEG-1 and MPEG-2 video (RFC 2250 §3): as many whole slices as fit, with the headers in front of them; a
 * slice that does not fit is cut. Random access pictures bring the sequence header. The extension for MPEG-2 (`T`) is not
 * sent, and skipped where it comes.
 */
export const mpegVideoPayload: PayloadFormat = {
  marker: "last",
  packetize(unit, format, randomAccess, maxBytes) {
    const bytes = joined(unit);
    if (bytes.length === 0) return [];
    const lacks = randomAccess && sequenceOf(bytes) === undefined;
    return payloadsOf(lacks ? joined([...(format.parameterSets ?? []), bytes]) : bytes, maxBytes - headerBytes);
  },
  depacketizer: () => new PiecesDepacketizer(pieceOf),
};

export const mpegVideoTraits: StreamTraits = {
  ...plainTraits,
  isRandomAccess: (unit) => isRandomAccess(joined(unit)),
  isDispensable: (unit) => isDispensable(joined(unit)),
  setsAreSent: true,
  setsOf(unit) {
    const sequence = sequenceOf(joined(unit));
    return sequence ? [sequence] : [];
  },
  withSets: (format, sets) => withSequence(format, joined(sets)),
};

function payloadsOf(unit: Uint8Array, room: number): RtpPayload[] {
  const { slices, picture, hasSequence } = structureOf(unit);
  return spansOf(slices, unit.length, room).map((span, index) => ({
    head: headOf(picture, span, hasSequence && index === 0),
    body: unit.subarray(span.start, span.end),
  }));
}

interface Structure {
  /** Where slices start. */
  readonly slices: readonly number[];
  readonly picture: PictureHeader;
  readonly hasSequence: boolean;
}

function structureOf(unit: Uint8Array): Structure {
  const slices: number[] = [];
  let picture: PictureHeader = { temporalReference: 0, type: 0, vectorCodes: 0 };
  let hasSequence = false;
  for (const { offset, code } of startCodes(unit)) {
    if (isSlice(code)) slices.push(offset);
    else if (code === StartCodeValue.picture && slices.length === 0) picture = pictureHeaderAt(unit, offset);
    else if (code === StartCodeValue.sequenceHeader) hasSequence = true;
  }
  return { slices, picture, hasSequence };
}

/** Cuts at the starts of slices where it can; the headers go with the first slice. */
function spansOf(slices: readonly number[], length: number, room: number): Span[] {
  const spans: Span[] = [];
  let start = 0;
  let end = 0;
  for (const next of [...slices.slice(1), length]) {
    if (next - start > room && end > start) {
      spans.push({ start, end, beginsSlice: true, endsSlice: true });
      start = end;
    }
    // A slice longer than a packet, with the headers in front of it if it is the first.
    for (let first = true; next - start > room; first = false) {
      spans.push({ start, end: start + room, beginsSlice: first, endsSlice: false });
      start += room;
      if (next - start > room) continue;
      spans.push({ start, end: next, beginsSlice: false, endsSlice: true });
      start = next;
    }
    end = next;
  }
  const holdsSlice = slices.length > 0;
  if (end > start) spans.push({ start, end, beginsSlice: holdsSlice, endsSlice: holdsSlice });
  return spans;
}

/*
 *  |  MBZ 5  |T|      TR 10      |AN|N|S|B|E| P 3 |FBV| BFC 3 |FFV| FFC 3 |
 */
function headOf({ temporalReference, type, vectorCodes }: PictureHeader, span: Span, sequence: boolean): Uint8Array {
  const flags = (sequence ? 0x20 : 0) | (span.beginsSlice ? 0x10 : 0) | (span.endsSlice ? 0x08 : 0);
  return Uint8Array.of(temporalReference >> 8, temporalReference & 0xff, flags | type, vectorCodes);
}

function pieceOf(payload: Uint8Array): Piece | string {
  const hasExtension = ((payload[0] ?? 0) & 0x04) !== 0;
  const body = payload.subarray(headerBytes + (hasExtension ? 4 : 0));
  if (body.length === 0) return "short";
  return { body, starts: beginsWithStartCode(body) && !isSlice(body[3] ?? 0) };
}
