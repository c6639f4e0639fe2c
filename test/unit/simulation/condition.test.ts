import { describe, expect, it } from "vitest";
import { TAMPERINGS } from "#device/detection";
import type { DeviceSetup } from "#device/setup";
import { ConditionSimulation } from "#simulation/condition";
import { aDevice } from "../../support/a-device.js";
import { FakeClock } from "../../support/fake-clock.js";

const ALL = { tamperings: TAMPERINGS, health: ["processor", "temperature", "storage"] } as const;

/** What is so at the end of each of 300 intervals, in a line. */
async function course(seed: number, over: Partial<DeviceSetup> = ALL): Promise<string[]> {
  const clock = new FakeClock();
  const { device } = aDevice(over);
  const simulation = new ConditionSimulation(device, clock, 10_000, seed);
  const { detection, health } = device;
  const lines: string[] = [];
  for (let step = 0; step < 300; step++) {
    await clock.advance(10_000);
    const tampered = detection.sources.flatMap((source) => TAMPERINGS.filter((one) => detection.tampered(source, one)));
    const { processorPercent, temperatureCelsius, storageFailed } = health;
    lines.push([processorPercent, temperatureCelsius, storageFailed, ...tampered].join(" "));
  }
  await simulation.close();
  expect(clock.pendingTimers).toBe(0);
  return lines;
}

describe("simulated conditions", () => {
  it("are the same for the same seed, and others for another", async () => {
    expect(await course(7)).toEqual(await course(7));
    expect(await course(7)).not.toEqual(await course(8));
  });

  it("have every kind of tampering, one at a time, and seldom a failure", async () => {
    const lines = (await course(1)).map((line) => line.split(" "));
    for (const kind of TAMPERINGS) expect(lines.some((line) => line.includes(kind))).toBe(true);
    expect(lines.every(({ length }) => length <= 4)).toBe(true);
    const failures = lines.filter(([, , failed]) => failed === "true").length;
    expect(failures).toBeGreaterThan(10);
    expect(failures).toBeLessThan(50);
    for (const [percent, celsius] of lines) {
      expect(Number(percent)).toBeGreaterThanOrEqual(2);
      expect(Number(percent)).toBeLessThanOrEqual(98);
      expect(Number(celsius)).toBeGreaterThanOrEqual(30);
      expect(Number(celsius)).toBeLessThanOrEqual(75);
    }
  });

  it("leave alone what the camera does not notice", async () => {
    const first = await course(1, { health: ["processor"] });
    expect(new Set(first.map((line) => line.replace(/^\S+ /, "")))).toEqual(new Set(["40 false"]));
    const clock = new FakeClock();
    const none = new ConditionSimulation(aDevice().device, clock, 10_000, 1);
    expect(clock.pendingTimers).toBe(0);
    await none.close();
  });
});
