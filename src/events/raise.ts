import { CodedError } from "#util/errors";
import { type ElementType, elementTypes, type EventType, isElementType, type Items } from "./event-type.js";
import type { EventHub } from "./hub.js";
import { type ElementItem, type Item, itemText, type Notification, type SimpleItem } from "./notification.js";
import { ONVIF_TOPICS } from "./topic.js";

/** Longest value of an item, in UTF-16 units. */
const MAX_VALUE = 1024;

/** The form of a value of each type, and what is said of it to people. */
const FORMS: Readonly<Record<string, readonly [form: RegExp, what: string]>> = {
  "xs:boolean": [/^(true|false)$/, "true or false"],
  "xs:int": [/^-?\d{1,10}$/, "a whole number"],
  "xs:integer": [/^-?\d{1,15}$/, "a whole number"],
  "xs:float": [/^-?\d{1,15}(\.\d{1,15})?$/, "a number"],
  "xs:dateTime": [
    /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/,
    "a time in UTC, such as 2026-01-15T12:00:00Z",
  ],
  "tt:ReferenceToken": [/^[^\p{Cc}]{1,64}$/u, "a token of 1 to 64 characters"],
  "tt:Duplex": [/^(Full|Half)$/, "Full or Half"],
  "tt:RelayLogicalState": [/^(active|inactive)$/, "active or inactive"],
};
const TEXT = [/^[^\p{Cc}]*$/u, `a text of up to ${MAX_VALUE} characters`] as const;

/** A topic as people write it: ONVIF's with `tns1:`. */
export const topicName = ({ namespace, path }: EventType["topic"]): string =>
  `${namespace === ONVIF_TOPICS ? "tns1:" : `{${namespace}}`}${path.join("/")}`;

/** An event that can be raised, in a line: its topic, and its items with their types. */
export function describeType({ topic, source, data }: EventType): string {
  const items = (list: Items): string[] => Object.entries(list).map(([name, type]) => `${name}=${type}`);
  return [topicName(topic), ...items(source), ...items(data)].join(" ");
}

/** What was told, in a line. */
export const describeEvent = ({ topic, operation, source, data }: Notification): string =>
  [topicName(topic), operation, ...[...source, ...data].map(itemText)].filter((part) => part !== undefined).join(" ");

/**
 * Tells an event that somebody asks for by hand. `topic` may go without its prefix. What is not given of a property's
 * source and data is as it was told last. Returns what was told; throws a `CodedError` that names what there is:
 * `event-topic`, `event-item`.
 */
export function raiseEvent(hub: EventHub, topic: string, given: ReadonlyMap<string, string>): Notification {
  const type = hub.published.find((one) => [topicName(one.topic), one.topic.path.join("/")].includes(topic));
  if (!type)
    throw new CodedError(
      "event-topic",
      `there is no topic ${topic.slice(0, 128)}; there are:\n${hub.published.map(describeType).join("\n")}`,
    );
  const known = { ...type.source, ...type.data };
  for (const name of given.keys())
    if (!Object.hasOwn(known, name))
      throw new CodedError("event-item", `there is no item ${name.slice(0, 64)} in ${describeType(type)}`);
  const former = formerOf(hub, type, given);
  const source = Object.entries(type.source).map(([name, itemType]): SimpleItem => {
    const value = given.get(name);
    return value === undefined
      ? lastOf(name, former?.source, type)
      : { name, value: checked(`the item ${name}`, itemType, value) };
  });
  const data = Object.entries(type.data).map(([name, itemType]): Item => {
    const value = given.get(name);
    if (value === undefined) return lastOf(name, former?.data, type);
    return isElementType(itemType)
      ? { name, element: itemType, members: membersOf(name, itemType, value) }
      : { name, value: checked(`the item ${name}`, itemType, value) };
  });
  return hub.publishItems(type, source, data);
}

/** What was told last of the property that is meant: the first whose source has the values that are given. */
const formerOf = (hub: EventHub, type: EventType, given: ReadonlyMap<string, string>): Notification | undefined =>
  hub.stateOf(type).find(({ source }) => source.every(({ name, value }) => (given.get(name) ?? value) === value));

function lastOf<I extends Item>(name: string, former: readonly I[] | undefined, type: EventType): I {
  const last = former?.find((one) => one.name === name);
  if (!last) throw new CodedError("event-item", `the item ${name} is missing: ${describeType(type)}`);
  return last;
}

/** A value that is given for `what`. */
function checked(what: string, type: string, value: string): string {
  const [form, kind] = FORMS[type] ?? TEXT;
  if (value.length > MAX_VALUE || !form.test(value) || (type === "xs:dateTime" && Number.isNaN(Date.parse(value))))
    throw new CodedError("event-item", `${what} is ${kind}`);
  return value;
}

/** The members of an element, as `itemText` writes them. */
function membersOf(name: string, element: ElementType, given: string): ElementItem["members"] {
  const members = Object.entries(elementTypes[element]);
  const values = given.split(",");
  if (values.length !== members.length)
    throw new CodedError("event-item", `the item ${name} is ${members.map(([member]) => member).join(",")}`);
  return Object.fromEntries(
    members.map(([member, type], index) => {
      const value = checked(`${member} of the item ${name}`, type, values[index] ?? "");
      return [member, type === "xs:boolean" ? value === "true" : type === "xs:int" ? Number(value) : value];
    }),
  );
}
