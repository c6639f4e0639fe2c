import type { Clock } from "#host/clock";
import type { AccessUnit } from "./access-unit.js";

/** A byte stream to one peer, as `node:stream` has it. */
export interface SendTarget {
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  write(bytes: Uint8Array): boolean;
  /** A shorter way while nothing waits: takes what the system takes at once, and tells how many bytes that was. */
  writeNow?(bytes: Uint8Array): number;
  cork(): void;
  uncork(): void;
}

export interface SendQueueLimits {
  /** Media bytes that may wait for the peer, the stream's own buffer included; 8 MiB unless given. */
  readonly maxBytes?: number;
  /** Age in ms that the oldest waiting unit may reach; 2000 unless given. */
  readonly maxMs?: number;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** Units that stand alone and are no larger than this (audio, metadata) may use the reserve beyond `maxBytes`. */
const SMALL_UNIT_BYTES = 4096;
const RESERVE_BYTES = 65_536;
/** What is handed to the stream in one go while it drains. */
const BATCH_BYTES = 131_072;

/**
 * Between a path and one peer on a byte stream: one write for each access unit as long as the peer keeps up, and a
 * bounded backlog when it does not. A full backlog loses whole units: a track that has lost one loses all up to its next
 * random access point, so that what does arrive can be decoded. Small units that stand alone go on meanwhile.
 *
 * The buffers are shared with other peers; only references wait here.
 */
export class SendQueue {
  readonly #target: SendTarget;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #maxMs: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Tracks that have lost a unit and wait for a random access point; undefined for none. */
  #broken: Set<number> | undefined;
  /** When the oldest unit in the stream's buffer was offered. */
  #inFlightSinceMs = 0;
  /** Bytes that met a backlog or became one; what the peer takes at once is not counted. */
  #handedOver = 0;
  #drainedSeen = 0;
  #progressMs: number;
  #droppedUnits = 0;
  #droppedBytes = 0;

  constructor(target: SendTarget, clock: Clock, limits: SendQueueLimits = {}) {
    this.#target = target;
    this.#clock = clock;
    this.#maxBytes = limits.maxBytes ?? 8 * 1024 * 1024;
    this.#maxMs = limits.maxMs ?? 2000;
    this.#progressMs = clock.monotonic();
  }

  /** Access units that were given up, and their bytes. */
  get droppedUnits(): number {
    return this.#droppedUnits;
  }

  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  /** Bytes that wait here and in the stream's buffer. */
  get pendingBytes(): number {
    return this.#waitingBytes + this.#target.writableLength;
  }

  /** How much waits: nothing, some, or more than the stream wants to hold until it has emitted `drain`. */
  get intake(): "empty" | "some" | "full" {
    if (this.#waiting.length > 0 || this.#target.writableNeedDrain) return "full";
    return this.#target.writableLength === 0 ? "empty" : "some";
  }

  /** Sends `bytes`, the form of `unit` for this stream, or gives it up. True when it is on its way. */
  send(unit: AccessUnit, bytes: Uint8Array): boolean {
    const backlog = this.#target.writableLength;
    if (backlog === 0 && this.#waitingBytes === 0) {
      if (this.#broken && !this.#mend(this.#broken, unit)) return this.#drop(bytes);
      this.#sendNow(bytes);
      return true;
    }
    if (!this.#hasRoom(unit, bytes, backlog)) {
      this.#broken = (this.#broken ?? new Set()).add(unit.track);
      return this.#drop(bytes);
    }
    if (this.#broken) this.#mend(this.#broken, unit);
    if (this.#waiting.length === 0 && !this.#target.writableNeedDrain) {
      this.#handOver(bytes);
    } else {
      this.#wait(bytes);
    }
    return true;
  }

  /** Writes what must not be lost (answers) ahead of the units that wait. Its amount is the caller's concern. */
  write(bytes: Uint8Array): void {
    this.#handOver(bytes);
  }

  /** Sends what must not be lost (reports, the end) behind the units that wait. Its amount is the caller's concern. */
  append(bytes: Uint8Array): void {
    if (this.#waiting.length === 0) this.#handOver(bytes);
    else this.#wait(bytes);
  }

  /** To be called when the stream emits `drain`. */
  drained(): void {
    if (this.#waiting.length === 0) return;
    const oldestMs = this.#waiting[0]?.atMs ?? 0;
    let count = 0;
    let batch = 0;
    this.#target.cork();
    for (const { bytes } of this.#waiting) {
      // Whatever stays behind needs another `drain` to come.
      if (batch >= BATCH_BYTES && this.#target.writableNeedDrain) break;
      this.#handOver(bytes);
      batch += bytes.length;
      count++;
    }
    this.#target.uncork();
    this.#inFlightSinceMs = oldestMs;
    this.#waiting = this.#waiting.slice(count);
    this.#waitingBytes -= batch;
  }

  /** Forgets the units that wait. A unit that is partly written goes out to its end. */
  clear(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#broken = undefined;
  }

  /** How long, in ms, the peer has taken nothing although there was something to take. Ask about once a second. */
  stalledMs(): number {
    const nowMs = this.#clock.monotonic();
    const left = this.#target.writableLength;
    const drained = this.#handedOver - left;
    if (left === 0 || drained > this.#drainedSeen) {
      this.#drainedSeen = drained;
      this.#progressMs = nowMs;
    }
    return nowMs - this.#progressMs;
  }

  #hasRoom(unit: AccessUnit, bytes: Uint8Array, backlog: number): boolean {
    const isBroken = this.#broken?.has(unit.track) === true;
    if (isBroken && !unit.randomAccess) return false;
    const ageMs = this.#clock.monotonic() - (backlog > 0 ? this.#inFlightSinceMs : (this.#waiting[0]?.atMs ?? 0));
    const isSmall = unit.randomAccess && bytes.length <= SMALL_UNIT_BYTES;
    const limit = this.#maxBytes + (isSmall ? RESERVE_BYTES : 0);
    // A track that was cut comes back only when half of the backlog is gone, or it would be cut again at once.
    const share = isBroken ? 0.5 : 1;
    return this.#waitingBytes + backlog + bytes.length <= limit * share && ageMs <= this.#maxMs * share;
  }

  /** To be called while nothing waits. */
  #sendNow(bytes: Uint8Array): void {
    const taken = this.#target.writeNow?.(bytes) ?? 0;
    if (taken < bytes.length) this.#handOver(taken === 0 ? bytes : bytes.subarray(taken));
  }

  #handOver(bytes: Uint8Array): void {
    const backlog = this.#target.writableLength;
    this.#target.write(bytes);
    if (backlog > 0) this.#handedOver += bytes.length;
    else if (this.#target.writableLength > 0) this.#fellBehind(bytes);
  }

  /** The peer has not taken `bytes` at once. */
  #fellBehind(bytes: Uint8Array): void {
    this.#handedOver += bytes.length;
    this.#inFlightSinceMs = this.#clock.monotonic();
  }

  /** False when the track of `unit` is broken and `unit` does not mend it. */
  #mend(broken: Set<number>, unit: AccessUnit): boolean {
    if (!broken.has(unit.track)) return true;
    if (!unit.randomAccess) return false;
    broken.delete(unit.track);
    if (broken.size === 0) this.#broken = undefined;
    return true;
  }

  #wait(bytes: Uint8Array): void {
    this.#waiting.push({ bytes, atMs: this.#clock.monotonic() });
    this.#waitingBytes += bytes.length;
  }

  #drop(bytes: Uint8Array): false {
    this.#droppedUnits++;
    this.#droppedBytes += bytes.length;
    return false;
  }
}
