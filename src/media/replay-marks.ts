import type { RecordedUnit } from "./replay-source.js";

/** A unit that is to be sent, with what the replay extension says of it. */
export interface MarkedUnit {
  readonly unit: RecordedUnit;
  /** It begins a group backwards, or is the first one from a new position. */
  readonly discontinuity: boolean;
  /** Of its track it is the last one that is sent of its section. */
  readonly endOfSection: boolean;
  /** It is the last of its track. */
  readonly terminal: boolean;
}

interface Held {
  readonly unit: RecordedUnit;
  readonly discontinuity: boolean;
  endOfSection: boolean;
  /** The next unit of its track is known. */
  isKnown: boolean;
}

/** Units that are held back for what comes next on a track that is silent. */
const maxHeld = 256;

/**
 * Tells which units are the last of their tracks, by holding each one back until the next of its track has come. Keeps the
 * order. A track that is silent holds up others for a bounded number of units; its last one is then not marked.
 */
export class ReplayMarks {
  #held: Held[] = [];
  readonly #newest: (Held | undefined)[] = [];

  /** Takes the next unit; returns those that are known now. */
  push(unit: RecordedUnit, discontinuity: boolean): MarkedUnit[] {
    const held: Held = { unit, discontinuity, endOfSection: false, isKnown: false };
    const before = this.#newest[unit.track];
    if (before) {
      before.isKnown = true;
      before.endOfSection = before.unit.section !== unit.section;
    }
    this.#newest[unit.track] = held;
    this.#held.push(held);
    let count = 0;
    while (this.#held[count]?.isKnown === true || this.#held.length - count > maxHeld) count++;
    return this.#held.splice(0, count).map((one) => marked(one, false));
  }

  /** Nothing more comes. `sectionEnds`: because there is no more of the recording, rather than no more is wanted. */
  end(sectionEnds: boolean): MarkedUnit[] {
    const last = new Set(this.#newest);
    return this.#held.splice(0).map((held) => {
      const isLast = last.has(held);
      if (isLast && sectionEnds) held.endOfSection = true;
      return marked(held, isLast);
    });
  }
}

const marked = ({ unit, discontinuity, endOfSection }: Held, terminal: boolean): MarkedUnit => ({
  unit,
  discontinuity,
  endOfSection,
  terminal,
});
