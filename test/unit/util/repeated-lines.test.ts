import { describe, expect, it } from "vitest";
import { RepeatedLines } from "#util/repeated-lines";
import { FakeClock } from "../../support/fake-clock.js";
import { logLines } from "../../support/log-lines.js";

function world() {
  const clock = new FakeClock();
  const { log, lines } = logLines();
  return { clock, log, lines, repeated: new RepeatedLines(log, clock) };
}

const one = { peer: "192.0.2.1" };

describe("lines that may be repeated", () => {
  it("are written at once, and as their number every ten seconds while they go on", async () => {
    const { clock, lines, repeated } = world();
    for (let second = 0; second < 25; second++) {
      for (let times = 0; times < 100; times++) repeated.warn("turned away", one);
      await clock.advance(1_000);
    }
    expect(lines).toEqual([
      'warn turned away {"peer":"192.0.2.1"}',
      'warn turned away {"peer":"192.0.2.1","times":999}',
      'warn turned away {"peer":"192.0.2.1","times":1000}',
    ]);
    await clock.advance(20_000);
    expect(lines.slice(3)).toEqual(['warn turned away {"peer":"192.0.2.1","times":500}']);
    expect(clock.pendingTimers).toBe(0);
  });

  it("are written at once again after a rest", async () => {
    const { clock, lines, repeated } = world();
    repeated.debug("turned away", one);
    await clock.advance(15_000);
    repeated.debug("turned away", one);
    expect(lines).toEqual(Array.from({ length: 2 }, () => 'debug turned away {"peer":"192.0.2.1"}'));
  });

  it("are told apart by what they say", () => {
    const { lines, repeated } = world();
    repeated.warn("turned away", one);
    repeated.warn("turned away", { peer: "192.0.2.2" });
    repeated.debug("turned away", one);
    repeated.warn("cut off", one);
    expect(lines).toHaveLength(4);
  });

  it("are counted by their sentence when there are many", async () => {
    const { clock, lines, repeated } = world();
    for (let peer = 0; peer < 5_000; peer++) repeated.warn("turned away", { peer });
    expect(lines).toHaveLength(17);
    repeated.warn("cut off", one);
    expect(lines).toHaveLength(18);
    await clock.advance(10_000);
    expect(lines.slice(18)).toEqual(['warn turned away {"peer":4999,"times":4983}']);
  });

  it("are not even counted where nobody keeps their level", () => {
    const { clock, log, lines } = world();
    const repeated = new RepeatedLines({ ...log, isOn: (level) => level === "warn" }, clock);
    const peer = {
      toJSON: () => {
        throw new Error("asked for");
      },
    };
    for (let times = 0; times < 3; times++) repeated.debug("turned away", { peer });
    expect([lines, clock.pendingTimers, repeated.isOn("debug"), repeated.isOn("warn")]).toEqual([[], 0, false, true]);
    repeated.warn("turned away", one);
    expect(lines).toHaveLength(1);
  });

  it("are written at the close as far as they have been counted, and after it as they come", async () => {
    const { clock, lines, repeated } = world();
    for (let times = 0; times < 3; times++) repeated.warn("turned away", one);
    await repeated.close();
    await repeated.close();
    expect(lines).toEqual(['warn turned away {"peer":"192.0.2.1"}', 'warn turned away {"peer":"192.0.2.1","times":2}']);
    repeated.warn("turned away", one);
    repeated.warn("turned away", one);
    expect(lines).toHaveLength(4);
    expect(clock.pendingTimers).toBe(0);
  });
});
