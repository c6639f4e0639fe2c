import type { Operations, RequestOf, ResponseOf, ServiceDeclaration } from "#onvif/operation";
import { EventPortType } from "#onvif/schema/events/event-port-type";
import { PullPointSubscription } from "#onvif/schema/events/pull-point-subscription";
import { SubscriptionManager } from "#onvif/schema/events/subscription-manager";
import type { NotificationMessageHolderType } from "#onvif/schema/wsnt";
import { encodeElement } from "#xml/codec";
import type { XmlElement } from "#xml/tree";
import { call, soap, type SoapOptions, type SoapReply, type TestCamera } from "./soap.js";

export const EVENTS = "http://192.0.2.10:8000/onvif/event_service";
export const CONCRETE = "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete";
export const CONCRETE_SET = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet";
export const ITEM_FILTER = "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter";

/** The topics of a camera with pictures. */
export const MOTION = "tns1:VideoSource/MotionAlarm";
export const REBOOT = "tns1:Monitoring/OperatingTime/LastReboot";
export const LAST_RESET = "tns1:Monitoring/OperatingTime/LastReset";
export const LAST_BACKUP = "tns1:Monitoring/Backup/Last";
export const CLOCK = "tns1:Monitoring/OperatingTime/LastClockSynchronization";
export const PROFILE_CHANGED = "tns1:Media/ProfileChanged";
export const BUFFER_BEGIN = "tns1:EventBuffer/Begin";
export const AUTH_FAILED = "tns1:Device/SecurityPolicy/AuthFailed";
export const CONFIGURATION_CHANGED = "tns1:Media/ConfigurationChanged";

/** The headers that a client of the event service sends. */
export const addressing = (action: string, to = EVENTS): string =>
  `<wsa:Action s:mustUnderstand="1">${action}</wsa:Action><wsa:MessageID>urn:uuid:1</wsa:MessageID>` +
  `<wsa:ReplyTo><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>` +
  `<wsa:To s:mustUnderstand="1">${to}</wsa:To>`;

export const FAULT_ACTION = "http://www.w3.org/2005/08/addressing/soap/fault";

/** The action that an answer names. */
export const actionOf = ({ headers }: SoapReply): string | undefined =>
  headers.find(({ name }) => name === "Action")?.text;

export const topicFilter = (expression: string, dialect = CONCRETE_SET): string =>
  `<wsnt:TopicExpression Dialect="${dialect}">${expression}</wsnt:TopicExpression>`;

export const contentFilter = (expression: string, dialect = ITEM_FILTER): string =>
  `<wsnt:MessageContent Dialect="${dialect}">${expression}</wsnt:MessageContent>`;

/** The text of a CreatePullPointSubscription. */
export function createRequest(filter = "", time = "", policy = ""): string {
  const member = (name: string, content: string): string =>
    content === "" ? "" : `<tev:${name}>${content}</tev:${name}>`;
  const members =
    member("Filter", filter) + member("InitialTerminationTime", time) + member("SubscriptionPolicy", policy);
  return `<tev:CreatePullPointSubscription>${members}</tev:CreatePullPointSubscription>`;
}

/** Creates a pull point, of which the address is given back. */
export async function createPullPoint(camera: TestCamera, filter = "", time = ""): Promise<string> {
  const reply = await soap(camera, createRequest(filter, time), { reachedAt: EVENTS });
  const address = reply.body.child("SubscriptionReference")?.child("Address")?.text;
  if (address === undefined) throw new Error(`no pull point: ${reply.reason}`);
  return address;
}

/** Sends a typed request to an address; the reply is not read. */
async function ask<const Ops extends Operations, K extends keyof Ops & string>(
  camera: TestCamera,
  { namespace, operations }: ServiceDeclaration<Ops>,
  operation: K,
  request: RequestOf<Ops[K]>,
  options: SoapOptions,
): Promise<SoapReply> {
  const declared = operations[operation];
  if (!declared) throw new Error(`no operation ${operation}`);
  const { element = operation, namespace: home = namespace, action } = declared;
  const text = encodeElement(home, element, declared.request, request);
  return soap(camera, text, { header: addressing(action ?? "", options.reachedAt), ...options });
}

export interface PullOptions extends SoapOptions {
  readonly timeoutMs?: number;
  readonly limit?: number;
}

/** PullMessages, waiting for a minute and for 100 messages unless told otherwise. */
export const pull = (camera: TestCamera, address: string, options: PullOptions = {}): Promise<SoapReply> => {
  const { timeoutMs = 60_000, limit = 100, ...rest } = options;
  const request = { Timeout: timeoutMs, MessageLimit: limit };
  return ask(camera, PullPointSubscription, "PullMessages", request, { reachedAt: address, ...rest });
};

/** The same, with the typed answer; throws for a fault. */
export const pulled = (
  camera: TestCamera,
  address: string,
  { timeoutMs = 60_000, limit = 100 }: PullOptions = {},
): Promise<ResponseOf<(typeof PullPointSubscription.operations)["PullMessages"]>> =>
  call(
    camera,
    PullPointSubscription,
    "PullMessages",
    { Timeout: timeoutMs, MessageLimit: limit },
    { reachedAt: address },
  );

export const synchronize = (camera: TestCamera, address: string): Promise<SoapReply> =>
  ask(camera, PullPointSubscription, "SetSynchronizationPoint", {}, { reachedAt: address });

export const seek = (camera: TestCamera, address: string, utcMs: number, isReverse?: boolean): Promise<SoapReply> =>
  ask(camera, PullPointSubscription, "Seek", { UtcTime: new Date(utcMs), Reverse: isReverse }, { reachedAt: address });

export const renew = (camera: TestCamera, address: string, time: Date | number | null): Promise<SoapReply> =>
  ask(camera, SubscriptionManager, "Renew", { TerminationTime: time }, { reachedAt: address });

export const unsubscribe = (camera: TestCamera, address: string): Promise<SoapReply> =>
  ask(camera, SubscriptionManager, "Unsubscribe", {}, { reachedAt: address });

export const eventProperties = (
  camera: TestCamera,
): Promise<ResponseOf<(typeof EventPortType.operations)["GetEventProperties"]>> =>
  call(camera, EventPortType, "GetEventProperties", {}, { reachedAt: EVENTS });

/** The tt:Message in a notification. */
export function messageIn(holder: NotificationMessageHolderType): XmlElement {
  const [message] = holder.Message.Any ?? [];
  if (!message) throw new Error("the notification holds no message");
  return message;
}

/** A notification in a line: `tns1:VideoSource/MotionAlarm Initialized Source=VideoSource_1 State=false`. */
export function inShort(holder: NotificationMessageHolderType): string {
  const message = messageIn(holder);
  const items = ["Source", "Data"].flatMap((group) => message.child(group)?.children ?? []);
  return [
    holder.Topic?.text,
    message.attribute("PropertyOperation"),
    ...items.map((item) => `${item.attribute("Name")}=${item.attribute("Value")}`),
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** What a pull brings at once, in short. */
export const told = async (camera: TestCamera, address: string): Promise<string[]> =>
  ((await pulled(camera, address, { timeoutMs: 0 })).NotificationMessage ?? []).map(inShort);

/** The topics of a topic set, with their descriptions. */
export function topicsIn(elements: readonly XmlElement[] | undefined, prefix = "tns1:"): Map<string, XmlElement> {
  const found = new Map<string, XmlElement>();
  for (const element of elements ?? []) {
    const path = prefix + element.name;
    const description = element.child("MessageDescription");
    if (element.attribute("topic", "http://docs.oasis-open.org/wsn/t-1") === "true" && description)
      found.set(path, description);
    const below = element.children.filter(({ name }) => name !== "MessageDescription");
    for (const [topic, its] of topicsIn(below, `${path}/`)) found.set(topic, its);
  }
  return found;
}

/** The text of a Subscribe. */
export const subscribeRequest = (address: string, filter = "", time = "", parameters = ""): string =>
  `<wsnt:Subscribe><wsnt:ConsumerReference><wsa:Address>${address}</wsa:Address>` +
  `${parameters === "" ? "" : `<wsa:ReferenceParameters>${parameters}</wsa:ReferenceParameters>`}</wsnt:ConsumerReference>` +
  (filter === "" ? "" : `<wsnt:Filter>${filter}</wsnt:Filter>`) +
  (time === "" ? "" : `<wsnt:InitialTerminationTime>${time}</wsnt:InitialTerminationTime>`) +
  `</wsnt:Subscribe>`;

export const SUBSCRIBE_ACTION = "http://docs.oasis-open.org/wsn/bw-2/NotificationProducer/SubscribeRequest";

export const subscribe = (
  camera: TestCamera,
  address: string,
  filter = "",
  time = "",
  options: SoapOptions = {},
): Promise<SoapReply> =>
  soap(camera, subscribeRequest(address, filter, time), {
    reachedAt: EVENTS,
    header: addressing(SUBSCRIBE_ACTION),
    ...options,
  });

/** The address in an answer that tells a new subscription. */
export function addressIn(reply: SoapReply): string {
  const address = reply.body.child("SubscriptionReference")?.child("Address")?.text;
  if (address === undefined) throw new Error(`no subscription: ${reply.reason}`);
  return address;
}

/** A notification of a Notify, as `inShort` has it. */
export const elementInShort = (holder: XmlElement): string => {
  const message = holder.child("Message")?.children[0];
  const items = ["Source", "Data"].flatMap((group) => message?.child(group)?.children ?? []);
  return [
    holder.child("Topic")?.text,
    message?.attribute("PropertyOperation"),
    ...items.map((item) => `${item.attribute("Name")}=${item.attribute("Value")}`),
  ]
    .filter((part) => part !== undefined)
    .join(" ");
};
