import { describe, expect, it } from "vitest";
import { eventType } from "#events/event-type";
import { EventHub } from "#events/hub";
import { describeEvent, describeType, raiseEvent } from "#events/raise";
import { onvifTopic } from "#events/topic";
import { eventTypes, motion, profileChanged } from "../../support/event-types.js";

const relay = eventType({
  topic: onvifTopic("Device/Trigger/Relay"),
  isProperty: true,
  source: { RelayToken: "tt:ReferenceToken" },
  data: { LogicalState: "tt:RelayLogicalState" },
});

function aHub(): EventHub {
  const hub = new EventHub([...eventTypes, relay], () => 1000);
  hub.publish(motion, { Source: "v1" }, { State: false });
  hub.publish(motion, { Source: "v2" }, { State: true });
  return hub;
}

const link = eventType({
  topic: onvifTopic("Monitoring/LinkStatus"),
  isProperty: true,
  source: { Token: "tt:ReferenceToken" },
  data: { Link: "tt:NetworkInterfaceConnectionSetting" },
});

describe("an element in an event that is raised by hand", () => {
  const raise = (hub: EventHub, text?: string) =>
    raiseEvent(
      hub,
      "Monitoring/LinkStatus",
      new Map([["Token", "eth0"], ...(text === undefined ? [] : [["Link", text] as const])]),
    );

  it("is given by its members, and told again when it is not given", () => {
    const hub = new EventHub([link], () => 1000);
    expect(describeType(link)).toBe(
      "tns1:Monitoring/LinkStatus Token=tt:ReferenceToken Link=tt:NetworkInterfaceConnectionSetting",
    );
    const members = { AutoNegotiation: true, Speed: 100, Duplex: "Full" };
    expect(raise(hub, "true,100,Full").data).toEqual([
      { name: "Link", element: "tt:NetworkInterfaceConnectionSetting", members },
    ]);
    expect(describeEvent(raise(hub))).toBe("tns1:Monitoring/LinkStatus Changed Token=eth0 Link=true,100,Full");
  });

  it.each([
    ["true,100", "the item Link is AutoNegotiation,Speed,Duplex"],
    ["true,100,Full,1", "the item Link is AutoNegotiation,Speed,Duplex"],
    ["yes,100,Full", "AutoNegotiation of the item Link is true or false"],
    ["true,fast,Full", "Speed of the item Link is a whole number"],
    ["true,100,Double", "Duplex of the item Link is Full or Half"],
  ])("is refused as %s", (text, message) => {
    const hub = new EventHub([link], () => 1000);
    expect(() => raise(hub, text)).toThrow(message);
    expect(() => raise(hub)).toThrow("the item Link is missing");
    expect(hub.stateOf(link)).toEqual([]);
  });
});

const raised = (topic: string, items: Readonly<Record<string, string>> = {}, hub = aHub()): string =>
  describeEvent(raiseEvent(hub, topic, new Map(Object.entries(items))));

describe("an event that is raised by hand", () => {
  it.each([
    [
      "with all of its items",
      { Source: "v2", State: "false" },
      "tns1:VideoSource/MotionAlarm Changed Source=v2 State=false",
    ],
    [
      "of the first source, unless one is given",
      { State: "true" },
      "tns1:VideoSource/MotionAlarm Changed Source=v1 State=true",
    ],
    [
      "with what was told last, unless it is given",
      { Source: "v2" },
      "tns1:VideoSource/MotionAlarm Changed Source=v2 State=true",
    ],
    [
      "of a source that is new",
      { Source: "v3", State: "true" },
      "tns1:VideoSource/MotionAlarm Initialized Source=v3 State=true",
    ],
  ])("is told %s", (_, items, line) => {
    expect(raised("tns1:VideoSource/MotionAlarm", items)).toBe(line);
  });

  it("reaches those who are there", () => {
    const hub = aHub();
    const told: string[] = [];
    hub.subscribe({
      filter: { topics: [], contents: [] },
      changedOnly: true,
      deliver: (one) => void told.push(describeEvent(one)),
    });
    raised("VideoSource/MotionAlarm", { State: "true" }, hub);
    raised("Media/ProfileChanged", { Token: "p" }, hub);
    expect(told).toEqual([
      "tns1:VideoSource/MotionAlarm Changed Source=v1 State=true",
      "tns1:Media/ProfileChanged Token=p",
    ]);
  });

  it.each([
    [
      "an unknown topic",
      "tns1:Nothing",
      {},
      "there is no topic tns1:Nothing; there are:\ntns1:VideoSource/MotionAlarm Source=tt:ReferenceToken State=xs:boolean\n",
    ],
    [
      "the begin of the buffer, which is not ours to tell",
      "EventBuffer/Begin",
      {},
      "there is no topic EventBuffer/Begin",
    ],
    [
      "an unknown item",
      "Media/ProfileChanged",
      { Token: "p", Colour: "red" },
      "there is no item Colour in tns1:Media/ProfileChanged Token=tt:ReferenceToken",
    ],
    ["a missing item", "Media/ProfileChanged", {}, "the item Token is missing"],
    [
      "a missing item of a source that is new",
      "VideoSource/MotionAlarm",
      { Source: "v9" },
      "the item State is missing",
    ],
    ["a wrong truth", "VideoSource/MotionAlarm", { State: "yes" }, "the item State is true or false"],
    [
      "a wrong time",
      "Monitoring/OperatingTime/LastClockSynchronization",
      { Status: "2026-02-31T99:00:00Z" },
      "the item Status is a time in UTC",
    ],
    ["an empty token", "Media/ProfileChanged", { Token: "" }, "the item Token is a token"],
    ["a long token", "Media/ProfileChanged", { Token: "t".repeat(65) }, "the item Token is a token"],
    [
      "a wrong state of a relay",
      "Device/Trigger/Relay",
      { RelayToken: "r", LogicalState: "on" },
      "the item LogicalState is active or inactive",
    ],
  ])("is refused with %s", (_, topic, items, reason) => {
    const hub = aHub();
    const told: unknown[] = [];
    hub.subscribe({ filter: { topics: [], contents: [] }, changedOnly: true, deliver: (one) => void told.push(one) });
    expect(() => raised(topic, items, hub)).toThrow(reason);
    expect(told).toEqual([]);
  });

  it("is listed with its items and their types", () => {
    expect(describeType(profileChanged)).toBe("tns1:Media/ProfileChanged Token=tt:ReferenceToken");
  });
});
