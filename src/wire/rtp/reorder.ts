import { sequenceDelta, sequenceNumber } from "./packet.js";

/** A jump forward by more than this is another numbering, not a loss (RFC 3550 A.1, MAX_DROPOUT). */
const MAX_DROPOUT = 3000;
/** A packet that is late by no more than this is late; one further back is of another numbering (MAX_MISORDER). */
const MAX_MISORDER = 100;

export interface ReorderOptions {
  /** Packets that may wait for one that is missing, at most 256; 0 for a transport that keeps the order. */
  readonly depth: number;
  /** How long a packet waits at most, ms. */
  readonly maxWaitMs: number;
}

/** For datagrams. */
export const UNORDERED: ReorderOptions = Object.freeze({ depth: 64, maxWaitMs: 250 });
/** For a byte stream. */
export const ORDERED: ReorderOptions = Object.freeze({ depth: 0, maxWaitMs: 0 });

/**
 * Puts the packets of one RTP stream into the order of their numbers and counts what is missing. Packets wait for a
 * missing one until it comes, until a packet comes that is `depth` or more ahead, or until they have waited long enough.
 *
 * A sender that starts a new numbering is followed when two packets have come in a row of it.
 */
export class ReorderBuffer {
  readonly #deliver: (packet: Uint8Array, lostBefore: number) => void;
  readonly #depth: number;
  readonly #maxWaitMs: number;
  /** Waiting packets; that of number n is at n modulo the length. */
  readonly #slots: (Uint8Array | undefined)[];
  #waiting = 0;
  #sinceMs = 0;
  /** Number of the next packet to be delivered; −1 before the first. */
  #next = -1;
  /** The first packet of what may be a new numbering. */
  #stray: Uint8Array | undefined;
  #lost = 0;
  #late = 0;
  #restarts = 0;

  /** `deliver` gets each packet in order, with the number of packets that are missing in front of it. */
  constructor(deliver: (packet: Uint8Array, lostBefore: number) => void, options: ReorderOptions) {
    this.#deliver = deliver;
    this.#depth = options.depth;
    this.#maxWaitMs = options.maxWaitMs;
    this.#slots = Array.from({ length: options.depth > 0 ? 256 : 1 }, () => undefined);
  }

  /** Packets that were given up. */
  get lost(): number {
    return this.#lost;
  }

  /** Packets that were not delivered: they came twice, after they had been given up, or with a number out of place. */
  get late(): number {
    return this.#late;
  }

  /** How often the numbering has started anew. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Takes a packet without a problem (`rtpProblem`); it may be kept. */
  push(packet: Uint8Array, nowMs: number): void {
    const number = sequenceNumber(packet);
    const ahead = this.#next < 0 ? 0 : sequenceDelta(this.#next, number);
    if (ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) {
      this.#takeStray(packet, number);
      return;
    }
    if (this.#stray) this.#late++;
    this.#stray = undefined;
    if (ahead < 0) this.#late++;
    else if (ahead === 0 && this.#waiting === 0) this.#hand(packet, number, 0);
    else if (ahead >= this.#depth) {
      this.flush();
      this.#hand(packet, number, sequenceDelta(this.#next, number));
    } else this.#wait(packet, number, nowMs);
    if (this.#waiting > 0) this.expire(nowMs);
  }

  /** Delivers what has waited too long. To be called now and then, for streams that have fallen silent. */
  expire(nowMs: number): void {
    while (this.#waiting > 0 && nowMs - this.#sinceMs >= this.#maxWaitMs) this.#skip(nowMs);
  }

  /** Delivers all that waits, and begins anew with the number of the next packet. */
  restart(): void {
    this.flush();
    this.#stray = undefined;
    this.#next = -1;
  }

  /** Delivers all that waits. */
  flush(): void {
    while (this.#waiting > 0) this.#skip(this.#sinceMs);
  }

  #takeStray(packet: Uint8Array, number: number): void {
    const before = this.#stray;
    if (!before || sequenceDelta(sequenceNumber(before), number) !== 1) {
      if (before) this.#late++;
      this.#stray = packet;
      return;
    }
    this.flush();
    this.#stray = undefined;
    this.#restarts++;
    this.#hand(before, sequenceNumber(before), 0);
    this.#hand(packet, number, 0);
  }

  #wait(packet: Uint8Array, number: number, nowMs: number): void {
    const slot = number % this.#slots.length;
    if (this.#slots[slot]) {
      this.#late++;
      return;
    }
    if (this.#waiting === 0) this.#sinceMs = nowMs;
    this.#slots[slot] = packet;
    this.#waiting++;
    if (number === this.#next) this.#drain(0, nowMs);
  }

  /** Gives up what is missing in front of the first packet that waits. */
  #skip(nowMs: number): void {
    let missing = 0;
    while (!this.#slots[(this.#next + missing) % this.#slots.length]) missing++;
    this.#next = (this.#next + missing) & 0xffff;
    this.#drain(missing, nowMs);
  }

  /** Delivers the packets that follow one another from `#next` on. */
  #drain(missing: number, nowMs: number): void {
    let lostBefore = missing;
    for (;;) {
      const slot = this.#next % this.#slots.length;
      const packet = this.#slots[slot];
      if (!packet) break;
      this.#slots[slot] = undefined;
      this.#waiting--;
      this.#hand(packet, this.#next, lostBefore);
      lostBefore = 0;
    }
    this.#sinceMs = nowMs;
  }

  #hand(packet: Uint8Array, number: number, lostBefore: number): void {
    this.#lost += lostBefore;
    this.#next = (number + 1) & 0xffff;
    this.#deliver(packet, lostBefore);
  }
}
