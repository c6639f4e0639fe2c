import type { AccessUnit } from "./access-unit.js";
import type { MediaDescription } from "./description.js";
import { extendedRun } from "./extended-run.js";
import type { Path } from "./path.js";
import type { Reader, Reading } from "./reader.js";
import { SlabAllocator } from "./slab.js";

/** A live path as one client reads it who wants the time of capture with each unit, as a replay has it. */
export class ExtendedPath implements Path {
  readonly name: string;
  /** The low byte of the CSeq of the last PLAY. */
  cseq = 0;
  readonly #path: Path;
  readonly #memory = new SlabAllocator();

  constructor(path: Path) {
    this.name = path.name;
    this.#path = path;
  }

  get description(): MediaDescription | undefined {
    return this.#path.description;
  }

  ssrc(track: number): number {
    return this.#path.ssrc(track);
  }

  read(reader: Reader, tracks: readonly number[]): Reading {
    /** Tracks that have had a unit since the last `play`. */
    const begun = new Set<number>();
    const reading = this.#path.read(
      {
        deliver: (unit, nowMs) => {
          reader.deliver(this.#extended(unit, !begun.has(unit.track)), nowMs);
          begun.add(unit.track);
        },
        ended: (reason) => reader.ended(reason),
      },
      tracks,
    );
    return {
      first: (track) => reading.first(track),
      play: () => {
        begun.clear();
        reading.play();
      },
      pause: () => reading.pause(),
      renew: (track) => reading.renew(track),
      close: () => reading.close(),
    };
  }

  #extended(unit: AccessUnit, discontinuity: boolean): AccessUnit {
    const { wallMs, randomAccess, track } = unit;
    const marks = { discontinuity, cleanPoint: randomAccess, endOfSection: false, terminal: false };
    const rtp = extendedRun(unit.rtp, { ...marks, wallMs, cseq: this.cseq }, (track * 2) % 256, this.#memory);
    return { ...unit, rtp };
  }
}
