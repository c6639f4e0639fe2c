import { expect, test } from "vitest";
import { aacFormat } from "#codec/aac/payload";
import type { Sample } from "#container/media-file";
import { FileTimeline } from "#sources/file-timeline";
import { cameraDescription } from "../../support/media-fakes.js";

const video = cameraDescription.tracks[0]?.format;
const audio = aacFormat(Buffer.from("1408", "hex"), 97); // 16 kHz, 1024 samples a unit
const formats = video ? [video, audio] : [];
const sample = (track: number, seconds: number, dueSeconds = seconds): Sample => ({
  track,
  seconds,
  dueSeconds,
  ticks: track === 1 ? 1024 : 0,
  randomAccess: true,
  payload: [],
});

test("pictures of each repetition follow the end of the last", () => {
  const timeline = new FileTimeline(formats, 2);
  expect(timeline.base).toBe(0);
  expect(timeline.place(sample(0, 0))).toBe(0);
  expect(timeline.place(sample(0, 1.96, 2))).toBe(176_400);
  expect(timeline.repeat()).toBe(2);
  expect(timeline.base).toBe(2);
  expect(timeline.place(sample(0, 0))).toBe(180_000);
});

test("pictures beyond the stated end are not followed by earlier ones", () => {
  const timeline = new FileTimeline(formats, 2);
  timeline.place(sample(0, 2.5));
  expect(timeline.repeat()).toBe(2.5);
});

test("units of sound follow each other exactly, though the file's times are rounded", () => {
  const timeline = new FileTimeline(formats, 60);
  const pts = Array.from({ length: 100 }, (_, n) => timeline.place(sample(1, Math.round(n * 64.0001) / 1000)));
  expect(pts).toEqual(Array.from({ length: 100 }, (_, n) => n * 1024));
});

test("sound after a real gap takes its place", () => {
  const timeline = new FileTimeline(formats, 60);
  expect([0, 0.064, 5].map((seconds) => timeline.place(sample(1, seconds)))).toEqual([0, 1024, 80_000]);
});

test.each([
  ["longer", 16, 1.0],
  ["shorter", 15, 0.99],
])("sound that is %s than the pictures never strays by more than half a unit", (_what, units, loopSeconds) => {
  const timeline = new FileTimeline(formats, loopSeconds);
  let last = -1024;
  let base = 0;
  for (let loop = 0; loop < 200; loop++) {
    for (let unit = 0; unit < units; unit++) {
      const pts = timeline.place(sample(1, unit * 0.064));
      if (pts === undefined) continue;
      expect(pts - last).toBeGreaterThanOrEqual(1024);
      expect(Math.abs(pts / 16_000 - (base + unit * 0.064))).toBeLessThanOrEqual(0.0321);
      last = pts;
    }
    base = timeline.repeat();
  }
  expect(base).toBeCloseTo(200 * loopSeconds, 6);
});
