import { describe, expect, it } from "vitest";
import { RelayDelays } from "#simulation/relay-delays";
import { aDevice, withIo } from "../../support/a-device.js";
import { FakeClock } from "../../support/fake-clock.js";

const R1 = "relay_output_1";

const delayed = () => {
  const clock = new FakeClock();
  const { device } = aDevice(withIo);
  const delays = new RelayDelays(device, clock);
  const { relays } = device.io;
  relays.setSettings(R1, { mode: "Monostable", delayMs: 2_000, idleState: "open" });
  return { clock, relays, delays, device };
};

describe("a monostable relay", () => {
  it("goes back when its delay is over", async () => {
    const { clock, relays } = delayed();
    relays.setState(R1, "active");
    await clock.advance(1_999);
    expect(relays.state(R1)).toBe("active");
    await clock.advance(1);
    expect(relays.state(R1)).toBe("inactive");
  });

  it("begins its delay anew when it is set active again", async () => {
    const { clock, relays } = delayed();
    relays.setState(R1, "active");
    await clock.advance(1_500);
    relays.setState(R1, "active");
    await clock.advance(1_999);
    expect(relays.state(R1)).toBe("active");
    await clock.advance(1);
    expect(relays.state(R1)).toBe("inactive");
  });

  it("does not come back to life after it was set inactive before its time", async () => {
    const { clock, relays } = delayed();
    relays.setState(R1, "active");
    await clock.advance(1_000);
    relays.setState(R1, "inactive");
    expect(clock.pendingTimers).toBe(0);
    relays.setState(R1, "active");
    await clock.advance(1_999);
    expect(relays.state(R1)).toBe("active");
  });

  it("stays active once it is bistable, and is delayed from when it is monostable", async () => {
    const { clock, relays } = delayed();
    relays.setState(R1, "active");
    relays.setSettings(R1, { mode: "Bistable", delayMs: 0, idleState: "open" });
    await clock.advance(10_000);
    expect(relays.state(R1)).toBe("active");
    relays.setSettings(R1, { mode: "Monostable", delayMs: 500, idleState: "open" });
    await clock.advance(500);
    expect(relays.state(R1)).toBe("inactive");
  });

  it("is left alone after the end, and after a restored state", async () => {
    const { clock, relays, delays, device } = delayed();
    relays.setState(R1, "active");
    device.restore(device.snapshot());
    expect(clock.pendingTimers).toBe(0);
    relays.setState(R1, "active");
    await delays.close();
    relays.setState(R1, "active");
    expect(clock.pendingTimers).toBe(0);
  });
});
