import type { MediaFormat } from "#codec/format";
import type { PayloadFormat, RtpPayload } from "#codec/payload-format";
import { markExtended, RTP_HEADER_BYTES, writeRtpHeader } from "#wire/rtp/packet";
import type { PacketRun, SourceUnit } from "./access-unit.js";
import { FramedRun, interleavedHeaderBytes, writeInterleavedHeader } from "./packet-run.js";
import type { SharedCut } from "./shared-cut.js";
import type { SlabAllocator } from "./slab.js";

/** Longest RTP packet that is made: passes PPPoE, VPNs and IPv6 without fragmentation. */
export const maxPacketBytes = 1400;

/** A run of a path. */
export interface PathRun extends PacketRun {
  /** The unit has been delivered to all who play. To be called once, when nothing of that is under way any more. */
  settle(): void;
}

/** How the units of a track become packets, as long as its format is what it is. */
export class Packing {
  readonly #payloadFormat: PayloadFormat;
  readonly #format: MediaFormat;
  readonly #ssrc: number;
  readonly #channel: number;
  readonly #memory: SlabAllocator;

  constructor(payloadFormat: PayloadFormat, format: MediaFormat, ssrc: number, channel: number, memory: SlabAllocator) {
    this.#payloadFormat = payloadFormat;
    this.#format = format;
    this.#ssrc = ssrc;
    this.#channel = channel;
    this.#memory = memory;
  }

  /** `sequence` is that of the first packet. The same arguments give the same bytes. */
  pack(unit: PackableUnit, sequence: number, rtpTime: number): FramedRun {
    const spare = unit.cut?.takeSpare(this.#format, this.#channel);
    if (!spare) return this.#packAnew(unit, sequence, rtpTime);
    spare.assign(this.#ssrc, sequence, rtpTime);
    return spare;
  }

  /** Nobody will look at what was packed of `unit` again. */
  discard(unit: PackableUnit, run: FramedRun): void {
    if (unit.cut?.isForMany === true) unit.cut.spare(this.#format, run);
    else this.#memory.giveBack(run.frames);
  }

  #packAnew(unit: PackableUnit, sequence: number, rtpTime: number): FramedRun {
    const payloads = unit.cut?.payloads(this.#format) ?? this.#cut(unit);
    const count = payloads.length;
    let length = count * (interleavedHeaderBytes + RTP_HEADER_BYTES);
    for (const { head, body, extension } of payloads) length += (extension?.length ?? 0) + head.length + body.length;
    const frames = unit.cut?.isForMany === true ? Buffer.allocUnsafeSlow(length) : this.#memory.take(length);
    const marked = this.#payloadFormat.marker === "last" ? count - 1 : -1;
    const { payloadType } = this.#format;
    let offset = 0;
    for (let index = 0; index < count; index++) {
      const payload = payloads[index];
      if (!payload) break;
      const { head, body, extension } = payload;
      const bytes = RTP_HEADER_BYTES + (extension?.length ?? 0) + head.length + body.length;
      const start = writeInterleavedHeader(frames, offset, this.#channel, bytes);
      const number = (sequence + index) & 0xffff;
      let end = writeRtpHeader(frames, start, index === marked, payloadType, number, rtpTime, this.#ssrc);
      if (extension) {
        markExtended(frames, start);
        frames.set(extension, end);
        end += extension.length;
      }
      // A few bytes: one by one they are written sooner than at once.
      for (let at = 0; at < head.length; at++) frames[end++] = head[at] ?? 0;
      frames.set(body, end);
      offset = start + bytes;
    }
    return new FramedRun(frames, this.#channel, count, sequence, rtpTime);
  }

  #cut({ payload, randomAccess, cut }: PackableUnit): readonly RtpPayload[] {
    const maxBytes = maxPacketBytes - RTP_HEADER_BYTES;
    const payloads = this.#payloadFormat.packetize(payload, this.#format, randomAccess, maxBytes);
    cut?.keep(this.#format, payloads);
    return payloads;
  }
}

/** What packets are made of; it stays as it is. */
type PackableUnit = Pick<SourceUnit, "payload" | "randomAccess" | "cut">;

/**
 * The packets of a unit whose payload is at hand. They exist while the unit is delivered; who asks for them later, having
 * joined, gets them packed again, byte for byte, so that the group that is kept for joining readers is not kept twice.
 *
 * The memory is used again, by the next unit or by the next path that publishes this one, when all who have asked for bytes
 * have released them by the end of the delivery. Whoever keeps
 * them, in the buffer of a stream or a socket, need not do anything: then the memory is left to the collector.
 */
export class PackedRun implements PathRun, PackableUnit {
  readonly payload: readonly Uint8Array[];
  readonly randomAccess: boolean;
  readonly cut: SharedCut | undefined;
  readonly count: number;
  readonly bytes: number;
  readonly sequence: number;
  readonly rtpTime: number;
  readonly #packing: Packing;
  #packed: FramedRun | undefined;
  /** Calls that have given bytes away and were not taken back. */
  #held = 0;

  constructor(packing: Packing, unit: PackableUnit, sequence: number, rtpTime: number) {
    const packed = packing.pack(unit, sequence, rtpTime);
    this.#packing = packing;
    this.payload = unit.payload;
    this.randomAccess = unit.randomAccess;
    this.cut = unit.cut;
    this.#packed = packed;
    this.count = packed.count;
    this.bytes = packed.bytes;
    this.sequence = sequence;
    this.rtpTime = rtpTime;
  }

  interleaved(channel: number): Uint8Array {
    this.#held++;
    return this.#run().interleaved(channel);
  }

  release(): void {
    this.#held--;
  }

  packet(index: number): Uint8Array {
    this.#held++;
    return this.#run().packet(index);
  }

  settle(): void {
    const packed = this.#packed;
    this.#packed = undefined;
    if (packed && this.#held === 0) this.#packing.discard(this, packed);
  }

  #run(): FramedRun {
    return (this.#packed ??= this.#packing.pack(this, this.sequence, this.rtpTime));
  }
}
