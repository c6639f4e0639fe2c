import { describe, expect, it } from "vitest";
import type { DeviceSetup } from "#device/setup";
import { IoSimulation } from "#simulation/io";
import { aDevice, withIo } from "../../support/a-device.js";
import { FakeClock } from "../../support/fake-clock.js";

const simulated = (over: Partial<DeviceSetup> = withIo) => {
  const clock = new FakeClock();
  const { device } = aDevice(over);
  const simulation = new IoSimulation(device, clock, 10_000);
  const { digitalInputs, relays } = device.io;
  /** What is active now. */
  const active = (): readonly string[] => [
    ...digitalInputs.tokens.filter((token) => digitalInputs.isActive(token)),
    ...relays.tokens.filter((token) => relays.state(token) === "active"),
  ];
  return { clock, device, simulation, active };
};

describe("simulated inputs and relays", () => {
  it("are active in turn, each for the interval", async () => {
    const { clock, active } = simulated();
    await clock.advance(9_999);
    const seen = [active()];
    await clock.advance(1);
    for (let step = 0; step < 5; step++) {
      seen.push(active());
      await clock.advance(10_000);
    }
    expect(seen).toEqual([
      [],
      ["digital_input_1"],
      ["digital_input_2"],
      ["relay_output_1"],
      ["relay_output_2"],
      ["digital_input_1"],
    ]);
  });

  it("leave a relay alone that a client has set", async () => {
    const { clock, device, active } = simulated({ io: { relayOutputs: 2 } });
    await clock.advance(10_000);
    expect(active()).toEqual(["relay_output_1"]);
    device.io.relays.setState("relay_output_1", "active");
    device.io.relays.setSettings("relay_output_2", { mode: "Bistable", delayMs: 0, idleState: "closed" });
    for (let step = 0; step < 4; step++) {
      await clock.advance(10_000);
      expect(active()).toEqual(["relay_output_1"]);
    }
  });

  it("are not what clients have set", async () => {
    const { clock, device } = simulated();
    const { io } = device.snapshot();
    await clock.advance(35_000);
    expect(device.io.relays.state("relay_output_1")).toBe("active");
    expect(device.snapshot().io).toEqual(io);
  });

  it("end when it is closed, and there is nothing to do without any", async () => {
    const { clock, simulation, active } = simulated();
    await simulation.close();
    await clock.advance(60_000);
    expect([active(), clock.pendingTimers, simulated({}).clock.pendingTimers]).toEqual([[], 0, 0]);
  });
});
