/*
 * An RTP packet (RFC 3550 §5.1) is its bytes; these functions read and write fields in place.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |V=2|P|X|  CC   |M|     PT      |        sequence number        |
 *  |                           timestamp                           |
 *  |                             SSRC                              |
 *  |                       CSRC (0…15 of them)                     |
 *  |   extension: profile, length in words    |  words …           |
 */

/** Bytes of the header without CSRCs and extension. */
export const RTP_HEADER_BYTES = 12;

/** Why `packet` is not an RTP packet, or undefined when its header, extension and padding fit into it. */
export function rtpProblem(packet: Uint8Array): "short" | "version" | "extension" | "padding" | undefined {
  if (packet.length < RTP_HEADER_BYTES) return "short";
  const first = packet[0] ?? 0;
  if (first >> 6 !== 2) return "version";
  const offset = payloadOffset(packet);
  if (offset > packet.length) return first & 0x10 ? "extension" : "short";
  const padding = paddingOf(packet);
  if (first & 0x20 && (padding === 0 || offset + padding > packet.length)) return "padding";
  return undefined;
}

export const hasMarker = (packet: Uint8Array): boolean => (packet[1] ?? 0) >= 0x80;

/** 0…127. */
export const payloadType = (packet: Uint8Array): number => (packet[1] ?? 0) & 0x7f;

/** 0…65535. */
export const sequenceNumber = (packet: Uint8Array): number => ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);

/** 0…2^32−1. */
export const timestamp = (packet: Uint8Array): number => readUint32(packet, 4);

/** 0…2^32−1. */
export const ssrc = (packet: Uint8Array): number => readUint32(packet, 8);

/** Where the payload starts: behind CSRCs and extension. May lie beyond the end of a broken packet. */
export function payloadOffset(packet: Uint8Array): number {
  const first = packet[0] ?? 0;
  const offset = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  if (!(first & 0x10)) return offset;
  return offset + 4 + (((packet[offset + 2] ?? 0) << 8) | (packet[offset + 3] ?? 0)) * 4;
}

/** The header extension of a packet without a problem, whole and as a view: profile, length and words. */
export function extensionOf(packet: Uint8Array): Uint8Array | undefined {
  const first = packet[0] ?? 0;
  return first & 0x10 ? packet.subarray(RTP_HEADER_BYTES + (first & 0x0f) * 4, payloadOffset(packet)) : undefined;
}

/** The payload of a packet without a problem, as a view. */
export const payloadOf = (packet: Uint8Array): Uint8Array =>
  packet.subarray(payloadOffset(packet), packet.length - paddingOf(packet));

/** The header at `offset` of `into` is followed by an extension. */
export function markExtended(into: Uint8Array, offset: number): void {
  into[offset] = (into[offset] ?? 0) | 0x10;
}

/** Writes a header without CSRCs and extension at `offset` of `into`; returns the offset behind it. */
export function writeRtpHeader(
  into: Uint8Array,
  offset: number,
  marker: boolean,
  type: number,
  sequence: number,
  time: number,
  source: number,
): number {
  into[offset] = 0x80;
  into[offset + 1] = (marker ? 0x80 : 0) | (type & 0x7f);
  into[offset + 2] = sequence >>> 8;
  into[offset + 3] = sequence;
  writeUint32(into, offset + 4, time);
  writeUint32(into, offset + 8, source);
  return offset + RTP_HEADER_BYTES;
}

/** Makes the packet at `offset` one of another place in another stream. */
export function assignPacket(into: DataView, offset: number, sequence: number, time: number, source: number): void {
  into.setUint16(offset + 2, sequence);
  into.setUint32(offset + 4, time);
  into.setUint32(offset + 8, source);
}

/** Distance from `a` to `b` modulo 2^16, in −32768…32767 (serial arithmetic, RFC 1982). */
export const sequenceDelta = (a: number, b: number): number => ((b - a) << 16) >> 16;

/** Distance from `a` to `b` modulo 2^32, in −2^31…2^31−1. */
export const timestampDelta = (a: number, b: number): number => (b - a) | 0;

const paddingOf = (packet: Uint8Array): number => ((packet[0] ?? 0) & 0x20 ? (packet[packet.length - 1] ?? 0) : 0);

function readUint32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
