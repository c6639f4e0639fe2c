import type { MediaFormat } from "../format.js";
import { joined, noHead, type Depacketizer, type PayloadFormat, type RtpPayload } from "../payload-format.js";

/** Length of a transport stream packet (ISO 13818-1 §2.4.3.2). */
export const TS_PACKET_BYTES = 188;

/** The format of a transport stream, payload type 33. */
export const transportStreamFormat: MediaFormat = Object.freeze({
  kind: "video",
  encodingName: "MP2T",
  payloadType: 33,
  clockRate: 90_000,
});

/**
 * RTP payload of MPEG-2 transport streams (RFC 2250 §2): as many whole transport packets as fit. The marker would mean that
 * the time jumps, and is never set.
 */
export const transportStreamPayload: PayloadFormat = {
  marker: "never",
  packetize(unit, _format, _randomAccess, maxBytes) {
    const bytes = joined(unit);
    const step = Math.floor(maxBytes / TS_PACKET_BYTES) * TS_PACKET_BYTES;
    const payloads: RtpPayload[] = [];
    for (let offset = 0; offset < bytes.length; offset += step)
      payloads.push({ head: noHead, body: bytes.subarray(offset, offset + step) });
    return payloads;
  },
  depacketizer: () => wholePackets,
};

/** Each packet is a unit of its own: where pictures begin is known only to who takes the stream apart. */
const wholePackets: Depacketizer = Object.freeze({
  push: (payload: Uint8Array) => (payload.length > 0 ? { units: [[payload]] } : { dropped: "empty" }),
  flush: () => undefined,
  reset: () => {},
});
