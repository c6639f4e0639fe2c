import { CodedError } from "#util/errors";
import type { EventType, Items, ItemType } from "./event-type.js";
import type { EventHub } from "./hub.js";
import type { Notification, SimpleItem } from "./notification.js";
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
  [topicName(topic), operation, ...[...source, ...data].map(({ name, value }) => `${name}=${value}`)]
    .filter((part) => part !== undefined)
    .join(" ");

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
  const items = (list: Items): readonly SimpleItem[] =>
    Object.entries(list).map(([name, itemType]) => ({ name, value: valueOf(name, itemType, given, former, type) }));
  return hub.publishItems(type, items(type.source), items(type.data));
}

/** What was told last of the property that is meant: the first whose source has the values that are given. */
const formerOf = (hub: EventHub, type: EventType, given: ReadonlyMap<string, string>): readonly SimpleItem[] => {
  const property = hub
    .stateOf(type)
    .find(({ source }) => source.every(({ name, value }) => (given.get(name) ?? value) === value));
  return property ? [...property.source, ...property.data] : [];
};

function valueOf(
  name: string,
  itemType: ItemType,
  given: ReadonlyMap<string, string>,
  former: readonly SimpleItem[],
  type: EventType,
): string {
  const value = given.get(name);
  if (value === undefined) {
    const last = former.find((one) => one.name === name)?.value;
    if (last === undefined) throw new CodedError("event-item", `the item ${name} is missing: ${describeType(type)}`);
    return last;
  }
  const [form, what] = FORMS[itemType] ?? TEXT;
  if (value.length > MAX_VALUE || !form.test(value) || (itemType === "xs:dateTime" && Number.isNaN(Date.parse(value))))
    throw new CodedError("event-item", `the item ${name} is ${what}`);
  return value;
}
