import { expect } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import {
  addressing,
  elementInShort,
  eventProperties,
  MOTION,
  PROFILE_CHANGED,
  topicFilter,
  topicsIn,
} from "../../support/event-client.js";
import { aCamera, call, soap } from "../../support/soap.js";
import {
  TEV,
  WSA,
  answered,
  created,
  pulledOnce,
  operationOf,
  topicOf,
  itemIn,
  ends,
  namespaces,
  WSNT,
  SUBSCRIBE,
  CONSUMER,
  synchronizes,
} from "./steps.js";

/** Event Handling, chapters 4 and 5, and what Base, Imaging and Media2 say of the events that this camera has. */
export const messageCases: Readonly<Record<string, () => Promise<void>>> = {
  "EVENT-4-1-6 default namespaces for each tag": () =>
    namespaces(
      `<Subscribe xmlns="${WSNT}"><ConsumerReference xmlns="${WSNT}"><Address xmlns="${WSA}">${CONSUMER}</Address></ConsumerReference><InitialTerminationTime xmlns="${WSNT}">PT10S</InitialTerminationTime></Subscribe>`,
      `<Action xmlns="${WSA}">${SUBSCRIBE}</Action><MessageID xmlns="${WSA}">urn:1</MessageID>`,
    ),

  "EVENT-4-1-7 default namespaces for the parent tag": () =>
    namespaces(
      `<Subscribe xmlns="${WSNT}"><ConsumerReference><Address xmlns="${WSA}">${CONSUMER}</Address></ConsumerReference><InitialTerminationTime>PT10S</InitialTerminationTime></Subscribe>`,
      `<Action xmlns="${WSA}">${SUBSCRIBE}</Action><ReplyTo xmlns="${WSA}"><Address>${WSA}/anonymous</Address></ReplyTo>`,
    ),

  "EVENT-4-1-8 prefixes that are not the standard's": () =>
    namespaces(
      `<prefix5:Subscribe xmlns:prefix5="${WSNT}" xmlns:prefix2="${WSA}"><prefix5:ConsumerReference><prefix2:Address>${CONSUMER}</prefix2:Address></prefix5:ConsumerReference><prefix5:InitialTerminationTime>PT10S</prefix5:InitialTerminationTime></prefix5:Subscribe>`,
      `<prefix2:Action xmlns:prefix2="${WSA}">${SUBSCRIBE}</prefix2:Action>`,
    ),

  "EVENT-4-1-9 different prefixes for the same namespace": () =>
    namespaces(
      `<e1:Subscribe xmlns:e1="${WSNT}"><e2:ConsumerReference xmlns:e2="${WSNT}"><e3:Address xmlns:e3="${WSA}">${CONSUMER}</e3:Address></e2:ConsumerReference><e4:InitialTerminationTime xmlns:e4="${WSNT}">PT10S</e4:InitialTerminationTime></e1:Subscribe>`,
      `<e5:Action xmlns:e5="${WSA}">${SUBSCRIBE}</e5:Action><e6:MessageID xmlns:e6="${WSA}">urn:1</e6:MessageID>`,
    ),

  "EVENT-4-1-10 the same prefix for different namespaces": () =>
    namespaces(
      `<p1:Subscribe xmlns:p1="${WSNT}"><p1:ConsumerReference><p1:Address xmlns:p1="${WSA}">${CONSUMER}</p1:Address></p1:ConsumerReference><p1:InitialTerminationTime>PT10S</p1:InitialTerminationTime></p1:Subscribe>`,
      `<p1:Action xmlns:p1="${WSA}">${SUBSCRIBE}</p1:Action>`,
    ),

  "EVENT-5-1-1 event service capabilities": async () => {
    const camera = aCamera();
    const reply = await soap(camera, "<tev:GetServiceCapabilities/>", { header: addressing("urn:x"), user: "nobody" });
    answered(reply, "GetServiceCapabilities");
    const { Capabilities } = await call(camera, EventPortType, "GetServiceCapabilities", {});
    const { EventBrokerProtocols = "", MaxEventBrokers = 0 } = Capabilities;
    for (const protocol of EventBrokerProtocols.split(/\s+/).filter((one) => one !== ""))
      expect(["mqtt", "mqtts", "ws", "wss"]).toContain(protocol);
    expect(MaxEventBrokers > 0).toBe(EventBrokerProtocols !== "");
  },

  "EVENT-5-1-2 the same capabilities in GetServices": async () => {
    const camera = aCamera();
    const { Service } = await call(camera, Device, "GetServices", { IncludeCapability: true });
    const listed = Service.find(({ Namespace }) => Namespace === TEV)?.Capabilities?.Any?.[0];
    const own = (await soap(camera, "<tev:GetServiceCapabilities/>")).body.child("Capabilities");
    expect(own?.attributes.length).toBeGreaterThan(0);
    expect(listed?.attributes).toEqual(own?.attributes);
  },

  "DEVICE-1-1-5 event capabilities": async () => {
    const { Capabilities } = await call(aCamera(), Device, "GetCapabilities", { Category: ["Events"] });
    expect(Object.keys(Capabilities)).toEqual(["Events"]);
    expect(URL.canParse(Capabilities.Events?.XAddr ?? "")).toBe(true);
  },

  "DEVICE-1-1-16 get services: the event service": async () => {
    const camera = aCamera();
    const [short, long] = await Promise.all(
      [false, true].map(async (IncludeCapability) => {
        const { Service } = await call(camera, Device, "GetServices", { IncludeCapability });
        return Service.filter(({ Namespace }) => Namespace === TEV);
      }),
    );
    expect([short?.length, long?.length]).toEqual([1, 1]);
    expect([short?.[0]?.Capabilities, long?.[0]?.Capabilities?.Any?.[0]?.name]).toEqual([undefined, "Capabilities"]);
  },

  "DEVICE-9-1-6 last clock synchronization after SetSystemDateAndTime": () =>
    synchronizes(async (camera) => {
      const { SystemDateAndTime } = await call(camera, Device, "GetSystemDateAndTime", {});
      await camera.host.clock.advance(1_000);
      await call(camera, Device, "SetSystemDateAndTime", {
        DateTimeType: "Manual",
        DaylightSavings: false,
        UTCDateTime: SystemDateAndTime.UTCDateTime,
      });
    }),

  "DEVICE-9-1-7 last clock synchronization by NTP": () =>
    synchronizes(async (camera) => {
      await call(camera, Device, "SetNTP", {
        FromDHCP: false,
        NTPManual: [{ Type: "IPv4", IPv4Address: "192.0.2.123" }],
      });
      await camera.host.clock.advance(1_000);
      await call(camera, Device, "SetSystemDateAndTime", {
        DateTimeType: "NTP",
        DaylightSavings: false,
        TimeZone: { TZ: "UTC0" },
      });
    }),

  "IMAGING-4-1-5 motion alarm": async () => {
    const camera = aCamera();
    const description = topicsIn((await eventProperties(camera)).TopicSet.Any).get(MOTION);
    expect(description?.attribute("IsProperty")).toBe("true");
    const types = ["Source", "Data"].map((group) => {
      const item = description?.child(group)?.children[0];
      return [item?.attribute("Name"), item?.attribute("Type")];
    });
    expect(types).toEqual([
      ["Source", "tt:ReferenceToken"],
      ["State", "xs:boolean"],
    ]);
    const address = await created(camera, topicFilter(MOTION));
    const [message] = await pulledOnce(camera, address);
    expect([topicOf(message), operationOf(message)]).toEqual([MOTION, "Initialized"]);
    expect(itemIn(message, "State")).toMatch(/^(true|false)$/);
    await ends(camera, address);
  },

  "MEDIA2-1-1-2 create media profile (its events)": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(PROFILE_CHANGED));
    camera.device.media.profiles.createProfile({ name: "testMedia2", token: "t" });
    expect((await pulledOnce(camera, address)).map(elementInShort)).toEqual([`${PROFILE_CHANGED} Token=t`]);
    camera.device.media.profiles.deleteProfile("t");
    expect((await pulledOnce(camera, address)).map(elementInShort)).toEqual([`${PROFILE_CHANGED} Token=t`]);
    await ends(camera, address);
  },
};
