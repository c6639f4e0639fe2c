import { type EventType, isElementType, type Items, type ItemType } from "#events/event-type";
import { encodeElement } from "#xml/codec";
import type { QName, XmlNamespace } from "#xml/qname";
import { readXml } from "#xml/reader";
import { declarations } from "#xml/writer";
import { tas, tns1, tt, wstop } from "../schema/namespaces.js";
import { type ItemListDescription, MessageDescription } from "../schema/tt/message.js";
import type { TopicSetType } from "../schema/wstop.js";

const xsd: XmlNamespace = { uri: "http://www.w3.org/2001/XMLSchema", prefix: "xs" };

/** A name in the tree of topics, with what is below it. */
interface Node {
  readonly children: Map<string, Node>;
  type?: EventType;
}

/** The topics of these events as a tree, each with the description of its messages (Core §9.6.2). */
export function topicSetToWire(types: readonly EventType[]): TopicSetType {
  const root: Node = { children: new Map() };
  for (const type of types) {
    let node = root;
    for (const name of type.topic.path) {
      const child = node.children.get(name) ?? { children: new Map() };
      node.children.set(name, child);
      node = child;
    }
    node.type = type;
  }
  const text = [...root.children].map(([name, node]) => nodeToText(`${tns1.prefix}:${name}`, node)).join("");
  return { Any: readXml(`<set${declarations([tns1, wstop, tt, tas, xsd])}>${text}</set>`).children };
}

/** Names below the root are of no namespace. */
function nodeToText(name: string, { children, type }: Node): string {
  const below = [...children].map(([child, node]) => nodeToText(child, node)).join("");
  return type
    ? `<${name} ${wstop.prefix}:topic="true">${descriptionToText(type)}${below}</${name}>`
    : `<${name}>${below}</${name}>`;
}

const descriptionToText = ({ isProperty, source, data }: EventType): string =>
  encodeElement(tt, "MessageDescription", MessageDescription, {
    IsProperty: isProperty,
    Source: itemsToWire(source),
    Data: itemsToWire(data),
  });

const itemsToWire = (items: Items): ItemListDescription | undefined => {
  const entries = Object.entries(items);
  if (entries.length === 0) return undefined;
  const described = (ofElements: boolean) =>
    entries
      .filter(([, type]) => isElementType(type) === ofElements)
      .map(([Name, type]) => ({ Name, Type: typeToWire(type) }));
  return { SimpleItemDescription: described(false), ElementItemDescription: described(true) };
};

function typeToWire(type: ItemType): QName {
  const [prefix = "", name = ""] = type.split(":");
  const { uri } = [xsd, tas].find((one) => one.prefix === prefix) ?? tt;
  return { namespace: uri, name, prefix };
}
