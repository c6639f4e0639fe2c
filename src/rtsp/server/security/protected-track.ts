import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { AccessUnit, PacketRun } from "#media/access-unit";
import { FramedRun, interleavedHeaderBytes, writeInterleavedHeader } from "#media/packet-run";
import type { SlabAllocator } from "#media/slab";
import { mikeyOf } from "#wire/mikey/srtp-keys";
import { writeMikey } from "#wire/mikey/write";
import { toNtp } from "#wire/rtp/ntp";
import { sequenceNumber } from "#wire/rtp/packet";
import { formatCrypto } from "#wire/sdp/crypto";
import { SrtpProtector } from "#wire/srtp/protect";
import type { SrtpMasterKey, SrtpSuite } from "#wire/srtp/suite";
import { PacketIndex } from "./packet-index.js";

/** Where numbers begin: receivers find wraps more easily when the first is far from one. */
const FIRST_INDEX = 4096;
const FIRST_INDEX_SPREAD = 4096;
/** From here on the key is for nobody new, who would have to know of a wrap that comes before the first packet does. */
const LAST_FRESH_INDEX = 49_152;
const RANDOM_BYTES = 16;

export interface ProtectedTrackParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly memory: SlabAllocator;
}

/**
 * One track of a stream under one key. Each unit is encrypted once, for all readers that have been told this key; their
 * packets have numbers of their own, so that nobody who joins while the key is fresh has to know how often those have
 * wrapped: `a=crypto` cannot say it.
 */
export class ProtectedTrack {
  readonly #parts: ProtectedTrackParts;
  readonly #protector: SrtpProtector;
  readonly #places: PacketIndex;
  readonly #bundleId: number;
  readonly #forms = new WeakMap<PacketRun, AccessUnit>();
  /** The newest unit, which most readers ask for, and its form. */
  #newest: { readonly run: PacketRun; readonly form: AccessUnit } | undefined;

  constructor(
    /** Index in the path's description. */
    readonly index: number,
    readonly ssrc: number,
    parts: ProtectedTrackParts,
    readonly master: SrtpMasterKey,
    places?: PacketIndex,
  ) {
    const { entropy } = parts;
    this.#parts = parts;
    this.#protector = new SrtpProtector(master);
    this.#bundleId = entropy.bytes(4).readUInt32BE();
    this.#places = places ?? new PacketIndex(FIRST_INDEX + (entropy.bytes(2).readUInt16BE() % FIRST_INDEX_SPREAD));
  }

  /** The track under another key, for whoever has told that. The numbers go on, and their wraps (Streaming §8.2.2). */
  under(master: SrtpMasterKey): ProtectedTrack {
    return new ProtectedTrack(this.index, this.ssrc, this.#parts, master, this.#places.copy());
  }

  /** May the key be told to somebody new? */
  get isFresh(): boolean {
    return this.#places.highest <= LAST_FRESH_INDEX;
  }

  /** The sequence number that a packet of the stream goes out with. */
  sequenceOf(sequence: number): number {
    return this.#places.sequenceOf(sequence);
  }

  /**
   * The unit with its packets protected, made once and shared by all who ask: nobody may write into it. Undefined for a
   * unit that is too old, or too large for RTP once it has grown.
   */
  protect(unit: AccessUnit): AccessUnit | undefined {
    const run = unit.rtp;
    if (this.#newest?.run === run) return this.#newest.form;
    const known = this.#forms.get(run);
    if (known) return known;
    const form = this.#form(unit);
    if (form) {
      this.#forms.set(run, form);
      this.#newest = { run, form };
    }
    return form;
  }

  /** A compound of RTCP, protected. */
  rtcp(packet: Uint8Array): Buffer {
    return this.#protector.rtcp(packet);
  }

  /** The MIKEY message that tells the key as it is to be used now. */
  mikey(): Buffer {
    const { clock, entropy } = this.#parts;
    return writeMikey(
      mikeyOf({
        key: this.master,
        ssrc: this.ssrc,
        rollovers: Math.floor(this.#places.highest / 0x1_0000),
        time: toNtp(clock.now()),
        random: entropy.bytes(RANDOM_BYTES),
        bundleId: this.#bundleId,
      }),
    );
  }

  /** The value of `a=crypto` that tells the key. */
  crypto(): string {
    return formatCrypto({ tag: 1, key: this.master });
  }

  #form(unit: AccessUnit): AccessUnit | undefined {
    const { rtp } = unit;
    const { overheadBytes } = this.#protector;
    const frames = this.#parts.memory.take(rtp.bytes + rtp.count * (interleavedHeaderBytes + overheadBytes));
    const nowMs = this.#parts.clock.monotonic();
    const channel = this.index * 2;
    let first: number | undefined;
    let offset = 0;
    for (let at = 0; at < rtp.count; at++) {
      const packet = rtp.packet(at);
      const place = this.#places.place(sequenceNumber(packet), nowMs);
      const length = packet.length + overheadBytes;
      if (place === undefined || length > 0xffff) return undefined;
      first ??= place;
      const start = writeInterleavedHeader(frames, offset, channel, length);
      offset = this.#protector.rtp(packet, place, frames, start);
    }
    const sequence = (first ?? this.#places.highest) % 0x1_0000;
    return { ...unit, rtp: new FramedRun(frames, channel, rtp.count, sequence, rtp.rtpTime) };
  }
}

/** A key that nobody has yet, without an identifier. */
export function newSrtpKey(suite: SrtpSuite, entropy: Entropy): SrtpMasterKey {
  const [key, salt] = [entropy.bytes(suite.keyBytes), entropy.bytes(suite.saltBytes)];
  return { suite, key, salt, mki: new Uint8Array() };
}
