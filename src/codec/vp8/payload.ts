import type { MediaFormat } from "../format.js";
import { evenPieces, joined, type PayloadFormat } from "../payload-format.js";
import { type Piece, PiecesDepacketizer } from "../pieces.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";

/** The format of a VP8 track; the size, which the stream tells too, where it is known. */
export const vp8Format = (payloadType: number, size: Pick<MediaFormat, "width" | "height"> = {}): MediaFormat => ({
  kind: "video",
  encodingName: "VP8",
  payloadType,
  clockRate: 90_000,
  ...size,
});

/** Whether a frame is a key frame: the first bit of its tag, inverted (RFC 6386 §9.1). */
export const isKeyFrame = (frame: Uint8Array): boolean => frame.length > 2 && ((frame[0] ?? 1) & 0x01) === 0;

/** First packet, and packets behind it: `S`, the start of a partition, and partition 0. */
const startHead = Uint8Array.of(0x10);
const middleHead = Uint8Array.of(0x00);

/**
 * RTP payload of VP8 (RFC 7741 §4): a descriptor of one byte, then the frame, cut anywhere; the marker on its last packet.
 * Picture ids and what else the descriptor can say are skipped where they come.
 *
 *     |X|R|N|S|R| PID | X: |I|L|T|K| RSV | I: |M| picture id 7 or 15 | L: TL0PICIDX | T or K: TID, KEYIDX | frame …
 */
export const vp8Payload: PayloadFormat = {
  marker: "last",
  packetize: (unit, _format, _randomAccess, maxBytes) =>
    unit
      .filter((frame) => frame.length > 0)
      .flatMap((frame) =>
        evenPieces(frame, maxBytes - 1).map((body, index) => ({ head: index === 0 ? startHead : middleHead, body })),
      ),
  depacketizer: () => new PiecesDepacketizer(pieceOf),
};

export const vp8Traits: StreamTraits = { ...plainTraits, isRandomAccess: (unit) => isKeyFrame(joined(unit)) };

function pieceOf(payload: Uint8Array): Piece | string {
  const first = payload[0] ?? 0;
  let offset = 1;
  if ((first & 0x80) !== 0) {
    const extensions = payload[offset++] ?? 0;
    if ((extensions & 0x80) !== 0) offset += ((payload[offset] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extensions & 0x40) !== 0) offset++;
    if ((extensions & 0x30) !== 0) offset++;
  }
  if (offset >= payload.length) return "short";
  const starts = (first & 0x10) !== 0 && (first & 0x07) === 0;
  return { body: payload.subarray(offset), starts, startsOnly: starts };
}
