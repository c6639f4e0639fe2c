import { expect, test } from "vitest";
import { WallTime } from "#media/wall-time";
import { FakeClock } from "../../support/fake-clock.js";

test("is the wall clock's at any point of the monotonic clock", () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  expect(wall.at(clock.monotonic())).toBe(1_000_000);
  expect(wall.at(clock.monotonic() + 40)).toBe(1_000_040);
});

test("follows an adjustment slowly", () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  clock.setWall(1_000_064);
  wall.look();
  expect(wall.at(clock.monotonic())).toBeCloseTo(1_000_001, 3);
  for (let i = 0; i < 600; i++) wall.look();
  expect(wall.at(clock.monotonic())).toBeCloseTo(1_000_064, 1);
});

test("follows at once when the wall clock is set", () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  clock.setWall(50_000_000);
  wall.look();
  expect(wall.at(clock.monotonic())).toBe(50_000_000);
});

test("learns nothing from readings between which the process was held up", () => {
  const clock = new FakeClock(1_000_000);
  let heldUpMs = 0;
  const halting = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() + (heldUpMs += heldUpMs && 1_200),
    exactly: (dueMs: number, run: () => void) => clock.exactly(dueMs, run),
    after: clock.after.bind(clock),
  };
  const wall = new WallTime(halting);
  heldUpMs = 1;
  wall.look();
  expect(wall.at(clock.monotonic())).toBe(1_000_000);
});
