import { describe, expect, it } from "vitest";
import { MotionSimulation } from "#simulation/motion";
import { aDevice } from "../../support/a-device.js";
import { FakeClock } from "../../support/fake-clock.js";

const simulated = (over: Parameters<typeof aDevice>[0] = {}) => {
  const clock = new FakeClock();
  const { device, changes } = aDevice(over);
  return { clock, device, changes, simulation: new MotionSimulation(device.detection, clock, 10_000) };
};

describe("simulated motion", () => {
  it("begins after the interval, lasts as long, and comes again", async () => {
    const { clock, device, changes } = simulated();
    const [source = ""] = device.detection.sources;
    await clock.advance(9_999);
    expect(device.detection.motion(source)).toBe(false);
    await clock.advance(1);
    expect(device.detection.motion(source)).toBe(true);
    await clock.advance(10_000);
    expect(device.detection.motion(source)).toBe(false);
    await clock.advance(10_000);
    expect(device.detection.motion(source)).toBe(true);
    expect(changes).toHaveLength(3);
  });

  it("ends when it is closed, and stays as it is then", async () => {
    const { clock, device, simulation } = simulated();
    await clock.advance(10_000);
    await simulation.close();
    await clock.advance(60_000);
    expect(device.detection.motion(device.detection.sources[0] ?? "")).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it("does nothing on a camera without pictures", () => {
    const media = { profiles: [{ audio: {}, stream: { uri: "sound.wav", appendParameters: false } }] };
    expect(simulated({ media }).clock.pendingTimers).toBe(0);
  });
});
