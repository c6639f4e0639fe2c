import { DecodeError } from "#util/errors";
import type { MediaFormat } from "../format.js";
import { evenPieces, joined, type PayloadFormat } from "../payload-format.js";
import { type Piece, PiecesDepacketizer } from "../pieces.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";
import { parseVp9FrameHeader } from "./header.js";

/** The format of a VP9 track. `keyFrame` is a frame that tells profile and size; a DecodeError when it cannot be read. */
export function vp9Format(keyFrame: Uint8Array, payloadType: number): MediaFormat {
  const { profile, width, height } = parseVp9FrameHeader(keyFrame);
  return {
    kind: "video",
    encodingName: "VP9",
    payloadType,
    clockRate: 90_000,
    fmtp: `profile-id=${profile}`,
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

/** Whether a frame is a key frame; what cannot be read is none. */
export function isKeyFrame(frame: Uint8Array): boolean {
  try {
    return parseVp9FrameHeader(frame).keyFrame;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/** Flags of the descriptor. */
const predicted = 0x40;
const begins = 0x08;
const ends = 0x04;

/**
 * RTP payload of VP9 (RFC 9628 §4): a descriptor of one byte, then the frame or superframe, cut anywhere; the marker on
 * its last packet. Layers are not made; picture ids, layer indices, references and scalability structures are skipped
 * where they come.
 *
 *     |I|P|L|F|B|E|V|Z| I: |M| picture id 7 or 15 | L: layer, TL0PICIDX unless F | F and P: references | V: structure | …
 */
export const vp9Payload: PayloadFormat = {
  marker: "last",
  packetize(unit, _format, randomAccess, maxBytes) {
    const frame = joined(unit);
    if (frame.length === 0) return [];
    const pieces = evenPieces(frame, maxBytes - 1);
    return pieces.map((body, index) => {
      const edges = (index === 0 ? begins : 0) | (index === pieces.length - 1 ? ends : 0);
      return { head: Uint8Array.of((randomAccess ? 0 : predicted) | edges), body };
    });
  },
  depacketizer: () => new PiecesDepacketizer(pieceOf),
};

export const vp9Traits: StreamTraits = { ...plainTraits, isRandomAccess: (unit) => isKeyFrame(joined(unit)) };

/** Most references that a descriptor names (§4.2). */
const maxReferences = 3;

function pieceOf(payload: Uint8Array): Piece | string {
  const first = payload[0] ?? 0;
  const at = (offset: number): number => payload[offset] ?? 0;
  let offset = 1;
  if ((first & 0x80) !== 0) offset += (at(offset) & 0x80) !== 0 ? 2 : 1;
  const isFlexible = (first & 0x10) !== 0;
  let isUpperLayer = false;
  if ((first & 0x20) !== 0) {
    isUpperLayer = (at(offset) & 0x0e) !== 0;
    offset += isFlexible ? 1 : 2;
  }
  if (isFlexible && (first & predicted) !== 0) {
    for (let references = 1; (at(offset++) & 0x01) !== 0; references++)
      if (references === maxReferences) return "references";
  }
  if ((first & 0x02) !== 0) offset += structureBytes(payload, offset);
  if (offset >= payload.length) return "short";
  const starts = (first & begins) !== 0 && !isUpperLayer;
  return { body: payload.subarray(offset), starts, startsOnly: starts };
}

/*
 *  | N_S 3 |Y|G|RES 3| Y: width 16, height 16, N_S + 1 times | G: N_G, for each: | TID 3 |U| R 2 |RES| R times P_DIFF |
 */
/** Length of the scalability structure at `offset` (§4.2.1). */
function structureBytes(payload: Uint8Array, offset: number): number {
  const flags = payload[offset] ?? 0;
  let at = offset + 1;
  if ((flags & 0x10) !== 0) at += 4 * ((flags >> 5) + 1);
  if ((flags & 0x08) !== 0) {
    const pictures = payload[at++] ?? 0;
    for (let i = 0; i < pictures; i++) at += 1 + (((payload[at] ?? 0) >> 2) & 0x03);
  }
  return at - offset;
}
