import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import type { XmlElement } from "#xml/tree";
import { aConsumer, type Consumer } from "../support/consumer.js";
import {
  actionOf,
  addressIn,
  addressing,
  BUFFER_BEGIN,
  CLOCK,
  CONCRETE,
  CONCRETE_SET,
  contentFilter,
  createRequest,
  elementInShort,
  eventProperties,
  EVENTS,
  FAULT_ACTION,
  ITEM_FILTER,
  MOTION,
  PROFILE_CHANGED,
  pull,
  renew,
  seek,
  subscribe,
  synchronize,
  topicFilter,
  topicsIn,
  unsubscribe,
} from "../support/event-client.js";
import { needs } from "../support/needs.js";
import { aCamera, call, send, soap, type SoapReply, type TestCamera } from "../support/soap.js";
import { officialFolder } from "./official-documents.js";

/*
 * Cases of the official device test specifications that are about events, each by its id: those of Event Handling, and
 * those of Base and Imaging about the events that this camera has. The steps are the specification's; a client on a
 * fake host takes them.
 */

const TEV = "http://www.onvif.org/ver10/events/wsdl";
const WSNTW = "http://docs.oasis-open.org/wsn/bw-2";
const WSA = "http://www.w3.org/2005/08/addressing";

/** Annex A.3, the messages of the camera. */
const ACTIONS = {
  Subscribe: `${WSNTW}/NotificationProducer/SubscribeResponse`,
  Renew: `${WSNTW}/SubscriptionManager/RenewResponse`,
  Unsubscribe: `${WSNTW}/SubscriptionManager/UnsubscribeResponse`,
  GetEventProperties: `${TEV}/EventPortType/GetEventPropertiesResponse`,
  CreatePullPointSubscription: `${TEV}/EventPortType/CreatePullPointSubscriptionResponse`,
  PullMessages: `${TEV}/PullPointSubscription/PullMessagesResponse`,
  Seek: `${TEV}/PullPointSubscription/SeekResponse`,
  SetSynchronizationPoint: `${TEV}/PullPointSubscription/SetSynchronizationPointResponse`,
  GetServiceCapabilities: `${TEV}/EventPortType/GetServiceCapabilitiesResponse`,
} as const;

/** The camera has answered, and under the action of that answer. */
function answered(reply: SoapReply, operation: keyof typeof ACTIONS): SoapReply {
  expect([reply.status, reply.fault, reply.reason, actionOf(reply)]).toEqual([200, undefined, "", ACTIONS[operation]]);
  return reply;
}

/** A fault of SOAP 1.2 under the action of faults: one of these in its Detail, with a good time and a description. */
function refused(reply: SoapReply, ...names: string[]): void {
  expect([reply.status, actionOf(reply), reply.body.name]).toEqual([500, FAULT_ACTION, "Fault"]);
  expect(names).toContain(reply.detail?.name);
  expect(Date.parse(reply.detail?.child("Timestamp")?.text ?? "")).not.toBeNaN();
  expect(reply.detail?.child("Description")?.text).not.toBe("");
}

const timeIn = (reply: SoapReply, name: string): number => {
  const text = reply.body.child(name)?.text ?? "";
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  return Date.parse(text);
};

/** TerminationTime >= CurrentTime + what was asked for. */
const livesFor = (reply: SoapReply, ms: number): void =>
  expect(timeIn(reply, "TerminationTime")).toBeGreaterThanOrEqual(timeIn(reply, "CurrentTime") + ms);

const create = async (camera: TestCamera, filter = "", time = ""): Promise<SoapReply> =>
  soap(camera, createRequest(filter, time), {
    reachedAt: EVENTS,
    header: addressing(`${TEV}/EventPortType/CreatePullPointSubscriptionRequest`),
  });

const created = async (camera: TestCamera, filter = "", time = ""): Promise<string> =>
  addressIn(answered(await create(camera, filter, time), "CreatePullPointSubscription"));

const messagesIn = (reply: SoapReply): XmlElement[] =>
  reply.body.children.filter(({ name }) => name === "NotificationMessage");

/** What a pull brings at once. */
async function pulledOnce(camera: TestCamera, address: string, limit = 1): Promise<XmlElement[]> {
  const messages = messagesIn(answered(await pull(camera, address, { limit }), "PullMessages"));
  expect(messages.length).toBeLessThanOrEqual(limit);
  return messages;
}

const operationOf = (message: XmlElement | undefined): string | undefined =>
  message?.child("Message")?.child("Message")?.attribute("PropertyOperation");
const topicOf = (message: XmlElement | undefined): string | undefined => message?.child("Topic")?.text;
const itemIn = (message: XmlElement | undefined, name: string): string | undefined =>
  ["Source", "Data"]
    .flatMap((group) => message?.child("Message")?.child("Message")?.child(group)?.children ?? [])
    .find((item) => item.attribute("Name") === name)
    ?.attribute("Value");

/** Pulls one by one until all topics have come; nothing else may come. */
async function pullsExactly(camera: TestCamera, address: string, topics: readonly string[]): Promise<void> {
  const found: (string | undefined)[] = [];
  while (!topics.every((topic) => found.includes(topic))) {
    const [message] = await pulledOnce(camera, address);
    expect(topics).toContain(topicOf(message));
    found.push(topicOf(message));
  }
}

async function ends(camera: TestCamera, address: string): Promise<void> {
  answered(await unsubscribe(camera, address), "Unsubscribe");
}

/** The topics that the device test tool is told of on its management tab. */
const TOPIC_1 = MOTION;
const TOPIC_2 = CLOCK;
const ROOT_1 = "tns1:VideoSource";

const subscribed = async (camera: TestCamera, consumer: Consumer, filter = "", time = "PT60S"): Promise<string> => {
  const reply = answered(await subscribe(camera, consumer.url, filter, time), "Subscribe");
  livesFor(reply, 60_000);
  return addressIn(reply);
};

/** What has been sent to the consumer, all of it well formed. */
async function notified({ host }: TestCamera, consumer: Consumer): Promise<XmlElement[]> {
  await host.clock.settle();
  return consumer.received.splice(0).flatMap(({ path: to, headers, notifications }) => {
    expect(to).toBe("/notify");
    expect(headers.find(({ name }) => name === "Action")?.text).toBe(`${WSNTW}/NotificationConsumer/Notify`);
    expect(headers.find(({ name }) => name === "ReplyTo")).toBeUndefined();
    for (const one of notifications) {
      expect(topicOf(one)).toMatch(/^tns1:\w+(\/\w+)*$/);
      const message = one.child("Message")?.child("Message", "http://www.onvif.org/ver10/schema");
      expect(message?.attribute("UtcTime")).toMatch(/Z$/);
    }
    return notifications;
  });
}

/** A Subscribe in one of the ways that Annex A.2 has of declaring namespaces. */
async function namespaces(body: string, header: string): Promise<void> {
  const camera = aCamera({ policy: { required: false } });
  const usual = answered(await subscribe(camera, "http://192.0.2.99:8099/n", "", "PT10S"), "Subscribe");
  const soapNamespace = "http://www.w3.org/2003/05/soap-envelope";
  const message = `<env:Envelope xmlns:env="${soapNamespace}"><env:Header>${header}</env:Header><env:Body>${body}</env:Body></env:Envelope>`;
  const strange = answered(await send(camera, message, { reachedAt: EVENTS }), "Subscribe");
  livesFor(strange, 10_000);
  expect(strange.body.children.map(({ name }) => name)).toEqual(usual.body.children.map(({ name }) => name));
}

const WSNT = "http://docs.oasis-open.org/wsn/b-2";
const SUBSCRIBE = `${WSNTW}/NotificationProducer/SubscribeRequest`;
const CONSUMER = "http://192.0.2.99:8099/n";

const cases: Readonly<Record<string, () => Promise<void>>> = {
  "EVENT-1-1-2 get event properties": async () => {
    const camera = aCamera();
    answered(await soap(camera, "<tev:GetEventProperties/>", { header: addressing("urn:x") }), "GetEventProperties");
    const properties = await eventProperties(camera);
    expect(properties.TopicExpressionDialect).toEqual(expect.arrayContaining([CONCRETE, CONCRETE_SET]));
    expect(properties.MessageContentFilterDialect).toContain(ITEM_FILTER);
    expect(properties.TopicNamespaceLocation[0]).toMatch(/^http:\/\/www\.onvif\.org\//);
    expect(topicsIn(properties.TopicSet.Any).size).toBeGreaterThan(0);
  },

  "EVENT-2-1-9 basic notification: subscribe": async () => {
    const reply = answered(await subscribe(aCamera(), CONSUMER, "", "PT10S"), "Subscribe");
    expect(URL.canParse(addressIn(reply))).toBe(true);
    livesFor(reply, 10_000);
  },

  "EVENT-2-1-12 basic notification: renew": async () => {
    const camera = aCamera();
    const address = addressIn(answered(await subscribe(camera, CONSUMER, "", "PT10S"), "Subscribe"));
    livesFor(answered(await renew(camera, address, 10_000), "Renew"), 10_000);
    await camera.host.clock.advance(1_500);
    const wanted = new Date(camera.device.clock.now() + 10_000);
    const renewed = answered(await renew(camera, address, wanted), "Renew");
    expect(timeIn(renewed, "TerminationTime")).toBeGreaterThanOrEqual(wanted.getTime());
    expect(timeIn(renewed, "CurrentTime")).toBeLessThanOrEqual(wanted.getTime());
  },

  "EVENT-2-1-17 basic notification: notify": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer);
    await notified(camera, consumer);
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    expect((await notified(camera, consumer)).length).toBeGreaterThan(0);
  },

  "EVENT-2-1-18 basic notification: notify filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(TOPIC_1));
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const messages = await notified(camera, consumer);
    expect(new Set(messages.map(topicOf))).toEqual(new Set([TOPIC_1]));
    expect(messages.map(operationOf)).toContain("Initialized");
  },

  "EVENT-2-1-19 basic notification: invalid message content filter": async () => {
    const filter = '(boolean (//tt:SimpleItem[@Name="xyz" and @Value="xyz"]))';
    const reply = await subscribe(aCamera(), CONSUMER, contentFilter(filter));
    refused(reply, "InvalidFilterFault", "InvalidMessageContentExpressionFault");
  },

  "EVENT-2-1-21 basic notification: unsubscribe, then renew": async () => {
    const camera = aCamera();
    const reply = answered(await subscribe(camera, CONSUMER, "", "PT10S"), "Subscribe");
    livesFor(reply, 10_000);
    await ends(camera, addressIn(reply));
    refused(await renew(camera, addressIn(reply), 10_000), "ResourceUnknownFault");
  },

  "EVENT-2-1-22 basic notification: resource unknown": async () => {
    const camera = aCamera();
    const address = addressIn(answered(await subscribe(camera, CONSUMER, "", "PT10S"), "Subscribe"));
    await ends(camera, address);
    refused(await unsubscribe(camera, address), "ResourceUnknownFault", "UnableToDestroySubscriptionFault");
  },

  "EVENT-2-1-23 basic notification: invalid topic expression": async () => {
    const filter = topicFilter('boolean(//tt:SimpleItem[@Name="xyz" and @Value="xyz"])');
    const reply = await subscribe(aCamera(), CONSUMER, filter);
    refused(reply, "InvalidFilterFault", "TopicNotSupportedFault", "InvalidTopicExpressionFault");
  },

  "EVENT-2-1-24 basic notification: set synchronization point": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(TOPIC_1));
    const [first] = await notified(camera, consumer);
    expect([operationOf(first), topicOf(first)]).toEqual(["Initialized", TOPIC_1]);
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const [again] = await notified(camera, consumer);
    expect([operationOf(again), topicOf(again)]).toEqual(["Initialized", TOPIC_1]);
    expect(itemIn(again, "Source")).toBe(itemIn(first, "Source"));
    await ends(camera, address);
  },

  "EVENT-2-1-25 basic notification: or in the topic filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(`${TOPIC_1}|${TOPIC_2}`));
    expect((await notified(camera, consumer)).map(topicOf)).toEqual([TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-2-1-26 basic notification: sub-tree in the topic filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(`${ROOT_1}//.`));
    expect((await notified(camera, consumer)).map(topicOf)).toEqual([TOPIC_1]);
    await ends(camera, address);
  },

  "EVENT-2-1-27 basic notification: sub-tree and or in the topic filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer, topicFilter(`${ROOT_1}//.|${TOPIC_2}`));
    expect((await notified(camera, consumer)).map(topicOf)).toEqual([TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-2-1-28 basic notification: unsubscribe": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const address = await subscribed(camera, consumer);
    await camera.host.clock.advance(1_000);
    await ends(camera, address);
  },

  "EVENT-2-1-29 basic notification: message content filter": async () => {
    const camera = aCamera();
    await using consumer = await aConsumer(camera.host);
    const first = await subscribed(camera, consumer, topicFilter(TOPIC_1));
    const value = itemIn((await notified(camera, consumer))[0], "Source");
    await ends(camera, first);
    const filter = contentFilter(`boolean(//tt:SimpleItem[@Name="Source"and @Value="${value}"])`);
    const address = await subscribed(camera, consumer, filter);
    const messages = await notified(camera, consumer);
    expect(messages.map((message) => itemIn(message, "Source"))).toEqual([value]);
    expect(messages.map(topicOf)).toEqual([TOPIC_1]);
    await ends(camera, address);
  },

  "EVENT-3-1-9 pull point: create": async () => {
    const reply = answered(await create(aCamera(), "", "PT10S"), "CreatePullPointSubscription");
    expect(URL.canParse(addressIn(reply))).toBe(true);
    livesFor(reply, 10_000);
  },

  "EVENT-3-1-12 pull point: renew": async () => {
    const camera = aCamera();
    const reply = answered(await create(camera, "", "PT10S"), "CreatePullPointSubscription");
    livesFor(reply, 10_000);
    livesFor(answered(await renew(camera, addressIn(reply), 10_000), "Renew"), 10_000);
  },

  "EVENT-3-1-15 pull point: pull messages": async () => {
    const camera = aCamera();
    const address = await created(camera, "", "PT60S");
    const waiting = pull(camera, address, { timeoutMs: 20_000, limit: 2 });
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const reply = answered(await waiting, "PullMessages");
    expect(messagesIn(reply).length).toBeGreaterThan(0);
    expect(messagesIn(reply).length).toBeLessThanOrEqual(2);
    expect(timeIn(reply, "TerminationTime")).toBeGreaterThan(timeIn(reply, "CurrentTime"));
  },

  "EVENT-3-1-16 pull point: pull messages with a filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(TOPIC_1), "PT60S");
    const waiting = pull(camera, address, { timeoutMs: 20_000, limit: 2 });
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    const messages = messagesIn(answered(await waiting, "PullMessages"));
    expect(messages.length).toBeLessThanOrEqual(2);
    expect(new Set(messages.map(topicOf))).toEqual(new Set([TOPIC_1]));
    expect(messages.map(operationOf)).toContain("Initialized");
  },

  "EVENT-3-1-17 pull point: invalid message content filter": async () => {
    const filter = 'boolean((//tt:SimpleItem[@Name="xyz" and @Value="xyz"])';
    const reply = await create(aCamera(), contentFilter(filter));
    refused(reply, "InvalidFilterFault", "InvalidMessageContentExpressionFault");
  },

  "EVENT-3-1-19 pull point: unsubscribe twice": async () => {
    const camera = aCamera();
    const address = await created(camera, "", "PT10S");
    await ends(camera, address);
    refused(await unsubscribe(camera, address), "ResourceUnknownFault");
  },

  "EVENT-3-1-20 pull point: timeout": async () => {
    const camera = aCamera();
    const address = await created(camera, "", "PT20S");
    await camera.host.clock.advance(20_000);
    refused(await unsubscribe(camera, address), "ResourceUnknownFault");
  },

  "EVENT-3-1-22 pull point: invalid topic expression": async () => {
    const reply = await create(aCamera(), topicFilter("xyz"));
    refused(reply, "InvalidFilterFault", "TopicNotSupportedFault", "InvalidTopicExpressionFault");
  },

  "EVENT-3-1-24 pull point: pulls keep it alive": async () => {
    const camera = aCamera();
    const reply = answered(await create(camera), "CreatePullPointSubscription");
    const [c1, t1] = [timeIn(reply, "CurrentTime"), timeIn(reply, "TerminationTime")];
    await camera.host.clock.advance(1_000);
    const pulled = answered(
      await pull(camera, addressIn(reply), { timeoutMs: t1 - c1 + 20_000, limit: 1 }),
      "PullMessages",
    );
    expect(timeIn(pulled, "TerminationTime")).toBeGreaterThan(timeIn(pulled, "CurrentTime"));
    expect(timeIn(pulled, "TerminationTime")).toBeGreaterThan(t1);
  },

  "EVENT-3-1-25 pull point: set synchronization point": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(TOPIC_1));
    await camera.host.clock.advance(1_000);
    const [first] = await pulledOnce(camera, address);
    expect([operationOf(first), topicOf(first)]).toEqual(["Initialized", TOPIC_1]);
    answered(await synchronize(camera, address), "SetSynchronizationPoint");
    await camera.host.clock.advance(1_000);
    const [again] = await pulledOnce(camera, address);
    expect([operationOf(again), topicOf(again)]).toEqual(["Initialized", TOPIC_1]);
    expect(itemIn(again, "Source")).toBe(itemIn(first, "Source"));
    await ends(camera, address);
  },

  "EVENT-3-1-32 pull point: a pull of 60 s": async () => {
    const camera = aCamera();
    const address = await created(camera);
    const reply = answered(await pull(camera, address, { timeoutMs: 60_000, limit: 1 }), "PullMessages");
    expect(timeIn(reply, "TerminationTime")).toBeGreaterThan(timeIn(reply, "CurrentTime"));
    await ends(camera, address);
  },

  "EVENT-3-1-33 pull point: or in the topic filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(`${TOPIC_1}|${TOPIC_2}`));
    await pullsExactly(camera, address, [TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-3-1-34 pull point: sub-tree in the topic filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(`${ROOT_1}//.`));
    await pullsExactly(camera, address, [TOPIC_1]);
    await ends(camera, address);
  },

  "EVENT-3-1-35 pull point: sub-tree and or in the topic filter": async () => {
    const camera = aCamera();
    const address = await created(camera, topicFilter(`${ROOT_1}//.|${TOPIC_2}`));
    await pullsExactly(camera, address, [TOPIC_1, TOPIC_2]);
    await ends(camera, address);
  },

  "EVENT-3-1-36 pull point: unsubscribe": async () => {
    const camera = aCamera();
    const address = await created(camera);
    await camera.host.clock.advance(1_000);
    await ends(camera, address);
  },

  "EVENT-3-1-37 pull point: as many as MaxPullPoints": async () => {
    const camera = aCamera();
    const { Capabilities } = await call(camera, EventPortType, "GetServiceCapabilities", {});
    const addresses: string[] = [];
    while (addresses.length < (Capabilities.MaxPullPoints ?? 0)) {
      const address = await created(camera);
      expect(addresses).not.toContain(address);
      expect(await pulledOnce(camera, address)).toHaveLength(1);
      addresses.push(address);
    }
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) await ends(camera, address);
  },

  "EVENT-3-1-38 pull point: message content filter": async () => {
    const camera = aCamera();
    const first = await created(camera, topicFilter(TOPIC_1));
    const value = itemIn((await pulledOnce(camera, first))[0], "Source");
    await ends(camera, first);
    const filter = contentFilter(`boolean(//tt:SimpleItem[@Name="Source"and @Value="${value}"])`);
    const address = await created(camera, filter);
    const [message] = await pulledOnce(camera, address);
    expect([topicOf(message), operationOf(message), itemIn(message, "Source")]).toEqual([
      TOPIC_1,
      "Initialized",
      value,
    ]);
    await ends(camera, address);
  },

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

  "EVENT-6-1-3 seek: begin of buffer": async () => {
    const camera = await eventful();
    const begin = topicsIn((await eventProperties(camera)).TopicSet.Any).get(BUFFER_BEGIN);
    expect(begin?.attribute("IsProperty")).toBe("false");
    const address = await created(camera, topicFilter(BUFFER_BEGIN));
    await seeks(camera, address, camera.device.clock.now(), true);
    const [message] = await pulledOnce(camera, address);
    expect(topicOf(message)).toBe(BUFFER_BEGIN);
    expect(await pulledInVain(camera, address)).toEqual([]);
    await seeks(camera, address, utcOf(message), false);
    expect((await pulledOnce(camera, address)).map(topicOf)).toEqual([BUFFER_BEGIN]);
    expect(await pulledInVain(camera, address)).toEqual([]);
  },

  "EVENT-6-1-4 seek: forward": async () => {
    const camera = await eventful();
    const beginMs = await beginOfBuffer(camera);
    const reply = answered(await create(camera), "CreatePullPointSubscription");
    await seeks(camera, addressIn(reply), beginMs - 1_000);
    const messages: XmlElement[] = [];
    for (let left = true; left;) {
      const found = await pulledInVain(camera, addressIn(reply));
      messages.push(...found);
      left = found.length > 0;
    }
    const times = messages.map(utcOf);
    expect(topicOf(messages[0])).toBe(BUFFER_BEGIN);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(beginMs);
    expect(messages.length).toBeGreaterThan(1);
  },

  "EVENT-6-1-5 seek: reverse": async () => {
    const camera = await eventful();
    const beginMs = await beginOfBuffer(camera);
    const address = await created(camera);
    await seeks(camera, address, camera.device.clock.now(), true);
    const messages = [];
    while (topicOf(messages.at(-1)) !== BUFFER_BEGIN) messages.push(...(await pulledOnce(camera, address)));
    const times = messages.map(utcOf);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(beginMs);
    expect(messages.length).toBeGreaterThan(1);
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

  "DEVICE-9-1-5 last clock synchronization": async () => {
    const camera = aCamera();
    const description = topicsIn((await eventProperties(camera)).TopicSet.Any).get(CLOCK);
    expect(description?.attribute("IsProperty")).toBe("true");
    const item = description?.child("Data")?.children[0];
    expect([item?.attribute("Name"), item?.attribute("Type")]).toEqual(["Status", "xs:dateTime"]);
    const address = await created(camera, topicFilter(CLOCK));
    const [message] = await pulledOnce(camera, address);
    expect([topicOf(message), operationOf(message)]).toEqual([CLOCK, "Initialized"]);
    expect(itemIn(message, "Status")).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    await ends(camera, address);
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

/** A camera that has something to tell of the past. */
async function eventful(): Promise<TestCamera> {
  const camera = aCamera();
  for (const isMoving of [true, false]) {
    await camera.host.clock.advance(5_000);
    for (const source of camera.device.detection.sources) camera.device.detection.setMotion(source, isMoving);
  }
  await camera.host.clock.advance(5_000);
  return camera;
}

async function seeks(camera: TestCamera, address: string, utcMs: number, isReverse?: boolean): Promise<void> {
  answered(await seek(camera, address, utcMs, isReverse), "Seek");
}

/** A pull of 20 s, which goes by when there is nothing. */
async function pulledInVain(camera: TestCamera, address: string): Promise<XmlElement[]> {
  const waiting = pull(camera, address, { timeoutMs: 20_000, limit: 1 });
  await camera.host.clock.advance(20_000);
  return messagesIn(answered(await waiting, "PullMessages"));
}

const utcOf = (message: XmlElement | undefined): number =>
  Date.parse(message?.child("Message")?.child("Message")?.attribute("UtcTime") ?? "");

/** Annex A.4. */
async function beginOfBuffer(camera: TestCamera): Promise<number> {
  const address = await created(camera, topicFilter(BUFFER_BEGIN));
  await seeks(camera, address, camera.device.clock.now(), true);
  const [message] = await pulledOnce(camera, address);
  expect(topicOf(message)).toBe(BUFFER_BEGIN);
  await ends(camera, address);
  return utcOf(message);
}

/** The clock tells a later synchronization after this than before. */
async function synchronizes(set: (camera: TestCamera) => Promise<void>): Promise<void> {
  const camera = aCamera();
  await camera.host.clock.advance(5_000);
  const address = await created(camera, topicFilter(CLOCK));
  const before = itemIn((await pulledOnce(camera, address))[0], "Status") ?? "";
  await set(camera);
  const [message] = await pulledOnce(camera, address);
  expect(operationOf(message)).toBe("Changed");
  expect(Date.parse(itemIn(message, "Status") ?? "")).toBeGreaterThan(Date.parse(before));
  await ends(camera, address);
}

/** The cases of Event Handling that are not run, and why. */
const notRun: Readonly<Record<string, string>> = {
  "EVENT-7-1-1": "the camera has no event brokers",
  "EVENT-7-1-2": "the camera has no event brokers",
  "EVENT-7-1-3": "the camera has no event brokers",
  "EVENT-7-1-4": "the camera has no event brokers",
  "EVENT-7-2-1": "the camera has no event brokers",
  "EVENT-7-2-2": "the camera has no event brokers",
  "EVENT-7-2-3": "the camera has no event brokers",
  "EVENT-7-2-4": "the camera has no event brokers",
  "EVENT-7-2-5": "the camera has no event brokers",
  "EVENT-7-2-6": "the camera has no event brokers",
  "EVENT-7-2-7": "the camera has no event brokers",
};

describe("the device test specifications", () => {
  it.each(Object.entries(cases))("%s", async (_, run) => {
    await run();
  });
});

const official = officialFolder();
const table = "missing" in official ? "" : path.join(official.folder, "../testcases.tsv");
const missing = "missing" in official ? official.missing : existsSync(table) ? undefined : `no file ${table}`;

describe("the cases of Event Handling", () => {
  it.skipIf(!needs("the list of official test cases", missing))("are all run, or there is a reason why not", () => {
    const ids = readFileSync(table, "utf8").match(/^EVENT-\d+-\d+-\d+(?=\t)/gm) ?? [];
    const run = Object.keys(cases).map((name) => name.split(" ")[0] ?? "");
    expect(ids.filter((id) => !run.includes(id)).toSorted()).toEqual(Object.keys(notRun).toSorted());
    expect(ids.length).toBeGreaterThan(40);
  });
});
