import { payloadOffset, ssrc } from "../rtp/packet.js";
import { CounterMode } from "./counter-mode.js";
import { counterMode, packetIv, rolloverBytes, seal, tagOf } from "./packet-cipher.js";
import { sessionKeys, type SessionKeys } from "./session-keys.js";
import { rtcpTagBytes, type SrtpMasterKey } from "./suite.js";

/** Indices of SRTCP packets have 31 bits (RFC 3711 §3.4). */
const RTCP_INDICES = 2 ** 31;
const RTCP_HEADER_BYTES = 8;
/** Set in front of the index of an RTCP packet that is encrypted. */
const ENCRYPTED = 0x8000_0000;

/** The sending side of one master key. All that is sent with it has to go through one object. */
export class SrtpProtector {
  /** What a packet of RTP grows by. */
  readonly overheadBytes: number;
  readonly #rtp: SessionKeys;
  readonly #rtcp: SessionKeys;
  readonly #mki: Uint8Array;
  readonly #counter: CounterMode;
  #rtcpIndex = 0;

  constructor(readonly master: SrtpMasterKey) {
    ({ rtp: this.#rtp, rtcp: this.#rtcp } = sessionKeys(master));
    this.#mki = master.mki;
    this.#counter = new CounterMode(this.#rtp.encryption);
    this.overheadBytes = master.suite.tagBytes + master.mki.length;
  }

  /**
   * Writes the protected form of an RTP packet without problems at `offset` of `into`, where it takes `overheadBytes`
   * more, and returns the offset behind it. `index` is the packet's place in the stream, 0…2^48−1, whose low 16 bits
   * become its sequence number; no two packets of one SSRC may have the same (RFC 3711 §9.1).
   */
  rtp(packet: Uint8Array, index: number, into: Uint8Array, offset: number): number {
    const keys = this.#rtp;
    const bodyAt = payloadOffset(packet);
    into.set(packet.subarray(0, bodyAt), offset);
    into[offset + 2] = (index >>> 8) & 0xff;
    into[offset + 3] = index & 0xff;
    const header = into.subarray(offset, offset + bodyAt);
    const clear = packet.subarray(bodyAt);
    const iv = packetIv(keys, ssrc(packet), index);
    let at = offset + bodyAt;
    if (keys.suite.isAead) {
      for (const part of seal(keys, iv, header, clear)) at = put(into, at, part);
      return put(into, at, this.#mki);
    }
    at = this.#counter.apply(iv, clear, into, at);
    const tag = tagOf(keys, keys.suite.tagBytes, into.subarray(offset, at), rolloverBytes(index));
    return put(into, put(into, at, this.#mki), tag);
  }

  /** The protected form of a compound of RTCP, at least 8 bytes long, with the next index (RFC 3711 §3.4, RFC 7714 §9). */
  rtcp(packet: Uint8Array): Buffer {
    const keys = this.#rtcp;
    const index = this.#rtcpIndex;
    this.#rtcpIndex = (index + 1) % RTCP_INDICES;
    const header = packet.subarray(0, RTCP_HEADER_BYTES);
    const clear = packet.subarray(RTCP_HEADER_BYTES);
    const iv = packetIv(keys, senderOf(packet), index);
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32BE(ENCRYPTED + index);
    if (keys.suite.isAead)
      return Buffer.concat([header, ...seal(keys, iv, Buffer.concat([header, trailer]), clear), trailer, this.#mki]);
    const body = counterMode(keys, iv, clear);
    const tag = tagOf(keys, rtcpTagBytes(keys.suite), header, body, trailer);
    return Buffer.concat([header, body, trailer, this.#mki, tag]);
  }
}

/** SSRC of the sender of an RTCP packet. */
export const senderOf = (packet: Uint8Array): number =>
  new DataView(packet.buffer, packet.byteOffset, packet.byteLength).getUint32(4);

function put(into: Uint8Array, at: number, bytes: Uint8Array): number {
  into.set(bytes, at);
  return at + bytes.length;
}
