import type { ElementType } from "#events/event-type";
import { type ElementItem, elementName, isElement, type Item, type Notification } from "#events/notification";
import { ONVIF_TOPICS, type Topic } from "#events/topic";
import { invariant } from "#util/errors";
import { encodeElement } from "#xml/codec";
import { xs } from "#xml/datatypes";
import { readXml } from "#xml/reader";
import { attribute, type ComplexSchema, optional, optionalAttribute } from "#xml/schema";
import type { XmlElement } from "#xml/tree";
import { declarations } from "#xml/writer";
import { tns1, tt } from "../schema/namespaces.js";
import { ItemList } from "../schema/tt/common.js";
import { PropertyOperation } from "../schema/tt/message.js";
import { NetworkInterfaceConnectionSetting } from "../schema/tt/network-interface.js";
import type { NotificationMessageHolderType } from "../schema/wsnt.js";

/** WS-Topics 1.3 §8.2: one topic. */
export const CONCRETE = "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete";
/** Core §9.6.3: alternatives, and topics with all below them. */
export const CONCRETE_SET = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet";

/** The element tt:Message (Core §9.4.1). */
const Message = tt.sequence({
  UtcTime: attribute(xs.dateTime),
  PropertyOperation: optionalAttribute(PropertyOperation),
  Source: optional(ItemList),
  Data: optional(ItemList),
});

/** What the elements of items hold. */
const elementSchemas: Readonly<Record<ElementType, ComplexSchema>> = {
  "tt:NetworkInterfaceConnectionSetting": NetworkInterfaceConnectionSetting,
};

/** A notification on the wire; `producer` is the address of the service that it comes from, where that is known. */
export const notificationToWire = (
  notification: Notification,
  producer: string | undefined,
): NotificationMessageHolderType => ({
  Topic: { Dialect: CONCRETE_SET, text: topicToWire(notification.topic) },
  ProducerReference: producer === undefined ? undefined : { Address: { URI: producer } },
  Message: { Any: [messageToWire(notification)] },
});

/** Notifications on the wire: one that many pull from the same address is made once. */
export class WireNotifications {
  readonly #made = new WeakMap<Notification, { producer: string; wire: NotificationMessageHolderType }>();

  /** As `notificationToWire`. Clients have a say in the address, so it is kept for the last one alone. */
  of(notification: Notification, producer: string): NotificationMessageHolderType {
    const made = this.#made.get(notification);
    if (made?.producer === producer) return made.wire;
    const wire = notificationToWire(notification, producer);
    this.#made.set(notification, { producer, wire });
    return wire;
  }
}

function messageToWire({ utcMs, operation, source, data }: Notification): XmlElement {
  const text = encodeElement(tt, "Message", Message, {
    UtcTime: new Date(utcMs),
    PropertyOperation: operation,
    Source: itemsToWire(source),
    Data: itemsToWire(data),
  });
  return elementIn(text);
}

/** The element that `text` is, whose prefix is that of the schema. */
function elementIn(text: string): XmlElement {
  const [element] = readXml(`<wire${declarations([tt])}>${text}</wire>`).children;
  invariant(element, "it is an element");
  return element;
}

function itemsToWire(items: readonly Item[]): ItemList | undefined {
  if (items.length === 0) return undefined;
  return {
    SimpleItem: items.flatMap((item) => (isElement(item) ? [] : [{ Name: item.name, Value: item.value }])),
    ElementItem: items.flatMap((item) => (isElement(item) ? [{ Name: item.name, Any: [elementToWire(item)] }] : [])),
  };
}

const elementToWire = (item: ElementItem): XmlElement =>
  elementIn(encodeElement(tt, elementName(item), elementSchemas[item.element], item.members));

/** The path of a topic, under the prefix by which clients know it. */
function topicToWire({ namespace, path }: Topic): string {
  invariant(namespace === ONVIF_TOPICS && path.every((name) => !name.startsWith("{")), "the topic is one of ONVIF's");
  return `${tns1.prefix}:${path.join("/")}`;
}
