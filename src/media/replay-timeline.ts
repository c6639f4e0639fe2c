import type { ReplayOrder } from "./replay-order.js";
import type { RecordedSection, RecordedUnit } from "./replay-source.js";

/** Where a unit lies on the time of playing, ms since an order began to be played. */
export interface PlayingTime {
  /** When it is sent. */
  readonly dueMs: number;
  /** When it is shown, at normal speed. */
  readonly shownMs: number;
}

/**
 * Lays what an order plays on the time of playing: without the gaps between sections, at the order's scale. Backwards
 * the pictures of a group are shown in the reverse of the order in which they are sent (Streaming §6.6).
 */
export class ReplayTimeline {
  readonly #order: ReplayOrder;
  readonly #sections: readonly RecordedSection[];
  /** For each section, what the ones in front of it last together. */
  readonly #before: readonly number[];
  /** Time without gaps at which playing begins. */
  readonly #originMs: number;
  /** Of the group that is being sent backwards: when its sending begins, and its first unit. */
  #group: { readonly dueMs: number; readonly firstMs: number } | undefined;
  /** Where the group that is being sent backwards ends. */
  #groupEndMs: number;
  #lastMs = Infinity;

  /** `first` is the first unit that is sent; `fromMs`, in its section, where playing begins. */
  constructor(order: ReplayOrder, sections: readonly RecordedSection[], first: RecordedUnit, fromMs: number) {
    this.#order = order;
    this.#sections = sections;
    let total = 0;
    this.#before = sections.map(({ startMs, endMs }) => (total += endMs - startMs) - (endMs - startMs));
    this.#originMs = order.scale > 0 ? this.#compact(first.section, first.dueMs) : this.#compact(first.section, fromMs);
    this.#groupEndMs = this.#originMs;
  }

  place({ section, atMs, dueMs }: RecordedUnit): PlayingTime {
    const { scale, speed } = this.#order;
    const shownMs = this.shownAt(section, atMs);
    const compactMs = this.#compact(section, dueMs);
    if (scale > 0) return { dueMs: (compactMs - this.#originMs) / scale / speed, shownMs };
    if (!this.#group || compactMs < this.#lastMs) {
      const before = this.#group;
      const lasted = before ? this.#groupEndMs - before.firstMs : 0;
      if (before) this.#groupEndMs = before.firstMs;
      this.#group = { dueMs: (before?.dueMs ?? 0) + lasted / -scale / speed, firstMs: compactMs };
    }
    this.#lastMs = compactMs;
    const { dueMs: groupDueMs, firstMs } = this.#group;
    return { dueMs: groupDueMs + (compactMs - firstMs) / -scale / speed, shownMs };
  }

  /** When the instant `atMs` of a section is shown. */
  shownAt(section: number, atMs: number): number {
    return (this.#compact(section, atMs) - this.#originMs) / this.#order.scale;
  }

  #compact(section: number, ms: number): number {
    return (this.#before[section] ?? 0) + ms - (this.#sections[section]?.startMs ?? 0);
  }
}
