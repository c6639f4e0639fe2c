import { expect } from "vitest";
import { Device } from "#onvif/schema/device/service";
import type { RelayIdleState, RelayLogicalState, RelayMode } from "#onvif/schema/tt/io";
import { call, type TestCamera } from "../../support/soap.js";
import { camera, distinct, NO_TOKEN, refused } from "../device-io-cases/steps.js";

const DELAY_MS = 5_000;

const relaysOf = async (one: TestCamera) => {
  const { RelayOutputs = [] } = await call(one, Device, "GetRelayOutputs", {});
  distinct(RelayOutputs.map(({ token }) => token));
  return RelayOutputs;
};

const set = (one: TestCamera, RelayOutputToken: string, Mode: RelayMode, IdleState: RelayIdleState): Promise<unknown> =>
  call(one, Device, "SetRelayOutputSettings", {
    RelayOutputToken,
    Properties: { Mode, DelayTime: DELAY_MS, IdleState },
  });

/** The specification has the tester look at the relay; the model is looked at here. */
async function switches(one: TestCamera, RelayOutputToken: string, LogicalState: RelayLogicalState): Promise<void> {
  await call(one, Device, "SetRelayOutputState", { RelayOutputToken, LogicalState });
  expect(one.device.io.relays.state(RelayOutputToken)).toBe(LogicalState);
}

async function bistable(idleState: RelayIdleState): Promise<void> {
  const one = camera();
  for (const { token } of await relaysOf(one)) {
    await set(one, token, "Bistable", idleState);
    await switches(one, token, "active");
    await one.host.clock.advance(2 * DELAY_MS);
    expect(one.device.io.relays.state(token)).toBe("active");
    await switches(one, token, "inactive");
  }
}

async function monostable(idleState: RelayIdleState): Promise<void> {
  const one = camera();
  for (const { token } of await relaysOf(one)) {
    await set(one, token, "Monostable", idleState);
    await switches(one, token, "active");
    await one.host.clock.advance(DELAY_MS - 1);
    expect(one.device.io.relays.state(token)).toBe("active");
    await one.host.clock.advance(1);
    expect(one.device.io.relays.state(token)).toBe("inactive");
  }
}

/** Base, chapter 5. */
export const relayCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICE-5-1-1 relays": async () => {
    await relaysOf(camera());
  },

  "DEVICE-5-1-2 relays: as many as GetCapabilities says": async () => {
    const { Capabilities } = await call(camera(), Device, "GetCapabilities", { Category: ["Device"] });
    expect(await relaysOf(camera())).toHaveLength(Capabilities.Device?.IO?.RelayOutputs ?? 0);
  },

  "DEVICE-5-1-3 relays: settings": async () => {
    const one = camera();
    for (const { token } of await relaysOf(one))
      for (const Mode of ["Bistable", "Monostable"] as const)
        for (const IdleState of ["open", "closed"] as const) {
          await set(one, token, Mode, IdleState);
          const now = (await relaysOf(one)).find((relay) => relay.token === token)?.Properties;
          expect(now).toMatchObject({ Mode, IdleState, ...(Mode === "Monostable" && { DelayTime: DELAY_MS }) });
        }
  },

  "DEVICE-5-1-5 relays: bistable, idle open": () => bistable("open"),
  "DEVICE-5-1-6 relays: bistable, idle closed": () => bistable("closed"),
  "DEVICE-5-1-7 relays: monostable, idle open": () => monostable("open"),
  "DEVICE-5-1-8 relays: monostable, idle closed": () => monostable("closed"),

  "DEVICE-5-1-9 relays: monostable, inactive before the delay is over": async () => {
    const one = camera();
    for (const { token } of await relaysOf(one))
      for (const idleState of ["open", "closed"] as const) {
        await set(one, token, "Monostable", idleState);
        await switches(one, token, "active");
        await one.host.clock.advance(1_000);
        await switches(one, token, "inactive");
        await one.host.clock.advance(DELAY_MS);
        expect(one.device.io.relays.state(token)).toBe("inactive");
      }
  },

  "DEVICE-5-1-11 relays: settings of one that is not there": () =>
    refused(
      camera(),
      {
        operation: "SetRelayOutputSettings",
        content: `<tds:RelayOutputToken>${NO_TOKEN}</tds:RelayOutputToken><tds:Properties><tt:Mode>Bistable</tt:Mode><tt:DelayTime>PT5S</tt:DelayTime><tt:IdleState>open</tt:IdleState></tds:Properties>`,
      },
      "Sender InvalidArgVal RelayToken",
    ),

  "DEVICE-5-1-12 relays: state of one that is not there": () =>
    refused(
      camera(),
      {
        operation: "SetRelayOutputState",
        content: `<tds:RelayOutputToken>${NO_TOKEN}</tds:RelayOutputToken><tds:LogicalState>active</tds:LogicalState>`,
      },
      "Sender InvalidArgVal RelayToken",
    ),
};
