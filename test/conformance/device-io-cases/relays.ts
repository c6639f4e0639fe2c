import { expect } from "vitest";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import type { RelayIdleState } from "#onvif/schema/tt/io";
import { createPullPoint, eventProperties, topicFilter, topicsIn } from "../../support/event-client.js";
import { call } from "../../support/soap.js";
import {
  camera,
  delayOf,
  distinct,
  NO_TOKEN,
  optionsOf,
  refused,
  RELAY,
  relayIn,
  relaysOf,
  setRelay,
  switchRelay,
  toldState,
} from "./steps.js";

/** A bistable relay goes there and back, and says so. */
async function bistable(idleState: RelayIdleState): Promise<void> {
  const one = camera();
  const [relay] = await relaysOf(one);
  if (!relay) throw new Error("there are no relays");
  const { token, Properties } = relay;
  expect((await optionsOf(one, token)).Mode).toContain("Bistable");
  const address = await createPullPoint(one, topicFilter(RELAY));
  const initial = await toldState(one, address, token, "Initialized");
  await setRelay(one, relayIn(token, "Bistable", Properties.DelayTime, idleState));
  const next = initial === "inactive" ? "active" : "inactive";
  await switchRelay(one, token, next);
  expect(await toldState(one, address, token, "Changed")).toBe(next);
  await switchRelay(one, token, initial);
  expect(await toldState(one, address, token, "Changed")).toBe(initial);
  await setRelay(one, relay);
}

/** A monostable relay goes there, and back when its time is over, and says so. */
async function monostable(idleState: RelayIdleState): Promise<void> {
  const one = camera();
  const [relay] = await relaysOf(one);
  if (!relay) throw new Error("there are no relays");
  const { token } = relay;
  const options = await optionsOf(one, token);
  expect(options.Mode).toContain("Monostable");
  const delayMs = delayOf(options);
  await setRelay(one, relayIn(token, "Monostable", delayMs, idleState));
  await switchRelay(one, token, "inactive");
  const address = await createPullPoint(one, topicFilter(RELAY));
  expect(await toldState(one, address, token, "Initialized")).toBe("inactive");
  await switchRelay(one, token, "active");
  expect(await toldState(one, address, token, "Changed")).toBe("active");
  await one.host.clock.advance(delayMs);
  expect(await toldState(one, address, token, "Changed")).toBe("inactive");
  await setRelay(one, relay);
}

/** DeviceIO, chapters 1 and 2 as far as they are about relays. */
export const relayCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICEIO-1-1-1 relays": async () => {
    await relaysOf(camera());
  },

  "DEVICEIO-1-1-2 relays: as many as the capabilities say": async () => {
    const { Capabilities } = await call(camera(), DeviceIo, "GetServiceCapabilities", {});
    expect(await relaysOf(camera())).toHaveLength(Capabilities.RelayOutputs ?? 0);
  },

  "DEVICEIO-1-1-3 relays: options": async () => {
    const one = camera();
    const [relay] = await relaysOf(one);
    await optionsOf(one, relay?.token ?? "");
  },

  "DEVICEIO-1-1-4 relays: settings": async () => {
    const one = camera();
    for (const relay of await relaysOf(one)) {
      const { token } = relay;
      const options = await optionsOf(one, token);
      const present = async () => (await relaysOf(one)).find((other) => other.token === token)?.Properties;
      await setRelay(one, relayIn(token, "Bistable", relay.Properties.DelayTime, "open"));
      expect(await present()).toMatchObject({ Mode: "Bistable", IdleState: "open" });
      const wanted = relayIn(token, "Monostable", delayOf(options), "closed");
      await setRelay(one, wanted);
      expect(await present()).toEqual(wanted.Properties);
      await setRelay(one, relay);
      distinct(options.Mode, 2);
    }
  },

  "DEVICEIO-1-1-5 relays: settings of one that is not there": () =>
    refused(
      camera(),
      {
        service: DeviceIo,
        operation: "SetRelayOutputSettings",
        content: `<tmd:RelayOutput token="${NO_TOKEN}"><tt:Properties><tt:Mode>Bistable</tt:Mode><tt:DelayTime>PT5S</tt:DelayTime><tt:IdleState>open</tt:IdleState></tt:Properties></tmd:RelayOutput>`,
      },
      "Sender InvalidArgVal RelayToken",
    ),

  "DEVICEIO-1-2-1 relays: bistable, idle open": () => bistable("open"),
  "DEVICEIO-1-2-2 relays: bistable, idle closed": () => bistable("closed"),
  "DEVICEIO-1-2-3 relays: monostable, idle open": () => monostable("open"),
  "DEVICEIO-1-2-4 relays: monostable, idle closed": () => monostable("closed"),

  "DEVICEIO-2-1-2 relays: the description of their event": async () => {
    const description = topicsIn((await eventProperties(camera())).TopicSet.Any).get(RELAY);
    expect(description?.attribute("IsProperty")).toBe("true");
    const [source] = description?.child("Source")?.children ?? [];
    expect([source?.attribute("Name"), source?.attribute("Type")]).toEqual(["RelayToken", "tt:ReferenceToken"]);
    const [data] = description?.child("Data")?.children ?? [];
    expect([data?.attribute("Name"), data?.attribute("Type")]).toEqual(["LogicalState", "tt:RelayLogicalState"]);
  },
};
