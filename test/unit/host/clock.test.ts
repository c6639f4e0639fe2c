import { describe, expect, it, vi } from "vitest";
import { nodeHost } from "#host/node";
import { eventually, FakeClock } from "../../support/fake-clock.js";

describe("the clock of the node host", () => {
  const { clock } = nodeHost();

  it("has wall time in Unix milliseconds and monotonic time that grows", () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    const before = clock.monotonic();
    expect(clock.monotonic()).toBeGreaterThanOrEqual(before);
  });

  it("never calls before the time is over", async () => {
    const early: number[] = [];
    let calls = 0;
    for (let i = 0; i < 40; i++) {
      const delayMs = i / 4;
      const startMs = clock.monotonic();
      clock.after(delayMs, () => {
        calls++;
        if (clock.monotonic() - startMs < delayMs) early.push(delayMs);
      });
    }
    await eventually(() => calls === 40);
    expect(early).toEqual([]);
  });

  it("sets one timer for a delay, not a second one because the first was early", async () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    try {
      for (let i = 0; i < 20; i++) {
        set.mockClear();
        await new Promise<void>((over) => void clock.after(6 + i / 3, over));
        expect(set).toHaveBeenCalledTimes(1);
      }
    } finally {
      set.mockRestore();
    }
  });

  it("calls exactly when the time has come where that is asked for, and never before", async () => {
    const lateMs: number[] = [];
    // Until the machine lets eight calls in a row come in time; ordinary timers are up to 1.2 ms late.
    const areInTime = (): boolean => lateMs.length >= 8 && lateMs.slice(-8).every((late) => late < 0.4);
    const call = (dueMs: number): void => {
      clock.exactly(dueMs, () => {
        lateMs.push(clock.monotonic() - dueMs);
        if (!areInTime()) call(dueMs + 12.3);
      });
    };
    call(clock.monotonic() + 12.3);
    await eventually(areInTime, 50_000);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0);
  });

  it.each([-3, 0, 2.5])("calls at its time also for what is due in %s ms", async (leftMs) => {
    let lateMs = Number.NaN;
    const dueMs = clock.monotonic() + leftMs;
    clock.exactly(dueMs, () => (lateMs = clock.monotonic() - dueMs));
    await eventually(() => lateMs >= 0);
  });

  it("does not call after a cancel, and a cancel after the call does nothing", async () => {
    const called: string[] = [];
    clock.after(1, () => called.push("cancelled")).cancel();
    const timer = clock.after(2, () => called.push("kept"));
    await eventually(() => called.length > 0);
    timer.cancel();
    expect(called).toEqual(["kept"]);
  });

  it("keeps delays longer than a month, which the event loop would turn into none", async () => {
    const called: string[] = [];
    const timer = clock.after(40 * 86_400_000, () => called.push("too early"));
    clock.after(5, () => called.push("short"));
    await eventually(() => called.length > 0);
    timer.cancel();
    expect(called).toEqual(["short"]);
  });

  it.each([-5, Number.NaN])("takes a delay of %s as none", async (delayMs) => {
    let called = false;
    clock.after(delayMs, () => (called = true));
    await eventually(() => called);
  });
});

describe("the fake clock", () => {
  it("runs due timers in order, each at its own time", async () => {
    const clock = new FakeClock(1_000_000);
    const startMs = clock.monotonic();
    const seen: [string, number, number][] = [];
    const note = (name: string) => (): void =>
      void seen.push([name, clock.monotonic() - startMs, clock.now() - 1_000_000]);
    clock.after(20, note("third"));
    clock.after(10, note("first"));
    clock.after(10, note("second"));
    clock.after(31, note("later"));
    await clock.advance(30);
    expect(seen).toEqual([
      ["first", 10, 10],
      ["second", 10, 10],
      ["third", 20, 20],
    ]);
    expect(clock.monotonic() - startMs).toBe(30);
    expect(clock.pendingTimers).toBe(1);
  });

  it("runs timers that timers start, when they are due within the same move", async () => {
    const clock = new FakeClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.after(40, tick);
    };
    clock.after(40, tick);
    await clock.advance(1000);
    expect(ticks).toBe(25);
  });

  it("lets promises between two timers finish before the second", async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.after(10, () => {
      void (async () => {
        for (let i = 0; i < 20; i++) await Promise.resolve();
        await new Promise((done) => void setImmediate(done));
        seen.push("work of the first");
      })();
    });
    clock.after(10, () => void seen.push("second"));
    await clock.advance(10);
    expect(seen).toEqual(["work of the first", "second"]);
  });

  it("does not run a cancelled timer, though the cancel comes from a timer due at the same time", async () => {
    const clock = new FakeClock();
    let ran = false;
    clock.after(10, () => victim.cancel());
    const victim = clock.after(10, () => (ran = true));
    await clock.advance(50);
    expect(ran).toBe(false);
  });

  it("lets wall time jump without touching timers", async () => {
    const clock = new FakeClock(0);
    let ranAt = -1;
    clock.after(10, () => (ranAt = clock.now()));
    clock.setWall(86_400_000);
    await clock.advance(10);
    expect(ranAt).toBe(86_400_010);
  });

  it("serves overlapping moves one after the other", async () => {
    const clock = new FakeClock();
    const startMs = clock.monotonic();
    await Promise.all([clock.advance(10), clock.advance(5)]);
    expect(clock.monotonic() - startMs).toBe(15);
  });
});
