import { assignPacket } from "#wire/rtp/packet";
import type { PacketRun } from "./access-unit.js";

/** Length of the header in front of each packet: `$`, channel, 16 bits of length (RFC 2326 §10.12). */
export const interleavedHeaderBytes = 4;

/** Writes an interleaved header at `offset` of `into`; returns the offset behind it. */
export function writeInterleavedHeader(into: Uint8Array, offset: number, channel: number, length: number): number {
  into[offset] = 0x24;
  into[offset + 1] = channel;
  into[offset + 2] = length >>> 8;
  into[offset + 3] = length & 0xff;
  return offset + interleavedHeaderBytes;
}

/** Packets framed for one channel; other channels and single packets are made when somebody asks for them, and kept. */
export class FramedRun implements PacketRun {
  readonly count: number;
  readonly bytes: number;
  readonly channel: number;
  readonly frames: Uint8Array;
  #sequence: number;
  #rtpTime: number;
  #packets: readonly Uint8Array[] | undefined;
  #others: readonly { readonly channel: number; readonly frames: Uint8Array }[] = none;
  /** For those that are assigned again and again: the fields, and where the RTP headers begin. */
  #fields: DataView | undefined;
  #starts: readonly number[] = none;

  /** `frames` are `count` packets framed for `channel`; the run owns them. */
  constructor(frames: Uint8Array, channel: number, count: number, sequence: number, rtpTime: number) {
    this.frames = frames;
    this.channel = channel;
    this.count = count;
    this.bytes = frames.length - count * interleavedHeaderBytes;
    this.#sequence = sequence;
    this.#rtpTime = rtpTime;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get rtpTime(): number {
    return this.#rtpTime;
  }

  /** Makes them packets of another stream, numbered from `sequence` on. Nobody may be looking at them. */
  assign(ssrc: number, sequence: number, rtpTime: number): void {
    const { frames } = this;
    if (!this.#fields) {
      this.#fields = new DataView(frames.buffer, frames.byteOffset, frames.length);
      this.#starts = startsOf(frames);
    }
    let number = sequence;
    for (const start of this.#starts) {
      assignPacket(this.#fields, start, number, rtpTime, ssrc);
      number = (number + 1) & 0xffff;
    }
    this.#sequence = sequence;
    this.#rtpTime = rtpTime;
    this.#others = none;
  }

  interleaved(channel: number): Uint8Array {
    if (channel === this.channel) return this.frames;
    for (const other of this.#others) if (other.channel === channel) return other.frames;
    const frames = Buffer.from(this.frames);
    for (let offset = 0; offset < frames.length; offset = frameEnd(frames, offset)) frames[offset + 1] = channel;
    this.#others = [...this.#others, { channel, frames }];
    return frames;
  }

  release(): void {
    // The run keeps its bytes.
  }

  settle(): void {
    // Nor can they be made again.
  }

  packet(index: number): Uint8Array {
    const packet = (this.#packets ??= packetsOf(this.frames))[index];
    if (!packet) throw new RangeError(`packet ${index} of ${this.count}`);
    return packet;
  }
}

const none: readonly never[] = Object.freeze([]);

const frameEnd = (frames: Uint8Array, offset: number): number =>
  offset + interleavedHeaderBytes + (((frames[offset + 2] ?? 0) << 8) | (frames[offset + 3] ?? 0));

function packetsOf(frames: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let offset = 0; offset < frames.length;) {
    const end = frameEnd(frames, offset);
    packets.push(frames.subarray(offset + interleavedHeaderBytes, end));
    offset = end;
  }
  return packets;
}

/** Where the RTP headers begin. */
function startsOf(frames: Uint8Array): number[] {
  const starts: number[] = [];
  for (let offset = 0; offset < frames.length; offset = frameEnd(frames, offset))
    starts.push(offset + interleavedHeaderBytes);
  return starts;
}
