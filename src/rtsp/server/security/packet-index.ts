import { sequenceDelta } from "#wire/rtp/packet";

/**
 * After so long without a packet it is not known how often the sequence number has wrapped: in less, half of its values
 * are not used up below 100 Mbit/s.
 */
const GAP_MS = 3000;
const SEQUENCES = 0x1_0000;
const HALF = SEQUENCES / 2;

/**
 * Gives the packets of a stream their places in a protected one: numbers without a wrap, that are never given twice
 * (RFC 3711 §3.3.1). Gaps in the stream stay gaps. Packets may come in the wrong order, as readers join in the past.
 */
export class PacketIndex {
  #sequence: number | undefined;
  #index: number;
  #floor: number;
  #atMs = 0;

  /** `start` is the place of the first packet, 0…65535. */
  constructor(start: number) {
    this.#index = start;
    this.#floor = 0;
  }

  /** One that goes on from here by itself. */
  copy(): PacketIndex {
    const copy = new PacketIndex(this.#index);
    copy.#sequence = this.#sequence;
    copy.#floor = this.#floor;
    copy.#atMs = this.#atMs;
    return copy;
  }

  /** The highest place so far. */
  get highest(): number {
    return this.#index;
  }

  /** The sequence number with which a packet would go out now. */
  sequenceOf(sequence: number): number {
    const delta = this.#sequence === undefined ? 0 : sequenceDelta(this.#sequence, sequence);
    return (this.#index + delta + SEQUENCES) % SEQUENCES;
  }

  /**
   * The place of the packet with that sequence number, and a new highest one if it is. Undefined for a packet that is too
   * old for its place to be known.
   */
  place(sequence: number, nowMs: number): number | undefined {
    if (this.#sequence === undefined) {
      this.#take(sequence, this.#index, nowMs);
      return this.#index;
    }
    const delta = sequenceDelta(this.#sequence, sequence);
    if (nowMs - this.#atMs < GAP_MS) {
      const index = this.#index + delta;
      if (index < this.#floor) return undefined;
      if (delta > 0) this.#take(sequence, index, nowMs);
      this.#atMs = nowMs;
      return index;
    }
    // Receivers take the nearest place for the right one; going on right behind the last serves them as well.
    const ahead = delta > 0 && delta < HALF ? delta : 1;
    this.#floor = this.#index + 1;
    this.#take(sequence, this.#index + ahead, nowMs);
    return this.#index;
  }

  #take(sequence: number, index: number, nowMs: number): void {
    this.#sequence = sequence;
    this.#index = index;
    this.#atMs = nowMs;
  }
}
