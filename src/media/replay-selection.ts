import type { MediaFormat } from "#codec/format";
import { findStreamTraits } from "#codec/stream-traits";
import type { Frames } from "#wire/rtsp/headers/replay";
import { ReplayMarks, type MarkedUnit } from "./replay-marks.js";
import { framesOf, hasSound, type ReplayOrder } from "./replay-order.js";
import type { RecordedContent, RecordedUnit } from "./replay-source.js";

/** Times of recordings are compared to this: they are sums of fractions. */
const toleranceMs = 0.5;

/** The units that an order asks for, in the order in which they are sent (Streaming §6.5, §6.6), some at a time. */
export function selectUnits(
  content: RecordedContent,
  order: ReplayOrder,
  tracks: ReadonlySet<number>,
): AsyncGenerator<readonly MarkedUnit[], void, undefined> {
  return order.scale > 0 ? forward(content, order, tracks) : backward(content, order, tracks);
}

async function* forward(
  content: RecordedContent,
  order: ReplayOrder,
  tracks: ReadonlySet<number>,
): AsyncGenerator<readonly MarkedUnit[], void, undefined> {
  const selection = new Selection(content, order, tracks, order.untilMs);
  for await (const units of content.forward(order.fromMs)) {
    const ready = selection.take(units);
    if (selection.isOver) {
      yield [...ready, ...selection.end(false)];
      return;
    }
    if (ready.length > 0) yield ready;
  }
  yield selection.end(true);
}

async function* backward(
  content: RecordedContent,
  order: ReplayOrder,
  tracks: ReadonlySet<number>,
): AsyncGenerator<readonly MarkedUnit[], void, undefined> {
  const selection = new Selection(content, order, tracks, order.fromMs);
  let groups = 0;
  let groupStartMs = Infinity;
  for await (const { units, startsGroup } of content.backward(order.fromMs)) {
    if (startsGroup) {
      if (order.untilMs !== undefined && groupStartMs <= order.untilMs + toleranceMs) {
        yield selection.end(false);
        return;
      }
      groupStartMs = units[0]?.atMs ?? groupStartMs;
      // Only the first group is not wanted to its end.
      if (groups++ > 0) selection.startGroup(undefined);
    }
    const ready = selection.take(units);
    if (ready.length > 0) yield ready;
  }
  yield selection.end(true);
}

/** Goes through the units of a group, or all that come forward, and chooses. */
class Selection {
  readonly #order: ReplayOrder;
  readonly #isPicture: readonly boolean[];
  readonly #wanted: ReadonlySet<number>;
  readonly #hasPictures: boolean;
  readonly #frames: FrameFilter;
  readonly #marks = new ReplayMarks();
  #end: EndOfRange;
  /** Tracks that have had a unit to begin with. */
  #begun = new Set<number>();
  #isOver = false;

  /** `endMs` is where the first group, or all, ends; undefined for its own end. */
  constructor(content: RecordedContent, order: ReplayOrder, tracks: ReadonlySet<number>, endMs: number | undefined) {
    const formats = content.description.tracks.map(({ format }) => format);
    const sounds = hasSound(order);
    this.#order = order;
    this.#isPicture = formats.map(({ kind }) => kind === "video");
    this.#wanted = new Set([...tracks].filter((track) => sounds || formats[track]?.kind !== "audio"));
    this.#hasPictures = [...tracks].some((track) => this.#isPicture[track]);
    this.#frames = new FrameFilter(framesOf(order), formats);
    this.#end = new EndOfRange(endMs);
  }

  /** What comes from here on is beyond the end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Another group comes, which is in front of the last one. */
  startGroup(endMs: number | undefined): void {
    this.#end = new EndOfRange(endMs);
    this.#begun = new Set();
    this.#isOver = false;
    this.#frames.startGroup();
  }

  /** Those of the next units, and of the ones before, that are sent and of which it is known how they are marked. */
  take(units: readonly RecordedUnit[]): MarkedUnit[] {
    const ready: MarkedUnit[] = [];
    for (const unit of units) {
      this.#isOver ||= this.#end.isReached(unit.dueMs);
      if (this.#isOver) break;
      if (!this.#takes(unit)) continue;
      ready.push(...this.#marks.push(unit, !this.#begun.has(unit.track)));
      this.#begun.add(unit.track);
    }
    return ready;
  }

  /** The units that were held back; `sectionEnds` as `ReplayMarks` has it. */
  end(sectionEnds: boolean): MarkedUnit[] {
    return this.#marks.end(sectionEnds);
  }

  #takes(unit: RecordedUnit): boolean {
    const { track, atMs, randomAccess } = unit;
    if (!this.#end.takes(unit, this.#isPicture[track] === true)) return false;
    // Sound alone need not begin where a picture does.
    if (!this.#hasPictures && this.#order.scale > 0 && atMs < this.#order.fromMs - toleranceMs) return false;
    if (!this.#wanted.has(track) || !this.#frames.takes(unit)) return false;
    return randomAccess || this.#begun.has(track);
  }
}

/**
 * Where a range ends. Pictures that are shown before the end may be decoded behind others that are shown after it, so a
 * track goes on until it has had all that are shown before the end: as many as are due before it.
 */
class EndOfRange {
  /** Units that are due before the end, less those that have come that are shown before it. */
  #owed = 0;

  /** `endMs` undefined for none. */
  constructor(private readonly endMs: number | undefined) {}

  /** Whether a unit that is due then, and all behind it, are beyond the end. */
  isReached(dueMs: number): boolean {
    return this.endMs !== undefined && this.#owed <= 0 && dueMs > this.endMs + toleranceMs;
  }

  /** Whether a unit in front of that is sent. Sound beyond the end is not, while pictures are waited for. */
  takes({ atMs, dueMs }: RecordedUnit, isPicture: boolean): boolean {
    if (this.endMs === undefined) return true;
    const endMs = this.endMs + toleranceMs;
    if (!isPicture) return atMs <= endMs;
    if (dueMs <= endMs) this.#owed++;
    if (atMs <= endMs) this.#owed--;
    return true;
  }
}

/** Which pictures a Frames header lets through (Streaming §6.4). */
class FrameFilter {
  readonly #frames: Frames;
  readonly #isDispensable: readonly ((unit: readonly Uint8Array[]) => boolean)[];
  readonly #isVideo: readonly boolean[];
  /** For each track, when its last key frame was that was let through. */
  readonly #lastKeyMs: number[] = [];
  /** For each track, the latest time of the pictures so far in the group. */
  #latestMs: number[] = [];

  constructor(frames: Frames, formats: readonly MediaFormat[]) {
    this.#frames = frames;
    this.#isVideo = formats.map(({ kind }) => kind === "video");
    this.#isDispensable = formats.map((format) => {
      const traits = frames.kind === "predicted" ? findStreamTraits(format) : undefined;
      return (unit) => traits?.isDispensable?.(unit) ?? false;
    });
  }

  startGroup(): void {
    this.#latestMs = [];
  }

  takes({ track, atMs, randomAccess, payload }: RecordedUnit): boolean {
    if (this.#frames.kind === "all" || this.#isVideo[track] !== true) return true;
    if (this.#frames.kind === "intra") {
      const { intervalMs = 0 } = this.#frames;
      const distanceMs = Math.abs(atMs - (this.#lastKeyMs[track] ?? -Infinity));
      if (!randomAccess || distanceMs < intervalMs - toleranceMs) return false;
      this.#lastKeyMs[track] = atMs;
      return true;
    }
    // B pictures are shown before one that is decoded before them. Those that others refer to have to stay.
    const latestMs = this.#latestMs[track] ?? -Infinity;
    this.#latestMs[track] = Math.max(latestMs, atMs);
    return atMs > latestMs || this.#isDispensable[track]?.(payload) !== true;
  }
}
