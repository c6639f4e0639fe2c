import type { MediaFormat } from "#codec/format";
import { findPayloadFormat, payloadFormatOf } from "#codec/payloads";
import {
  extensionOf,
  hasMarker,
  markExtended,
  payloadOf,
  RTP_HEADER_BYTES,
  rtpProblem,
  sequenceDelta,
  sequenceNumber,
  writeRtpHeader,
} from "#wire/rtp/packet";
import type { SourceUnit } from "./access-unit.js";
import { PackedRun, Packing, type PathRun } from "./packed-run.js";
import { FramedRun, interleavedHeaderBytes, writeInterleavedHeader } from "./packet-run.js";
import type { FirstPacket } from "./reader.js";
import type { SlabAllocator } from "./slab.js";

/** What identifies a track's RTP stream; chosen once for a path. */
export interface RtpIdentity {
  readonly ssrc: number;
  /** Sequence number of the first packet, 0…65535. */
  readonly sequence: number;
  /** RTP timestamp of pts 0, 0…2^32−1. */
  readonly rtpBase: number;
}

/** Makes the RTP packets of one track. */
export class Packetizer {
  readonly ssrc: number;
  readonly #rtpBase: number;
  readonly #hasExtensions: boolean;
  #format: MediaFormat;
  readonly #channel: number;
  readonly #memory: SlabAllocator;
  #sequence: number;
  #lastPts: number | undefined;
  #highestPts: number | undefined;
  #lastWallMs = 0;
  #step: number | undefined;
  #steady = false;
  #alwaysRandomAccess = true;
  /** Of the present format. */
  #packing: Packing | undefined;

  /** `channel` is the interleaved channel that most readers will ask for. */
  constructor(format: MediaFormat, identity: RtpIdentity, channel: number, memory: SlabAllocator) {
    this.#format = format;
    this.#hasExtensions = findPayloadFormat(format)?.hasExtensions === true;
    this.ssrc = identity.ssrc;
    this.#sequence = identity.sequence;
    this.#rtpBase = identity.rtpBase;
    this.#channel = channel;
    this.#memory = memory;
  }

  /** The highest `pts` so far, which is not the last where pictures are reordered; undefined before the first. */
  get highestPts(): number | undefined {
    return this.#highestPts;
  }

  /** Sequence number of the next packet, 0…65535. */
  get sequence(): number {
    return this.#sequence;
  }

  /** RTP time of a unit at `pts`, 0…2^32−1. */
  rtpTimeOf(pts: number): number {
    return this.#rtpTime(pts);
  }

  /**
   * The next packet, if the units so far let its time be told: the last three came at one distance. Undefined otherwise,
   * and when not `anyUnit` will do and there have been units that were no random access units. Metadata comes when
   * something happens: of its packets only the number is told.
   */
  next(anyUnit: boolean): FirstPacket | undefined {
    if (!anyUnit && !this.#alwaysRandomAccess) return undefined;
    if (this.#format.kind === "metadata") return { ssrc: this.ssrc, sequence: this.#sequence, rtpTime: undefined };
    if (!this.#steady || this.#lastPts === undefined || this.#step === undefined) return undefined;
    return { ssrc: this.ssrc, sequence: this.#sequence, rtpTime: this.#rtpTime(this.#lastPts + this.#step) };
  }

  /** The RTP time at a wall time, by the last unit; undefined before the first. */
  rtpTimeAt(wallMs: number): number | undefined {
    if (this.#lastPts === undefined) return undefined;
    return this.#rtpTime(this.#lastPts + Math.round(((wallMs - this.#lastWallMs) * this.#format.clockRate) / 1000));
  }

  /** The same stream is known better now: its parameter sets, its picture size. */
  refine(format: MediaFormat): void {
    this.#format = format;
    this.#packing = undefined;
  }

  /**
   * The packets of `unit` at `pts`; none (`count` 0) for a unit with nothing to send. What the source has missed is
   * missing here too, so that a decoder can tell. Throws a CodedError `encoding-unknown` for a unit without packets whose
   * encoding has no RTP payload format here.
   */
  packetize(unit: SourceUnit, pts: number): PathRun {
    this.#note(pts);
    this.#lastWallMs = unit.wallMs;
    this.#sequence = (this.#sequence + (unit.lostBefore ?? 0)) & 0xffff;
    if (!unit.randomAccess) this.#alwaysRandomAccess = false;
    return unit.packets === undefined ? this.#pack(unit, pts) : this.#relay(unit.packets, pts);
  }

  #pack(unit: SourceUnit, pts: number): PathRun {
    const packing = (this.#packing ??= this.#newPacking());
    const run = new PackedRun(packing, unit, this.#sequence, this.#rtpTime(pts));
    this.#sequence = (this.#sequence + run.count) & 0xffff;
    return run;
  }

  #newPacking(): Packing {
    return new Packing(payloadFormatOf(this.#format), this.#format, this.ssrc, this.#channel, this.#memory);
  }

  /**
   * Packets of another stream as packets of this one: without CSRCs and padding, without extensions that are not of the
   * payload format, and numbered anew with the gaps that they have.
   */
  #relay(packets: readonly Uint8Array[], pts: number): PathRun {
    const whole = packets.filter((packet) => packet.length <= 0xffff && rtpProblem(packet) === undefined);
    let length = 0;
    for (const packet of whole) {
      length += interleavedHeaderBytes + RTP_HEADER_BYTES + payloadOf(packet).length;
      if (this.#hasExtensions) length += extensionOf(packet)?.length ?? 0;
    }
    const frames = this.#memory.take(length);
    const sequence = this.#sequence;
    const rtpTime = this.#rtpTime(pts);
    let offset = 0;
    let before: Uint8Array | undefined;
    for (const packet of whole) {
      const payload = payloadOf(packet);
      const missing = before ? sequenceDelta(sequenceNumber(before), sequenceNumber(packet)) - 1 : 0;
      if (missing > 0) this.#sequence = (this.#sequence + missing) & 0xffff;
      before = packet;
      const extension = this.#hasExtensions ? extensionOf(packet) : undefined;
      offset = this.#header(frames, offset, hasMarker(packet), rtpTime, payload.length, extension);
      frames.set(payload, offset);
      offset += payload.length;
    }
    return new FramedRun(frames, this.#channel, whole.length, sequence, rtpTime);
  }

  #header(
    frames: Uint8Array,
    offset: number,
    marker: boolean,
    rtpTime: number,
    payloadBytes: number,
    extension: Uint8Array | undefined,
  ): number {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    const length = RTP_HEADER_BYTES + (extension?.length ?? 0) + payloadBytes;
    const start = writeInterleavedHeader(frames, offset, this.#channel, length);
    const end = writeRtpHeader(frames, start, marker, this.#format.payloadType, sequence, rtpTime, this.ssrc);
    if (!extension) return end;
    markExtended(frames, start);
    frames.set(extension, end);
    return end + extension.length;
  }

  #note(pts: number): void {
    const step = this.#lastPts === undefined ? undefined : pts - this.#lastPts;
    this.#steady = step !== undefined && step > 0 && step === this.#step;
    this.#step = step;
    this.#lastPts = pts;
    this.#highestPts = Math.max(this.#highestPts ?? pts, pts);
  }

  #rtpTime(pts: number): number {
    return (this.#rtpBase + pts) >>> 0;
  }
}
