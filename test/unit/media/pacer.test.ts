import { expect, test } from "vitest";
import { Pacer, type Paced } from "#media/pacer";
import { FakeClock } from "../../support/fake-clock.js";

const calling = (due: () => void): Paced => ({ due });

test("calls come in the order of their due times, through one timer", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const start = clock.monotonic();
  const calls: number[] = [];
  for (const ms of [70, 10, 50, 30, 90, 20, 60])
    pacer.at(
      start + ms,
      calling(() => calls.push(ms)),
    );
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
  pacer.at(
    clock.monotonic() - 1000,
    calling(() => calls++),
  );
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
  const ticking = calling(() => {
    seen.push(clock.monotonic() - start);
    pacer.at(start + (seen.length + 1) * 40, ticking);
  });
  pacer.at(start + 40, ticking);
  await clock.advance(40_010);
  expect(seen).toHaveLength(1000);
  expect(seen.at(-1)).toBe(40_007);
});

test("a cancelled call does not come, also when it is due at the moment", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const calls: string[] = [];
  const start = clock.monotonic();
  const [first, third, fourth] = ["first", "third", "fourth"].map((name) => calling(() => calls.push(name)));
  if (!first || !third || !fourth) throw new Error("no tasks");
  const second = calling(() => {
    calls.push("second");
    pacer.cancel(third);
  });
  for (const [index, task] of [first, second, third, fourth].entries()) pacer.at(start + 10 + index / 10, task);
  pacer.at(start + 20, fourth);
  pacer.at(start + 30, third);
  pacer.cancel(first);
  await clock.advance(15);
  expect(calls).toEqual(["second", "fourth"]);
  await clock.advance(30);
  expect(calls).toEqual(["second", "fourth", "fourth"]);
});

test("a task that is cancelled may ask again", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const start = clock.monotonic();
  const calls: number[] = [];
  const task = calling(() => calls.push(clock.monotonic() - start));
  for (const ms of [10, 20, 30]) pacer.at(start + ms, task);
  pacer.cancel(task);
  expect(clock.pendingTimers).toBe(0);
  pacer.at(start + 25, task);
  await clock.advance(100);
  expect(calls).toEqual([25]);
});

test("ten thousand tasks come in order", async () => {
  const clock = new FakeClock();
  const pacer = new Pacer(clock);
  const start = clock.monotonic();
  const calls: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    const ms = (i * 7919) % 997;
    pacer.at(
      start + ms,
      calling(() => calls.push(ms)),
    );
  }
  await clock.advance(1000);
  expect(calls).toEqual(calls.toSorted((a, b) => a - b));
  expect(calls).toHaveLength(10_000);
});
