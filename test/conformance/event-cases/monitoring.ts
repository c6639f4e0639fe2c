import { expect } from "vitest";
import type { DeviceSetup } from "#device/setup";
import { aFleet } from "../../support/a-fleet.js";
import {
  CLOCK,
  eventProperties,
  LAST_BACKUP,
  LAST_RESET,
  REBOOT,
  topicFilter,
  topicsIn,
} from "../../support/event-client.js";
import { CameraClient } from "../../support/camera-client.js";
import { aCamera, type TestCamera } from "../../support/soap.js";
import { toldStatus } from "../../support/told-status.js";
import { restarted } from "../device-cases/restarted.js";
import type { OfficialCases } from "../official-cases.js";
import { created, ends, itemIn, operationOf, pulledOnce, topicOf } from "./steps.js";

/** Items of an event, each with its type and how its value looks. */
type Items = Readonly<Record<string, readonly [group: "Source" | "Data", type: string, value: RegExp]>>;

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const STATUS: Items = { Status: ["Data", "xs:dateTime", DATE_TIME] };
const TOKEN: Items = { Token: ["Source", "tt:ReferenceToken", /^\S{1,64}$/] };

/** A property as it is described and told at first: its items, and the pull point that has told it. */
async function initial(camera: TestCamera, topic: string, items: Items) {
  const description = topicsIn((await eventProperties(camera)).TopicSet.Any).get(topic);
  expect(description?.attribute("IsProperty")).toBe("true");
  const address = await created(camera, topicFilter(topic));
  const [message] = await pulledOnce(camera, address);
  expect([topicOf(message), operationOf(message)]).toEqual([topic, "Initialized"]);
  for (const [name, [group, type, value]] of Object.entries(items)) {
    const described = description?.child(group)?.children.find((item) => item.attribute("Name") === name);
    expect(described?.attribute("Type")).toBe(type);
    expect(itemIn(message, name)).toMatch(value);
  }
  return { address, item: (name: string): string | undefined => itemIn(message, name) };
}

const checked = async (topic: string, items: Items, setup: Partial<DeviceSetup> = {}): Promise<void> => {
  const camera = aCamera({ setup });
  await ends(camera, (await initial(camera, topic, items)).address);
};

/** Base, chapter 9, but for the changes of the clock. */
export const monitoringCases: OfficialCases = {
  "DEVICE-9-1-1 processor usage": async () => {
    const camera = aCamera({ setup: { health: ["processor"] } });
    const value: Items = { Value: ["Data", "xs:float", /^\d+(\.\d+)?$/] };
    const { address, item } = await initial(camera, "tns1:Monitoring/ProcessorUsage", { ...TOKEN, ...value });
    expect(Number(item("Value"))).toBeLessThanOrEqual(100);
    await ends(camera, address);
  },

  "DEVICE-9-1-2 last reset": () => checked(LAST_RESET, STATUS),

  "DEVICE-9-1-4 last reboot, changed by one": async () => {
    await using scene = await aFleet();
    const { host } = scene;
    const before = await toldStatus(host, REBOOT);
    expect(before).toMatch(DATE_TIME);
    await new CameraClient(host).call("SystemReboot");
    await restarted(scene);
    await host.clock.advance(5_000);
    const after = await toldStatus(host, REBOOT);
    expect(after).toMatch(DATE_TIME);
    expect(Date.parse(after ?? "")).toBeGreaterThan(Date.parse(before ?? ""));
  },

  "DEVICE-9-1-5 last clock synchronization": () => checked(CLOCK, STATUS),

  "DEVICE-9-1-8 last backup": async () => {
    const camera = aCamera();
    const { address, item } = await initial(camera, LAST_BACKUP, STATUS);
    // What has never happened has this time (Core §8.9.4).
    expect(item("Status")).toMatch(/^1970-01-01T00:00:00(\.0+)?Z$/);
    camera.device.history.backedUp(camera.device.clock.now());
    const [changed] = await pulledOnce(camera, address);
    expect([topicOf(changed), operationOf(changed)]).toEqual([LAST_BACKUP, "Changed"]);
    expect(itemIn(changed, "Status")).toMatch(/^2026-01-15T12:00:00(\.0+)?Z$/);
    await ends(camera, address);
  },

  "DEVICE-9-1-11 storage failure": () =>
    checked(
      "tns1:Device/HardwareFailure/StorageFailure",
      { ...TOKEN, Failed: ["Data", "xs:boolean", /^(true|false)$/] },
      { health: ["storage"] },
    ),

  "DEVICE-9-1-12 critical temperature": () =>
    checked(
      "tns1:Device/HardwareFailure/TemperatureCritical",
      { Critical: ["Data", "xs:boolean", /^(true|false)$/] },
      { health: ["temperature"] },
    ),
};
