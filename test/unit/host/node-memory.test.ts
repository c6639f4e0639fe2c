import { expect, test } from "vitest";
import { releaseFreed } from "#host/libc";
import { nodeMemory } from "#host/node-memory";
import { FakeClock } from "../../support/fake-clock.js";

test("what nobody holds is collected two seconds after it was asked for, once", async () => {
  const clock = new FakeClock();
  const memory = nodeMemory(clock, async () => {});
  const kept = new WeakRef({});
  memory.tidy();
  memory.tidy();
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(1_999);
  expect(kept.deref()).toBeDefined();
  await clock.advance(1);
  await new Promise((turn) => setImmediate(turn));
  memory.tidy();
  await clock.advance(2_000);
  expect(kept.deref()).toBeUndefined();
});

test("what the collection has freed is given back a second behind it", async () => {
  const clock = new FakeClock();
  const released: number[] = [];
  const memory = nodeMemory(clock, async () => void released.push(clock.monotonic()));
  const fromMs = clock.monotonic();
  memory.tidy();
  await clock.advance(10_000);
  expect(released.map((atMs) => atMs - fromMs)).toEqual([3_000]);
});

test("giving memory back does no harm where it cannot be done", async () => {
  await expect(releaseFreed()).resolves.toBeUndefined();
});
