import { ONVIF_TOPICS, type Topic } from "../topic.js";
import { elementName, isElement, type Item, type Notification } from "../notification.js";

/** An MQTT message. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: string;
  /** The broker keeps it for those who come later. */
  readonly retain: boolean;
}

/** One frame of metadata, and the topic by which filters know it: `SensorData/Temperature`. */
export interface MetadataFrame {
  readonly topic: Topic;
  /** JSON. */
  readonly payload: string;
}

/** Metadata as an MQTT message (Analytics, JSON over MQTT). It tells of a moment, and is not retained. */
export const metadataMessage = (topicPrefix: string, { topic, payload }: MetadataFrame): BrokerMessage => ({
  topic: [topicPrefix, "onvif-mj", ...topic.path.map((level) => level.replaceAll("/", ""))]
    .join("/")
    .replaceAll(RESERVED, ""),
  payload,
  retain: false,
});

/**
 * A notification as an MQTT message with JSON in it (Core §9.12.5–9.12.6). A property is retained, until an empty payload
 * under its topic says that it is no more.
 */
export const brokerMessage = (topicPrefix: string, notification: Notification): BrokerMessage => ({
  topic: mqttTopic(topicPrefix, notification),
  payload: notification.operation === "Deleted" ? "" : payloadOf(notification),
  retain: notification.operation !== undefined,
});

/** Levels of the topic, and after an `&` the values of the source. What MQTT keeps for subscribers' filters is left out. */
const mqttTopic = (topicPrefix: string, { topic, source }: Notification): string =>
  [
    topicPrefix,
    "onvif-ej",
    localTopic(topic),
    ...(source.length > 0 ? [`&${source.map(({ value }) => value).join("/")}`] : []),
  ]
    .join("/")
    .replaceAll(RESERVED, "");

const RESERVED = /[#+\u0000]/g;

/** ONVIF's topics are written without their namespace; others keep it in braces, as a prefix means nothing there. */
const localTopic = ({ namespace, path }: Topic): string =>
  `${namespace === ONVIF_TOPICS ? "" : `{${namespace}}`}${path.join("/")}`;

function payloadOf({ utcMs, source, data }: Notification): string {
  const items = (list: Notification["data"]) => Object.fromEntries(list.map((item) => [item.name, jsonOf(item)]));
  return JSON.stringify({
    UtcTime: utcText(utcMs),
    Source: items(source),
    ...(data.length > 0 && { Data: items(data) }),
  });
}

/** The element of an element item goes without its prefix (Core §9.12.6). */
const jsonOf = (item: Item): unknown => (isElement(item) ? { [elementName(item)]: item.members } : item.value);

/** ms since the Unix epoch as it is written in payloads. */
export const utcText = (utcMs: number): string => new Date(utcMs).toISOString().replace(".000Z", "Z");
