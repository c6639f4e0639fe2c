import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplayMarks } from "#media/replay-marks";
import type { ReplayOrder } from "#media/replay-order";
import { selectUnits } from "#media/replay-selection";
import type { RecordedUnit } from "#media/replay-source";
import { ReplayTimeline } from "#media/replay-timeline";
import { Recorded, recordedFromMs } from "../../support/recorded.js";

const everything: ReplayOrder = { fromMs: recordedFromMs, scale: 1, speed: 1, paced: false, frames: { kind: "all" } };
const atSeconds = (seconds: number): number => recordedFromMs + seconds * 1000;

async function selected(recorded: Recorded, order: Partial<ReplayOrder>, tracks = [0]): Promise<RecordedUnit[]> {
  const units: RecordedUnit[] = [];
  for await (const part of selectUnits(recorded, { ...everything, ...order }, new Set(tracks)))
    units.push(...part.map(({ unit }) => unit));
  return units;
}

/** Kinds of the pictures of a group, as encoders make them: no B at the head. */
const groups = fc
  .array(fc.constantFrom("P", "PB", "PBB"), { minLength: 1, maxLength: 4 })
  .map((parts) => `I${parts.join("")}`);

describe("what is selected of a recording", () => {
  it("ends with all pictures that are shown before the end, behind all that these may need", async () => {
    await fc.assert(
      fc.asyncProperty(groups, fc.nat(40), async (group, quarters) => {
        const sections = [[0, (3 * group.length) / 4]] as const;
        const all = await selected(new Recorded({ sections, group }), {});
        const endMs = atSeconds(quarters / 4);
        const some = await selected(new Recorded({ sections, group }), { untilMs: endMs });
        expect(some.map(({ atMs }) => atMs)).toEqual(all.slice(0, some.length).map(({ atMs }) => atMs));
        expect(all.slice(some.length).every(({ atMs }) => atMs > endMs)).toBe(true);
        const last = some.at(-1);
        expect(last && Math.min(last.atMs, last.dueMs)).toBeLessThanOrEqual(endMs);
      }),
      { numRuns: 200 },
    );
  });

  it("has each picture once, whatever the direction", async () => {
    await fc.assert(
      fc.asyncProperty(groups, async (group) => {
        const sections = [
          [0, (2 * group.length) / 4],
          [100, 100 + group.length / 4],
        ] as const;
        const times = (units: readonly RecordedUnit[]): number[] =>
          units.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
        const forward = await selected(new Recorded({ sections, group }), {});
        const backward = await selected(new Recorded({ sections, group }), { fromMs: atSeconds(200), scale: -1 });
        expect(times(backward)).toEqual(times(forward));
        expect(new Set(times(forward)).size).toBe(3 * group.length);
      }),
      { numRuns: 100 },
    );
  });

  it("begins sound that is wanted alone where it is asked for, not where a picture begins", async () => {
    const sound = await selected(new Recorded(), { fromMs: atSeconds(0.5) }, [1]);
    expect(sound[0]?.atMs).toBe(atSeconds(0.625));
  });
});

describe("the marks of units", () => {
  const unit = (track: number, index: number): RecordedUnit => ({
    ...{ track, atMs: index, dueMs: index, randomAccess: true, payload: [], section: 0 },
  });

  it("hold up others for a silent track only so long", () => {
    const marks = new ReplayMarks();
    expect(marks.push(unit(1, 0), true)).toEqual([]);
    let out = 0;
    let held = 0;
    for (let index = 1; index <= 1000; index++) {
      out += marks.push(unit(0, index), false).length;
      held = Math.max(held, index + 1 - out);
    }
    expect(held).toBeLessThanOrEqual(257);
    const rest = marks.end(true);
    expect(out + rest.length).toBe(1001);
    expect(rest.filter(({ terminal }) => terminal).map((one) => one.unit.track)).toEqual([0]);
  });
});

describe("the time of playing", () => {
  it("never goes back from unit to unit, in either direction, and has no gaps", async () => {
    await fc.assert(
      fc.asyncProperty(groups, fc.constantFrom(1, 2, 0.5, -1, -2), async (group, scale) => {
        const sections = [
          [0, (2 * group.length) / 4],
          [1000, 1000 + group.length / 4],
        ] as const;
        const recorded = new Recorded({ sections, group });
        const order = { ...everything, scale, fromMs: atSeconds(scale > 0 ? 0 : 2000) };
        const units = await selected(recorded, order);
        const [first] = units;
        if (!first) throw new Error("nothing is selected");
        const fromMs = scale > 0 ? atSeconds(0) : (recorded.sections.at(-1)?.endMs ?? 0);
        const timeline = new ReplayTimeline(order, recorded.sections, first, fromMs);
        const places = units.map((one) => timeline.place(one));
        for (const [index, { dueMs }] of places.entries()) {
          const before = places[index - 1];
          if (before) expect(dueMs).toBeGreaterThanOrEqual(before.dueMs - 0.001);
          if (before) expect(dueMs - before.dueMs).toBeLessThanOrEqual((250 * group.length) / Math.abs(scale) + 0.001);
        }
        const shown = places.map(({ shownMs }) => Math.round(shownMs)).toSorted((a, b) => a - b);
        expect(new Set(shown).size).toBe(units.length);
        for (const [index, ms] of shown.entries())
          if (index > 0) expect(ms - (shown[index - 1] ?? 0)).toBe(250 / Math.abs(scale));
      }),
      { numRuns: 100 },
    );
  });
});
