import { payloadOffset, RTP_HEADER_BYTES, sequenceDelta, sequenceNumber, ssrc } from "../rtp/packet.js";
import { counterMode, isSameTag, packetIv, rolloverBytes, tagOf, unseal } from "./packet-cipher.js";
import { senderOf } from "./protect.js";
import { ReplayWindow } from "./replay-window.js";
import { sessionKeys, type SessionKeys } from "./session-keys.js";
import { rtcpTagBytes, type SrtpMasterKey } from "./suite.js";

/** Why a packet is not taken. Nothing of it has had any effect then. */
export type SrtpProblem = "short" | "version" | "mki" | "authentication" | "replayed" | "sources" | "not-encrypted";

/** Senders that one key is kept for; more are not heard, so that nobody can fill the memory. */
const MAX_SOURCES = 16;
const SEQUENCES = 0x1_0000;
const RTCP_HEADER_BYTES = 8;
const RTCP_INDEX_BYTES = 4;

/** The receiving side of one master key, for any number of senders up to 16. */
export class SrtpUnprotector {
  readonly #rtp: SessionKeys;
  readonly #rtcp: SessionKeys;
  readonly #mki: Uint8Array;
  readonly #rollovers: ReadonlyMap<number, number>;
  readonly #rtpSeen = new Map<number, ReplayWindow>();
  readonly #rtcpSeen = new Map<number, ReplayWindow>();

  /**
   * `rollovers` tells how often the sequence number of a sender, by SSRC, has wrapped when we begin to listen; 0 unless
   * given (RFC 3830 §6.1.1).
   */
  constructor(master: SrtpMasterKey, rollovers: ReadonlyMap<number, number> = new Map()) {
    ({ rtp: this.#rtp, rtcp: this.#rtcp } = sessionKeys(master));
    this.#mki = master.mki;
    this.#rollovers = rollovers;
  }

  /** The same receiver under a new key: what has come tells where its senders are (RFC 3711 §3.3.1, Streaming §8.2.2). */
  under(master: SrtpMasterKey): SrtpUnprotector {
    const next = new SrtpUnprotector(master, this.#rollovers);
    for (const [source, { highest }] of this.#rtpSeen) take(next.#rtpSeen, source, undefined, highest);
    return next;
  }

  /** The RTP packet inside a protected one. */
  rtp(packet: Uint8Array): Buffer | SrtpProblem {
    const keys = this.#rtp;
    const { tagBytes, isAead } = keys.suite;
    if (packet.length < RTP_HEADER_BYTES + this.#mki.length + tagBytes) return "short";
    if ((packet[0] ?? 0) >> 6 !== 2) return "version";
    const end = packet.length - tagBytes - this.#mki.length;
    const bodyAt = payloadOffset(packet);
    if (bodyAt > end) return "short";
    if (!this.#hasMki(packet, isAead ? packet.length : packet.length - tagBytes)) return "mki";
    const source = ssrc(packet);
    const seen = this.#rtpSeen.get(source);
    const index = this.#indexOf(source, sequenceNumber(packet), seen);
    if (index < 0 || seen?.isRepeated(index)) return "replayed";
    const header = packet.subarray(0, bodyAt);
    const iv = packetIv(keys, source, index);
    let clear: Buffer | undefined;
    if (isAead) {
      clear = unseal(keys, iv, header, packet.subarray(bodyAt, end + tagBytes));
    } else {
      const tag = tagOf(keys, tagBytes, packet.subarray(0, end), rolloverBytes(index));
      if (isSameTag(tag, packet.subarray(packet.length - tagBytes)))
        clear = counterMode(keys, iv, packet.subarray(bodyAt, end));
    }
    if (!clear) return "authentication";
    if (!take(this.#rtpSeen, source, seen, index)) return "sources";
    return Buffer.concat([header, clear]);
  }

  /** The RTCP compound inside a protected one. */
  rtcp(packet: Uint8Array): Buffer | SrtpProblem {
    const keys = this.#rtcp;
    const { isAead } = keys.suite;
    const tagBytes = rtcpTagBytes(keys.suite);
    if (packet.length < RTCP_HEADER_BYTES + RTCP_INDEX_BYTES + this.#mki.length + tagBytes) return "short";
    if ((packet[0] ?? 0) >> 6 !== 2) return "version";
    const trailerAt = packet.length - this.#mki.length - RTCP_INDEX_BYTES - (isAead ? 0 : tagBytes);
    if (!this.#hasMki(packet, isAead ? packet.length : packet.length - tagBytes)) return "mki";
    const trailer = packet.subarray(trailerAt, trailerAt + RTCP_INDEX_BYTES);
    if ((trailer[0] ?? 0) < 0x80) return "not-encrypted";
    const index = new DataView(trailer.buffer, trailer.byteOffset, RTCP_INDEX_BYTES).getUint32(0) & 0x7fff_ffff;
    const source = senderOf(packet);
    const seen = this.#rtcpSeen.get(source);
    if (seen?.isRepeated(index)) return "replayed";
    const header = packet.subarray(0, RTCP_HEADER_BYTES);
    const iv = packetIv(keys, source, index);
    let clear: Buffer | undefined;
    if (isAead) {
      clear = unseal(keys, iv, Buffer.concat([header, trailer]), packet.subarray(RTCP_HEADER_BYTES, trailerAt));
    } else {
      const tag = tagOf(keys, tagBytes, packet.subarray(0, trailerAt + RTCP_INDEX_BYTES));
      if (isSameTag(tag, packet.subarray(packet.length - tagBytes)))
        clear = counterMode(keys, iv, packet.subarray(RTCP_HEADER_BYTES, trailerAt));
    }
    if (!clear) return "authentication";
    if (!take(this.#rtcpSeen, source, seen, index)) return "sources";
    return Buffer.concat([header, clear]);
  }

  /** The identifier stands in front of `end`. */
  #hasMki(packet: Uint8Array, end: number): boolean {
    const start = end - this.#mki.length;
    return this.#mki.every((byte, at) => packet[start + at] === byte);
  }

  /** The place in the stream that is nearest to what has come (RFC 3711 §3.3.1); negative when there is none. */
  #indexOf(source: number, sequence: number, seen: ReplayWindow | undefined): number {
    if (!seen) return (this.#rollovers.get(source) ?? 0) * SEQUENCES + sequence;
    return seen.highest + sequenceDelta(seen.highest % SEQUENCES, sequence);
  }
}

/** Remembers an index of an authentic packet; false when too many senders are known. */
function take(all: Map<number, ReplayWindow>, source: number, seen: ReplayWindow | undefined, index: number): boolean {
  if (!seen && all.size >= MAX_SOURCES) return false;
  const window = seen ?? new ReplayWindow();
  if (!seen) all.set(source, window);
  window.take(index);
  return true;
}
