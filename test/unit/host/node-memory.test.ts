import { expect, test } from "vitest";
import { nodeMemory } from "#host/node-memory";
import { FakeClock } from "../../support/fake-clock.js";

test("what nobody holds is collected two seconds after it was asked for, once", async () => {
  const clock = new FakeClock();
  const memory = nodeMemory(clock);
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
