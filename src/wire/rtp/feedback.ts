import { PAYLOAD_SPECIFIC, PICTURE_LOSS, type RtcpPacket } from "./rtcp.js";

const FIR = 4;
/** The full intra request of old (RFC 2032 §5.2.1), which names nobody but its sender. */
const OLD_FIR = 192;

/**
 * Does the packet ask the source `ssrc` for something that can be decoded by itself: a picture loss indication (RFC 4585
 * §6.3.1) or a full intra request (RFC 5104 §4.3.1)?
 *
 *     |  SSRC of its sender  |  SSRC of the source (0 in FIR)  |  FIR: for each, SSRC, number, 24 bits  |
 */
export function asksForRandomAccess(packet: RtcpPacket, ssrc: number): boolean {
  if (packet.type !== "other") return false;
  const { packetType, format, body } = packet;
  if (packetType === OLD_FIR) return true;
  if (packetType !== PAYLOAD_SPECIFIC) return false;
  const isAt = (at: number): boolean =>
    at + 4 <= body.length && new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(at) === ssrc;
  if (format === PICTURE_LOSS) return isAt(4);
  if (format !== FIR) return false;
  for (let at = 8; at + 8 <= body.length; at += 8) if (isAt(at)) return true;
  return false;
}
