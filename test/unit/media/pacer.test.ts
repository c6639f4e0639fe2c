import { expect, test } from "vitest";
import { Pacer } from "#media/pacer";
import { FakeClock } from "../../support/fake-clock.js";

test("calls come in the order of their due times, through one timer", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const start = clock.monotonic();
  const calls: number[] = [];
  for (const ms of [70, 10, 50, 30, 90, 20, 60]) pacer.at(start + ms, () => calls.push(ms));
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(65);
  expect(calls).toEqual([10, 20, 30, 50, 60]);
  await clock.advance(100);
  expect(calls).toEqual([10, 20, 30, 50, 60, 70, 90]);
  expect(clock.pendingTimers).toBe(0);
});

test("a due time that has passed is served at the next turn, not at once", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  let calls = 0;
  pacer.at(clock.monotonic() - 1000, () => calls++);
  expect(calls).toBe(0);
  await clock.advance(0);
  expect(calls).toBe(1);
});

test("a call that is late does not delay the ones after it", async () => {
  const clock = new FakeClock();
  // A clock whose timers are always 7 ms late.
  const late = {
    now: () => 0,
    monotonic: () => clock.monotonic(),
    after: (ms: number, run: () => void) => clock.after(ms + 7, run),
    exactly: (dueMs: number, run: () => void) => clock.exactly(dueMs + 7, run),
  };
  const pacer = new Pacer(late);
  const start = clock.monotonic();
  const seen: number[] = [];
  const tick = (n: number): void => {
    pacer.at(start + n * 40, () => {
      seen.push(clock.monotonic() - start);
      tick(n + 1);
    });
  };
  tick(1);
  await clock.advance(40_010);
  expect(seen).toHaveLength(1000);
  expect(seen.at(-1)).toBe(40_007);
});

test("a cancelled call does not come", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const calls: string[] = [];
  const start = clock.monotonic();
  const first = pacer.at(start + 10, () => {
    calls.push("first");
    second.cancel();
  });
  const second = pacer.at(start + 10.5, () => calls.push("second"));
  pacer.at(start + 20, () => calls.push("third"));
  first.cancel();
  await clock.advance(15);
  expect(calls).toEqual(["second"]);
  await clock.advance(15);
  expect(calls).toEqual(["second", "third"]);
});

test("ten thousand tasks come in order", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const start = clock.monotonic();
  const calls: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    const ms = (i * 7919) % 997;
    pacer.at(start + ms, () => calls.push(ms));
  }
  await clock.advance(1000);
  expect(calls).toEqual(calls.toSorted((a, b) => a - b));
  expect(calls).toHaveLength(10_000);
});
