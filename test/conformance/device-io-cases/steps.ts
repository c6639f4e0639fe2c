import { expect } from "vitest";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import type { RelayOutputOptions } from "#onvif/schema/deviceio/types";
import type { RelayIdleState, RelayLogicalState, RelayMode, RelayOutput } from "#onvif/schema/tt/io";
import { withIo } from "../../support/a-device.js";
import { inShort, pulled } from "../../support/event-client.js";
import { aCamera, call, soap, type SoapCall, type TestCamera } from "../../support/soap.js";

/** What the cases about inputs and outputs have in common. */

export const RELAY = "tns1:Device/Trigger/Relay";
export const DIGITAL_INPUT = "tns1:Device/Trigger/DigitalInput";
/** The token that the cases take for one that is not there. */
export const NO_TOKEN = "OnvifTest123";

export const camera = (): TestCamera => aCamera({ setup: withIo });

/** Tokens, of which there are some and none twice. */
export function distinct(tokens: readonly string[] | undefined, count?: number): readonly string[] {
  expect(tokens?.length).toBeGreaterThan(0);
  expect(new Set(tokens).size).toBe(tokens?.length);
  if (count !== undefined) expect(tokens).toHaveLength(count);
  return tokens ?? [];
}

export async function refused(one: TestCamera, request: SoapCall, fault: string): Promise<void> {
  const reply = await soap(one, request);
  expect([reply.fault, reply.status >= 400]).toEqual([fault, true]);
}

export async function relaysOf(one: TestCamera): Promise<readonly RelayOutput[]> {
  const { RelayOutputs = [] } = await call(one, DeviceIo, "GetRelayOutputs", {});
  distinct(RelayOutputs.map(({ token }) => token));
  return RelayOutputs;
}

export async function optionsOf(one: TestCamera, RelayOutputToken: string): Promise<RelayOutputOptions> {
  const { RelayOutputOptions: list = [] } = await call(one, DeviceIo, "GetRelayOutputOptions", { RelayOutputToken });
  expect(list.map(({ token }) => token)).toEqual([RelayOutputToken]);
  const [options] = list;
  if (!options) throw new Error("there are no options");
  return options;
}

/** The time that the cases take, in ms: what of the options is nearest to five seconds. */
export function delayOf({ Discrete = false, DelayTimes = [] }: RelayOutputOptions): number {
  const [first = NaN, last = NaN] = DelayTimes;
  expect(Discrete).toBe(false);
  expect(DelayTimes).toHaveLength(2);
  expect(first).toBeLessThanOrEqual(last);
  return Math.min(Math.max(5, first), last) * 1_000;
}

export const setRelay = (one: TestCamera, RelayOutput: RelayOutput): Promise<unknown> =>
  call(one, DeviceIo, "SetRelayOutputSettings", { RelayOutput });

export const relayIn = (token: string, Mode: RelayMode, DelayTime: number, IdleState: RelayIdleState): RelayOutput => ({
  token,
  Properties: { Mode, DelayTime, IdleState },
});

export const switchRelay = (one: TestCamera, token: string, LogicalState: RelayLogicalState): Promise<unknown> =>
  call(one, DeviceIo, "SetRelayOutputState", { RelayOutputToken: token, LogicalState });

/** The state that the events tell of a relay, the last one of these that are there now; there has to be one. */
export async function toldState(
  one: TestCamera,
  address: string,
  token: string,
  operation: "Initialized" | "Changed",
): Promise<RelayLogicalState> {
  const { NotificationMessage = [] } = await pulled(one, address, { timeoutMs: 0 });
  const begin = `${RELAY} ${operation} RelayToken=${token} LogicalState=`;
  const states = NotificationMessage.map(inShort)
    .filter((line) => line.includes(`RelayToken=${token} `))
    .map((line) => (line.startsWith(begin) ? line.slice(begin.length) : line));
  expect(states).toHaveLength(1);
  expect(["active", "inactive"]).toContain(states[0]);
  return states[0] === "active" ? "active" : "inactive";
}
