import { expect } from "vitest";
import type { XmlElement } from "#xml/tree";
import type { Consumer } from "../../support/consumer.js";
import {
  actionOf,
  addressIn,
  addressing,
  BUFFER_BEGIN,
  CLOCK,
  createRequest,
  EVENTS,
  FAULT_ACTION,
  MOTION,
  pull,
  seek,
  subscribe,
  topicFilter,
  unsubscribe,
} from "../../support/event-client.js";
import { aCamera, send, soap, type SoapReply, type TestCamera } from "../../support/soap.js";

/** What the cases about events have in common: the annexes of the specification. */

export const TEV = "http://www.onvif.org/ver10/events/wsdl";
export const WSNTW = "http://docs.oasis-open.org/wsn/bw-2";
export const WSA = "http://www.w3.org/2005/08/addressing";

/** Annex A.3, the messages of the camera. */
export const ACTIONS = {
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
export function answered(reply: SoapReply, operation: keyof typeof ACTIONS): SoapReply {
  expect([reply.status, reply.fault, reply.reason, actionOf(reply)]).toEqual([200, undefined, "", ACTIONS[operation]]);
  return reply;
}

/** A fault of SOAP 1.2 under the action of faults: one of these in its Detail, with a good time and a description. */
export function refused(reply: SoapReply, ...names: string[]): void {
  expect([reply.status, actionOf(reply), reply.body.name]).toEqual([500, FAULT_ACTION, "Fault"]);
  expect(names).toContain(reply.detail?.name);
  expect(Date.parse(reply.detail?.child("Timestamp")?.text ?? "")).not.toBeNaN();
  expect(reply.detail?.child("Description")?.text).not.toBe("");
}

export const timeIn = (reply: SoapReply, name: string): number => {
  const text = reply.body.child(name)?.text ?? "";
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  return Date.parse(text);
};

/** TerminationTime >= CurrentTime + what was asked for. */
export const livesFor = (reply: SoapReply, ms: number): void =>
  expect(timeIn(reply, "TerminationTime")).toBeGreaterThanOrEqual(timeIn(reply, "CurrentTime") + ms);

export const create = async (camera: TestCamera, filter = "", time = ""): Promise<SoapReply> =>
  soap(camera, createRequest(filter, time), {
    reachedAt: EVENTS,
    header: addressing(`${TEV}/EventPortType/CreatePullPointSubscriptionRequest`),
  });

export const created = async (camera: TestCamera, filter = "", time = ""): Promise<string> =>
  addressIn(answered(await create(camera, filter, time), "CreatePullPointSubscription"));

export const messagesIn = (reply: SoapReply): XmlElement[] =>
  reply.body.children.filter(({ name }) => name === "NotificationMessage");

/** What a pull brings at once. */
export async function pulledOnce(camera: TestCamera, address: string, limit = 1): Promise<XmlElement[]> {
  const messages = messagesIn(answered(await pull(camera, address, { limit }), "PullMessages"));
  expect(messages.length).toBeLessThanOrEqual(limit);
  return messages;
}

export const operationOf = (message: XmlElement | undefined): string | undefined =>
  message?.child("Message")?.child("Message")?.attribute("PropertyOperation");
export const topicOf = (message: XmlElement | undefined): string | undefined => message?.child("Topic")?.text;
export const itemIn = (message: XmlElement | undefined, name: string): string | undefined =>
  ["Source", "Data"]
    .flatMap((group) => message?.child("Message")?.child("Message")?.child(group)?.children ?? [])
    .find((item) => item.attribute("Name") === name)
    ?.attribute("Value");

/** Pulls one by one until all topics have come; nothing else may come. */
export async function pullsExactly(camera: TestCamera, address: string, topics: readonly string[]): Promise<void> {
  const found: (string | undefined)[] = [];
  while (!topics.every((topic) => found.includes(topic))) {
    const [message] = await pulledOnce(camera, address);
    expect(topics).toContain(topicOf(message));
    found.push(topicOf(message));
  }
}

export async function ends(camera: TestCamera, address: string): Promise<void> {
  answered(await unsubscribe(camera, address), "Unsubscribe");
}

/** The topics that the device test tool is told of on its management tab. */
export const TOPIC_1 = MOTION;
export const TOPIC_2 = CLOCK;
export const ROOT_1 = "tns1:VideoSource";

export const subscribed = async (
  camera: TestCamera,
  consumer: Consumer,
  filter = "",
  time = "PT60S",
): Promise<string> => {
  const reply = answered(await subscribe(camera, consumer.url, filter, time), "Subscribe");
  livesFor(reply, 60_000);
  return addressIn(reply);
};

/** What has been sent to the consumer, all of it well formed. */
export async function notified({ host }: TestCamera, consumer: Consumer): Promise<XmlElement[]> {
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
export async function namespaces(body: string, header: string): Promise<void> {
  const camera = aCamera({ policy: { required: false } });
  const usual = answered(await subscribe(camera, "http://192.0.2.99:8099/n", "", "PT10S"), "Subscribe");
  const soapNamespace = "http://www.w3.org/2003/05/soap-envelope";
  const message = `<env:Envelope xmlns:env="${soapNamespace}"><env:Header>${header}</env:Header><env:Body>${body}</env:Body></env:Envelope>`;
  const strange = answered(await send(camera, message, { reachedAt: EVENTS }), "Subscribe");
  livesFor(strange, 10_000);
  expect(strange.body.children.map(({ name }) => name)).toEqual(usual.body.children.map(({ name }) => name));
}

export const WSNT = "http://docs.oasis-open.org/wsn/b-2";
export const SUBSCRIBE = `${WSNTW}/NotificationProducer/SubscribeRequest`;
export const CONSUMER = "http://192.0.2.99:8099/n";

/** A camera that has something to tell of the past. */
export async function eventful(): Promise<TestCamera> {
  const camera = aCamera();
  for (const isMoving of [true, false]) {
    await camera.host.clock.advance(5_000);
    for (const source of camera.device.detection.sources) camera.device.detection.setMotion(source, isMoving);
  }
  await camera.host.clock.advance(5_000);
  return camera;
}

export async function seeks(camera: TestCamera, address: string, utcMs: number, isReverse?: boolean): Promise<void> {
  answered(await seek(camera, address, utcMs, isReverse), "Seek");
}

/** A pull of 20 s, which goes by when there is nothing. */
export async function pulledInVain(camera: TestCamera, address: string): Promise<XmlElement[]> {
  const waiting = pull(camera, address, { timeoutMs: 20_000, limit: 1 });
  await camera.host.clock.advance(20_000);
  return messagesIn(answered(await waiting, "PullMessages"));
}

export const utcOf = (message: XmlElement | undefined): number =>
  Date.parse(message?.child("Message")?.child("Message")?.attribute("UtcTime") ?? "");

/** Annex A.4. */
export async function beginOfBuffer(camera: TestCamera): Promise<number> {
  const address = await created(camera, topicFilter(BUFFER_BEGIN));
  await seeks(camera, address, camera.device.clock.now(), true);
  const [message] = await pulledOnce(camera, address);
  expect(topicOf(message)).toBe(BUFFER_BEGIN);
  await ends(camera, address);
  return utcOf(message);
}

/** The clock tells a later synchronization after this than before. */
export async function synchronizes(set: (camera: TestCamera) => Promise<void>): Promise<void> {
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
