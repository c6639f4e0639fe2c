import type { AccessUnit } from "./access-unit.js";

/** A random access unit of a path's first video track and everything published since, on all tracks. */
export interface Group {
  /** Counts up from group to group. */
  readonly number: number;
  /** Grows while the group is the newest; emptied when it has become too large. */
  readonly units: AccessUnit[];
  /** RTP packets in `units`. */
  packets: number;
  /** Bytes of `units` as RTP. */
  bytes: number;
}

/**
 * Keeps the newest group, so that a joining reader has a picture at once. A group that grows beyond the bound is
 * discarded as a whole: a part of a group cannot be decoded. Then there is none until the next one starts.
 */
export class GopCache {
  readonly #maxBytes: number;
  #newest: Group | undefined;
  #groups = 0;

  /** `maxBytes` 0 keeps nothing. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get newest(): Group | undefined {
    return this.#newest;
  }

  /** `starts` opens a new group with `unit`. */
  add(unit: AccessUnit, starts: boolean): void {
    if (starts && this.#maxBytes > 0) {
      this.#newest = { number: this.#groups++, units: [], packets: 0, bytes: 0 };
    }
    const group = this.#newest;
    if (!group) return;
    group.units.push(unit);
    group.packets += unit.rtp.count;
    group.bytes += unit.rtp.bytes;
    if (group.bytes > this.#maxBytes) {
      group.units.length = 0;
      this.clear();
    }
  }

  clear(): void {
    this.#newest = undefined;
  }
}
