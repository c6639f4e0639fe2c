import { describe, expect, it } from "vitest";
import { Turns } from "#events/turns";
import { FakeClock } from "../../support/fake-clock.js";

describe("turns", () => {
  it("let a few go on at once, and then a few each millisecond, in their order", async () => {
    const clock = new FakeClock();
    const turns = new Turns(clock);
    const gone: number[] = [];
    for (let n = 0; n < 100; n++) turns.take(() => gone.push(n));
    const counts = [gone.length];
    for (let ms = 0; ms < 4; ms++) {
      await clock.advance(1);
      counts.push(gone.length);
    }
    expect(counts).toEqual([32, 64, 96, 100, 100]);
    expect(gone).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(clock.pendingTimers).toBe(0);
  });

  it("pass nobody by who waits", async () => {
    const clock = new FakeClock();
    const turns = new Turns(clock);
    const gone: number[] = [];
    for (let n = 0; n < 40; n++) turns.take(() => gone.push(n));
    await clock.advance(0.5);
    turns.take(() => gone.push(40));
    await clock.advance(1);
    expect(gone).toEqual(Array.from({ length: 41 }, (_, n) => n));
  });
});
