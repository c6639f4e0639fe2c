import type { MediaFormat } from "#codec/format";
import { sameNals } from "#codec/fmtp";
import { maxUnitBytes, maxUnitParts, type Depacketizer, type PayloadFormat } from "#codec/payload-format";
import { findPayloadFormat } from "#codec/payloads";
import { findStreamTraits, type StreamTraits } from "#codec/stream-traits";
import { DecodeError } from "#util/errors";
import {
  extensionOf,
  hasMarker,
  payloadOf,
  RTP_HEADER_BYTES,
  sequenceNumber,
  timestamp,
  writeRtpHeader,
} from "#wire/rtp/packet";
import type { SourceUnit } from "./access-unit.js";
import type { RelayTimeline } from "./relay-timeline.js";

/** Longest RTP packet that is passed on as it is: what an Ethernet frame holds over IPv4. */
export const maxRelayedBytes = 1472;

/** Where the units of a relayed track go. */
export interface RelaySink {
  unit(unit: SourceUnit): void;
  /** The track's format is known better: parameter sets have come in the stream. */
  refined(track: number, format: MediaFormat): void;
}

/** Counts of a relayed track. */
export interface RelayCounts {
  /** Units that are incomplete or could not be read; they are passed on as far as they came. */
  readonly damaged: number;
  /** Units without end, or too large, which are given up. */
  readonly abandoned: number;
}

/**
 * Makes units of a track's RTP packets, to be passed on as they are. A unit ends with the marker, or where the timestamp
 * changes. The payload is put together only to find where readers can start, to learn parameter sets, and to cut packets
 * anew that are too large. A track whose encoding is not known here is relayed packet by packet.
 */
export class RelayTrack {
  readonly #track: number;
  readonly #sink: RelaySink;
  readonly #timeline: RelayTimeline;
  readonly #payloadFormat: PayloadFormat | undefined;
  readonly #traits: StreamTraits | undefined;
  readonly #depacketizer: Depacketizer | undefined;
  #format: MediaFormat;
  /** The unit in hand. */
  #packets: Uint8Array[] = [];
  #bytes = 0;
  #rtpTime = 0;
  #isDamaged = false;
  /** Something is missing in front of it, which may have been of it. */
  #isDoubtful = false;
  #hasLarge = false;
  /** Missing in front of it, units that were not passed on included. */
  #lostBefore = 0;
  /** The unit in hand is given up: its packets are not kept. */
  #isAbandoned = false;
  /** Nothing is passed on before a random access unit. */
  #isWaiting: boolean;
  #damaged = 0;
  #abandoned = 0;

  constructor(track: number, format: MediaFormat, timeline: RelayTimeline, sink: RelaySink) {
    this.#track = track;
    this.#format = format;
    this.#timeline = timeline;
    this.#sink = sink;
    this.#traits = findStreamTraits(format);
    this.#payloadFormat = this.#traits && findPayloadFormat(format);
    this.#depacketizer = this.#payloadFormat?.depacketizer(format);
    this.#isWaiting = this.#depacketizer !== undefined;
  }

  get counts(): RelayCounts {
    return { damaged: this.#damaged, abandoned: this.#abandoned };
  }

  /**
   * Takes the next packet in order, which came at `nowMs` (monotonic); `lostBefore` packets are missing in front of it.
   * The packet has no problem (`rtpProblem`) and must not change afterwards. True when the stream's time has jumped.
   */
  push(packet: Uint8Array, lostBefore: number, nowMs: number): boolean {
    const rtpTime = timestamp(packet);
    if (lostBefore > 0 && this.#packets.length > 0) this.#damage();
    if ((this.#packets.length > 0 || this.#isAbandoned) && rtpTime !== this.#rtpTime) this.#finish([]);
    const begins = this.#packets.length === 0 && !this.#isAbandoned;
    const jumps = begins && this.#timeline.take(rtpTime, nowMs);
    this.#rtpTime = rtpTime;
    if (lostBefore > 0 && begins) {
      this.#lostBefore += lostBefore;
      this.#isDoubtful = true;
    }
    this.#keep(packet);
    this.#read(packet);
    return jumps;
  }

  /** The stream goes on with other packets: what is in hand is passed on. */
  restart(): void {
    if (this.#packets.length > 0) {
      this.#damage();
      this.#finish([]);
    }
    this.#isAbandoned = false;
    this.#isWaiting = this.#depacketizer !== undefined;
  }

  #keep(packet: Uint8Array): void {
    if (this.#isAbandoned) {
      this.#lostBefore++;
      return;
    }
    this.#packets.push(packet);
    this.#bytes += packet.length;
    if (packet.length > maxRelayedBytes) this.#hasLarge = true;
    if (this.#bytes <= maxUnitBytes && this.#packets.length <= maxUnitParts) return;
    this.#abandoned++;
    this.#isAbandoned = true;
    this.#lostBefore += this.#packets.length;
    this.#depacketizer?.reset();
    this.#clear();
  }

  #read(packet: Uint8Array): void {
    if (!this.#depacketizer || !this.#payloadFormat) {
      this.#finish([]);
      return;
    }
    const marker = hasMarker(packet);
    const result = this.#isAbandoned
      ? undefined
      : this.#depacketizer.push(payloadOf(packet), marker, extensionOf(packet));
    if (result?.dropped !== undefined) this.#damage();
    if (result?.units) this.#finish(result.units);
    else if (this.#payloadFormat.marker === "last" ? marker : result?.dropped !== undefined) this.#finish([]);
  }

  /** Something of the unit in hand is missing, or cannot be read. */
  #damage(): void {
    this.#isDamaged = true;
    this.#depacketizer?.reset();
  }

  /** The unit in hand ends. `units` are what has been put together of it; more than one for several audio frames. */
  #finish(units: readonly (readonly Uint8Array[])[]): void {
    const flushed = units.length === 0 ? this.#depacketizer?.flush() : undefined;
    const found = flushed ? [flushed] : units;
    if (this.#isDoubtful && found[0] && this.#traits?.hasStart(found[0]) === false) this.#isDamaged = true;
    const whole = this.#isDamaged ? [] : found;
    if (this.#isDamaged) this.#damaged++;
    if (this.#packets.length > 0) this.#pass(whole);
    this.#isAbandoned = false;
    this.#clear();
  }

  #clear(): void {
    this.#packets = [];
    this.#bytes = 0;
    this.#isDamaged = this.#isDoubtful = false;
    this.#hasLarge = false;
  }

  #pass(units: readonly (readonly Uint8Array[])[]): void {
    const traits = this.#traits;
    const only = units.length === 1 ? units[0] : undefined;
    const randomAccess = !traits || (only ? traits.isRandomAccess(only) : units.length > 1);
    const sets = traits && only ? traits.setsOf(only) : [];
    if (sets.length > 0) this.#learn(sets);
    if (this.#isWaiting) this.#lostBefore = 0;
    if (this.#isWaiting && !randomAccess) return;
    this.#isWaiting = false;
    const lostBefore = this.#lostBefore;
    this.#lostBefore = 0;
    const { pts, wallMs } = this.#timeline;
    const common = { track: this.#track, wallMs, randomAccess };
    if (this.#hasLarge && units.length > 0) {
      const step = traits?.unitTicks?.(this.#format) ?? 0;
      units.forEach((payload, index) =>
        this.#sink.unit({ ...common, pts: pts + index * step, payload, lostBefore: index === 0 ? lostBefore : 0 }),
      );
      return;
    }
    const lacksSets = traits?.setsAreSent === true && randomAccess && sets.length === 0;
    const packets = lacksSets ? [...this.#setPackets(), ...this.#packets] : this.#packets;
    this.#sink.unit({ ...common, pts, payload: only ?? [], packets, lostBefore });
  }

  #learn(sets: readonly Uint8Array[]): void {
    if (!this.#traits || sameNals(sets, this.#format.parameterSets ?? [])) return;
    try {
      // The sets outlive the packets that they are views into.
      const copies = sets.map((set) => Uint8Array.from(set));
      this.#format = this.#traits.withSets(this.#format, copies);
      this.#sink.refined(this.#track, this.#format);
    } catch (error) {
      // A stream whose sets cannot be read may still be of use to a reader.
      if (!(error instanceof DecodeError)) throw error;
    }
  }

  /** The parameter sets as packets, for a random access unit that comes without them. */
  #setPackets(): Uint8Array[] {
    const { parameterSets = [], payloadType } = this.#format;
    const [first] = this.#packets;
    if (!first || !this.#payloadFormat) return [];
    const payloads = this.#payloadFormat.packetize(
      parameterSets,
      this.#format,
      false,
      maxRelayedBytes - RTP_HEADER_BYTES,
    );
    return payloads.map(({ head, body }) => {
      const packet = Buffer.alloc(RTP_HEADER_BYTES + head.length + body.length);
      // With the number of the packet behind it, since nothing is missing between them.
      writeRtpHeader(packet, 0, false, payloadType, sequenceNumber(first), this.#rtpTime, 0);
      packet.set(head, RTP_HEADER_BYTES);
      packet.set(body, RTP_HEADER_BYTES + head.length);
      return packet;
    });
  }
}
