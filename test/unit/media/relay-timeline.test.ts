import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RelayEpoch, RelayTimeline } from "#media/relay-timeline";

const wall = Date.UTC(2026, 0, 1);
const aTimeline = (clockRate = 90_000, epoch = new RelayEpoch(1000, wall)): RelayTimeline =>
  new RelayTimeline(clockRate, epoch);

describe("the time of a relayed stream", () => {
  test("begins with the arrival of the first packet and follows its timestamps", () => {
    const timeline = aTimeline();
    timeline.take(4_000_000_000, 1040);
    expect([timeline.pts, timeline.wallMs]).toEqual([3600, wall + 40]);
    timeline.take(4_000_003_600, 1200);
    expect([timeline.pts, timeline.wallMs]).toEqual([7200, wall + 80]);
  });

  test("goes on over the wrap of the timestamps, and back for reordered pictures", () => {
    const timeline = aTimeline();
    const taken = [2 ** 32 - 3600, 7200, 0, 3600].map((rtpTime) => {
      timeline.take(rtpTime, 1000);
      return timeline.pts;
    });
    expect(taken).toEqual([0, 10_800, 3600, 7200]);
  });

  test("of several tracks is that of their reports where these come first", () => {
    const epoch = new RelayEpoch(1000, wall);
    const [video, sound] = [aTimeline(90_000, epoch), aTimeline(8000, epoch)];
    // The sender's clock is an hour ahead.
    video.report(wall + 3_600_000, 500);
    video.take(500, 1040);
    sound.report(wall + 3_600_100, 77);
    sound.take(77 - 400, 1700);
    expect([video.pts / 90, sound.pts / 8]).toEqual([40, 90]);
    expect(sound.wallMs - video.wallMs).toBeCloseTo(50, 6);
  });

  test("of a track whose report is of another clock begins with its arrival", () => {
    const epoch = new RelayEpoch(1000, wall);
    const [video, sound] = [aTimeline(90_000, epoch), aTimeline(8000, epoch)];
    video.report(wall, 500);
    video.take(500, 1040);
    sound.report(wall + 3_600_000, 77);
    sound.take(77, 1700);
    expect(sound.pts / 8).toBe(700);
  });

  test("begins anew behind what has been when the sender changes", () => {
    const timeline = aTimeline();
    timeline.take(100, 1000);
    timeline.take(100 + 90_000, 1010);
    timeline.restart();
    expect(timeline.take(77, 1500)).toBe(false);
    expect(timeline.pts).toBe(90_001);
    timeline.restart();
    timeline.take(5, 4000);
    expect(timeline.pts).toBe(270_000);
  });

  test.each<[name: string, rtpTime: number, atMs: number, jumps: boolean]>([
    ["a jump forward", 100 * 90_000, 1040, true],
    ["a jump back", 2 ** 32 - 100 * 90_000, 1040, true],
    ["a long pause", 100 * 90_000, 101_000, false],
    ["a pause that the timestamps do not show", 3600, 101_000, false],
    ["five seconds forward", 5 * 90_000, 1040, false],
  ])("tells %s", (_name, rtpTime, atMs, jumps) => {
    const timeline = aTimeline();
    timeline.take(0, 1000);
    expect(timeline.take(rtpTime, atMs)).toBe(jumps);
    if (jumps) expect(timeline.pts).toBe(3600);
  });
});

describe("wall time", () => {
  test("is the sender's from the start when its report comes first", () => {
    const timeline = aTimeline();
    timeline.report(wall + 300, 50_000);
    timeline.take(50_000 + 90_000, 1000);
    expect(timeline.wallMs).toBe(wall + 1300);
    expect(timeline.takeStep()).toBe(0);
  });

  test("goes over to the sender's by 10 ms a second, and never runs backwards", () => {
    const timeline = aTimeline(8000);
    timeline.take(0, 1000);
    timeline.report(wall - 100, 0);
    let last = timeline.wallMs;
    for (let second = 1; second <= 20; second++) {
      timeline.take(second * 8000, 1000 + second * 1000);
      expect(timeline.wallMs).toBeCloseTo(wall + second * 1000 - Math.min(100, second * 10), 6);
      expect(timeline.wallMs).toBeGreaterThan(last);
      last = timeline.wallMs;
    }
    expect(timeline.takeStep()).toBe(0);
  });

  test("is set at once when it is far off, and that is told once", () => {
    const timeline = aTimeline();
    timeline.take(0, 1000);
    timeline.report(wall - 3_600_000, 0);
    timeline.take(90_000, 2000);
    expect(timeline.wallMs).toBe(wall - 3_599_000);
    expect([timeline.takeStep(), timeline.takeStep()]).toEqual([-3_600_000, 0]);
  });

  test("stays ours when the sender counts from its own start", () => {
    const timeline = aTimeline();
    timeline.report(-2_208_988_800_000, 0);
    timeline.take(0, 1000);
    timeline.report(-2_208_988_790_000, 900_000);
    timeline.take(900_000, 11_000);
    expect(timeline.wallMs).toBe(wall + 10_000);
  });

  test("ignores a report of the sender before", () => {
    const timeline = aTimeline();
    timeline.report(wall + 5_000_000, 0);
    timeline.restart();
    timeline.take(0, 1000);
    expect(timeline.wallMs).toBe(wall);
  });

  test("holds to the reports within a tick, whatever the numbers", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8000, 44_100, 48_000, 90_000),
        fc.nat(2 ** 32 - 1),
        fc.integer({ min: 1, max: 2000 }),
        fc.array(fc.nat(500), { minLength: 1, maxLength: 60 }),
        (clockRate, first, lateMs, steps) => {
          const timeline = aTimeline(clockRate);
          let mediaMs = 0;
          for (const step of steps) {
            const rtpTime = (first + Math.round((mediaMs * clockRate) / 1000)) % 2 ** 32;
            timeline.report(wall + lateMs + mediaMs, rtpTime);
            timeline.take(rtpTime, 1000 + mediaMs);
            mediaMs += step;
          }
          const expected = wall + lateMs + mediaMs - (steps.at(-1) ?? 0);
          expect(Math.abs(timeline.wallMs - expected)).toBeLessThan(0.2);
        },
      ),
    );
  });
});
