import { expect, test } from "vitest";
import { WallTime } from "#media/wall-time";
import { FakeClock } from "../../support/fake-clock.js";

test("is the wall clock's at any point of the monotonic clock", () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  expect(wall.at(clock.monotonic())).toBe(1_000_000);
  expect(wall.at(clock.monotonic() + 40)).toBe(1_000_040);
});

test("follows an adjustment slowly", async () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  const lookNext = async (): Promise<void> => {
    await clock.advance(40);
    wall.look(clock.monotonic());
  };
  await clock.advance(100);
  clock.setWall(clock.now() + 64);
  await lookNext();
  expect(clock.now() - wall.at(clock.monotonic())).toBeCloseTo(63, 3);
  for (let i = 0; i < 600; i++) await lookNext();
  expect(clock.now() - wall.at(clock.monotonic())).toBeCloseTo(0, 1);
});

test("follows no sooner when more of those who use it look", async () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  clock.setWall(1_000_064);
  await clock.advance(40);
  for (let i = 0; i < 600; i++) wall.look(clock.monotonic());
  expect(clock.now() - wall.at(clock.monotonic())).toBeCloseTo(63, 3);
});

test("begins anew when nobody has looked for long", async () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  clock.setWall(1_000_064);
  await clock.advance(20_000);
  wall.look(clock.monotonic());
  expect(wall.at(clock.monotonic())).toBe(clock.now());
});

test("follows at once when the wall clock is set", async () => {
  const clock = new FakeClock(1_000_000);
  const wall = new WallTime(clock);
  await clock.advance(40);
  clock.setWall(50_000_000);
  wall.look(clock.monotonic());
  expect(wall.at(clock.monotonic())).toBe(50_000_000);
});

test("learns nothing from readings between which the process was held up", async () => {
  const clock = new FakeClock(1_000_000);
  let heldUpMs = 0;
  const halting = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() + (heldUpMs += heldUpMs && 1_200),
    exactly: (dueMs: number, run: () => void) => clock.exactly(dueMs, run),
    after: clock.after.bind(clock),
  };
  const wall = new WallTime(halting);
  await clock.advance(40);
  heldUpMs = 1;
  wall.look(clock.monotonic());
  expect(wall.at(clock.monotonic())).toBe(clock.now());
});
