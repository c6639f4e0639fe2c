import { describe, expect, it } from "vitest";
import { MAXIMUM_SERIAL_BYTES, ReceivedBytes, type SerialExchange } from "#device/io/serial-line";
import { aDevice, aDeviceSetup, codeOf, withIo } from "../../support/a-device.js";

const R1 = "relay_output_1";
const D1 = "digital_input_1";
const monostable = { mode: "Monostable", delayMs: 2_000, idleState: "closed" } as const;

describe("a camera", () => {
  it("has as many inputs and outputs as its setup says, and without it none", () => {
    const { io } = aDevice(withIo).device;
    expect(io.relays.tokens).toEqual(["relay_output_1", "relay_output_2"]);
    expect(io.digitalInputs.tokens).toEqual(["digital_input_1", "digital_input_2"]);
    expect(io.serialPorts.list().map(({ token }) => token)).toEqual(["serial_port_1"]);
    expect(io.audioOutputs.outputs).toEqual(["audio_output_1"]);
    expect(aDevice().device.io.snapshot()).toEqual({
      relays: [],
      digitalInputs: [],
      serialPorts: [],
      audioOutputs: [],
    });
  });

  it("gives back what was kept of them, and refuses what is not of it", () => {
    const { device } = aDevice(withIo);
    device.io.relays.setSettings("relay_output_2", { mode: "Bistable", delayMs: 0, idleState: "closed" });
    device.io.relays.setState("relay_output_2", "active");
    device.io.digitalInputs.configure([{ token: D1, idleState: "closed" }]);
    device.io.serialPorts.set({ ...device.io.serialPorts.get("serial_port_1"), baudRate: 1200, parity: "Even" });
    device.io.audioOutputs.set({ ...device.io.audioOutputs.ofOutput("audio_output_1"), outputLevel: 7 });
    const state = device.snapshot();
    const again = aDevice(withIo).device;
    again.restore(state);
    expect(again.snapshot()).toEqual(state);
    expect(again.io.relays.state("relay_output_2")).toBe("active");
    const fewer = aDevice({ ...withIo, io: { relayOutputs: 1 } }).device;
    const before = fewer.snapshot();
    expect(codeOf(() => fewer.restore(state))).toBe("state-mismatch");
    expect(fewer.snapshot()).toEqual(before);
  });

  it("has no loudspeaker without one", () => {
    const { device } = aDevice({ ...aDeviceSetup(), io: withIo.io ?? {} });
    expect(device.io.audioOutputs.snapshot()).toEqual([]);
    expect(device.media.audioDecoders.configurations.list()).toEqual([]);
  });
});

describe("a relay", () => {
  it("tells what a client commands each time, and its state where that is another", () => {
    const { device, changes } = aDevice(withIo);
    for (const state of ["active", "active", "inactive"] as const) device.io.relays.setState(R1, state);
    const commanded = { slice: "relays", what: "commanded", relayToken: R1 };
    const moved = { ...commanded, what: "state" };
    expect(changes).toEqual([commanded, moved, commanded, commanded, moved]);
  });

  it("keeps what a client has set, not where something else has moved it", () => {
    const { relays } = aDevice(withIo).device.io;
    relays.setState(R1, "active");
    relays.move(R1, "inactive");
    expect([relays.state(R1), relays.snapshot()[0]?.state]).toEqual(["inactive", "active"]);
  });

  it("is kept as idle when it is monostable", () => {
    const { relays } = aDevice(withIo).device.io;
    relays.setSettings(R1, monostable);
    relays.setState(R1, "active");
    expect(relays.snapshot()[0]).toEqual({ token: R1, ...monostable, state: "inactive" });
  });

  it("ignores the delay that comes with the bistable mode", () => {
    const { relays } = aDevice(withIo).device.io;
    relays.setSettings(R1, monostable);
    relays.setSettings(R1, { mode: "Bistable", delayMs: -1, idleState: "open" });
    expect(relays.settings(R1)).toMatchObject({ mode: "Bistable", delayMs: 2_000, idleState: "open" });
  });

  it.each([0, 99, 3_600_001, Number.NaN])("refuses a delay of %d ms in the monostable mode", (delayMs) => {
    const { relays } = aDevice(withIo).device.io;
    expect(codeOf(() => relays.setSettings(R1, { ...monostable, delayMs }))).toBe("relay-mode");
    expect(relays.settings(R1).mode).toBe("Bistable");
  });
});

describe("a digital input", () => {
  it("is active while its circuit is not as it is idle", () => {
    const { device, changes } = aDevice(withIo);
    const { digitalInputs } = device.io;
    expect(digitalInputs.isActive(D1)).toBe(false);
    digitalInputs.setActive(D1, true);
    digitalInputs.setActive(D1, true);
    expect(digitalInputs.isActive(D1)).toBe(true);
    digitalInputs.configure([{ token: D1, idleState: "closed" }]);
    expect(digitalInputs.isActive(D1)).toBe(false);
    const state = { slice: "digital-inputs", what: "state", inputToken: D1 };
    expect(changes).toEqual([state, { slice: "digital-inputs", what: "configured" }, state]);
  });

  it("stays as it is set by a client that says no idle state", () => {
    const { digitalInputs } = aDevice(withIo).device.io;
    digitalInputs.configure([{ token: D1, idleState: "closed" }]);
    digitalInputs.configure([{ token: D1 }]);
    expect(digitalInputs.list()[0]?.idleState).toBe("closed");
  });

  it("is not set when one of several is not there", () => {
    const { device, changes } = aDevice(withIo);
    const settings = [{ token: D1, idleState: "closed" } as const, { token: "x", idleState: "open" } as const];
    expect(codeOf(() => device.io.digitalInputs.configure(settings))).toBe("no-config");
    expect([device.io.digitalInputs.list()[0]?.idleState, changes]).toEqual(["open", []]);
  });
});

describe("what has come over a serial line", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  const taken = (exchange: SerialExchange): string | undefined => {
    const received = new ReceivedBytes();
    received.add(bytes("ab\r\ncd\r\n"));
    const enough = received.takeEnough(exchange);
    const rest = received.takeAll();
    expect((enough?.length ?? 0) + rest.length).toBe(8);
    return enough && Buffer.from(enough).toString("latin1");
  };

  it.each<readonly [string, SerialExchange, string | undefined]>([
    ["as many bytes as are wanted", { dataLength: 3 }, "ab\r"],
    ["nothing while there are fewer", { dataLength: 9 }, undefined],
    ["what ends with the delimiter", { delimiter: bytes("\r\n") }, "ab\r\n"],
    ["nothing without the delimiter", { delimiter: bytes("\n\r") }, undefined],
    ["the length when it comes first", { dataLength: 1, delimiter: bytes("\r\n") }, "a"],
    ["the delimiter when it comes first", { dataLength: 7, delimiter: bytes("b") }, "ab"],
    ["nothing to one who waits for a time alone", { timeoutMs: 10 }, undefined],
    ["anything to one who says nothing", {}, "ab\r\ncd\r\n"],
    ["anything to one who waits for whatever comes", { timeoutMs: -1_000 }, "ab\r\ncd\r\n"],
  ])("gives %s", (_, exchange, expected) => {
    expect(taken(exchange)).toBe(expected);
  });

  it("is kept up to a limit; the oldest is lost", () => {
    const received = new ReceivedBytes();
    received.add(new Uint8Array(MAXIMUM_SERIAL_BYTES).fill(1));
    received.add(bytes("ab"));
    const all = received.takeAll();
    expect([all.length, Buffer.from(all.subarray(-3)).toString("latin1")]).toEqual([MAXIMUM_SERIAL_BYTES, "\u0001ab"]);
    expect(received.takeAll()).toHaveLength(0);
  });
});
