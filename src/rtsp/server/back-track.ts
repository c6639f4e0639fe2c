import type { MediaFormat } from "#codec/format";
import type { Talk } from "#media/back-channel";
import type { MediaDescription } from "#media/description";
import { ReceivedTrack, type ReceivedInfo, type Receiver } from "#media/received-track";
import type { RelayEpoch } from "#media/relay-timeline";
import { payloadOf, payloadType, rtpProblem } from "#wire/rtp/packet";
import { readRtcp, writeRtcp } from "#wire/rtp/rtcp";
import type { ReceivingTransport } from "./transport/receiving.js";

const MAX_RTCP_BYTES = 1500;

const nothing: ReceivedInfo = Object.freeze({
  packets: 0,
  octets: 0,
  lost: 0,
  late: 0,
  broken: 0,
  unknownType: 0,
  newSources: 0,
  timeJumps: 0,
  damagedUnits: 0,
  abandonedUnits: 0,
});

/** Number of the back channel in the URLs of a stream: behind all tracks that the stream has. */
export const backTrackIndex = ({ tracks }: MediaDescription): number => tracks.length;

export interface BackTrackParts {
  readonly index: number;
  /** What was offered. */
  readonly formats: readonly MediaFormat[];
  readonly transport: ReceivingTransport;
  readonly talk: Talk;
  readonly receiver: Receiver;
  readonly epoch: RelayEpoch;
}

/**
 * The sound that a client sends while it plays. Its first packet decides which of the offered formats it is of; packets of
 * other types are counted and passed over until the next PLAY, so that nobody can make the speaker change all the time.
 */
export class BackTrack {
  readonly index: number;
  readonly transport: ReceivingTransport;
  readonly #parts: BackTrackParts;
  #track: ReceivedTrack | undefined;
  #format: MediaFormat | undefined;
  /** Reports that came before the first packet. */
  #early: Uint8Array | undefined;
  /** Counts of tracks of other formats, before. */
  #past = nothing;
  #broken = 0;
  #brokenRtcp = 0;
  #unknownType = 0;
  #state: "paused" | "waiting" | "talking" | "closed" = "paused";

  constructor(parts: BackTrackParts) {
    this.index = parts.index;
    this.transport = parts.transport;
    this.#parts = parts;
  }

  /** Takes RTP of the client; true when it was a sign of life. */
  receive(packet: Uint8Array, nowMs: number): boolean {
    if (this.#state === "paused" || this.#state === "closed") return false;
    if (this.#state === "waiting" && !this.#begin(packet, nowMs)) return rtpProblem(packet) === undefined;
    return this.#track?.receive(packet, nowMs) === true;
  }

  /** Takes RTCP of the client; true when it was a sign of life. */
  receiveRtcp(packet: Uint8Array, nowMs: number): boolean {
    if (this.#track) return this.#track.receiveRtcp(packet, nowMs);
    if (packet.length > MAX_RTCP_BYTES || typeof readRtcp(packet) === "string") {
      this.#brokenRtcp++;
      return false;
    }
    this.#early = packet;
    return true;
  }

  /** From now on sound is taken. */
  resume(): void {
    if (this.#state === "paused") this.#state = "waiting";
  }

  pause(reason: string): void {
    if (this.#state === "talking") {
      this.#track?.finish();
      this.#parts.talk.pause(reason, this.info());
    }
    if (this.#state !== "closed") this.#state = "paused";
  }

  /** About once a second. */
  tick(nowMs: number): void {
    this.#track?.tick(nowMs);
  }

  /** Tells the client that nobody listens any more (RFC 3550 §6.6). */
  goodbye(reason: string): void {
    const { ssrc, cname } = this.#parts.receiver;
    this.transport.sendRtcp(
      writeRtcp([
        { type: "RR", ssrc, reports: [] },
        { type: "SDES", chunks: [{ ssrc, cname }] },
        { type: "BYE", sources: [ssrc], reason },
      ]),
    );
  }

  /** Gives back the back channel and the ports. */
  close(reason: string): void {
    if (this.#state === "closed") return;
    this.pause(reason);
    this.#state = "closed";
    this.#parts.talk.end(reason, this.info());
    this.transport.close();
  }

  get brokenRtcp(): number {
    return this.#brokenRtcp + (this.#track?.brokenRtcp ?? 0);
  }

  info(): ReceivedInfo {
    const counts = sum(this.#past, this.#track?.info() ?? nothing);
    return { ...counts, broken: counts.broken + this.#broken, unknownType: counts.unknownType + this.#unknownType };
  }

  /** Looks at what may be the first packet; true when it is of an offered format. */
  #begin(packet: Uint8Array, nowMs: number): boolean {
    if (rtpProblem(packet) !== undefined) {
      this.#broken++;
      return false;
    }
    const type = payloadType(packet);
    const format = this.#parts.formats.find((one) => one.payloadType === type);
    // Clients of FFmpeg's making open firewalls by packets of type 0 with nothing in them.
    if (!format || payloadOf(packet).length === 0) {
      this.#unknownType++;
      return false;
    }
    if (format === this.#format) this.#track?.resume();
    else this.#change(format, nowMs);
    this.#state = "talking";
    this.#parts.talk.begin(format);
    return true;
  }

  #change(format: MediaFormat, nowMs: number): void {
    const { transport, receiver, epoch, talk } = this.#parts;
    if (this.#track) this.#past = sum(this.#past, this.#track.info());
    this.#format = format;
    this.#track = new ReceivedTrack(0, format, transport, receiver, epoch, {
      unit: (unit) => talk.write(unit),
      refined: () => {},
    });
    if (this.#early) this.#track.receiveRtcp(this.#early, nowMs);
    this.#early = undefined;
  }
}

const sum = (one: ReceivedInfo, other: ReceivedInfo): ReceivedInfo => ({
  packets: one.packets + other.packets,
  octets: one.octets + other.octets,
  lost: one.lost + other.lost,
  late: one.late + other.late,
  broken: one.broken + other.broken,
  unknownType: one.unknownType + other.unknownType,
  newSources: one.newSources + other.newSources,
  timeJumps: one.timeJumps + other.timeJumps,
  damagedUnits: one.damagedUnits + other.damagedUnits,
  abandonedUnits: one.abandonedUnits + other.abandonedUnits,
});
