import { parseContentFilter, type ContentFilter } from "#events/content-filter";
import { type EventFilter, hopelessPart } from "#events/filter";
import { parseTopicExpression, type Prefixes, type TopicExpression } from "#events/topic";
import { DecodeError } from "#util/errors";
import type { XmlElement } from "#xml/tree";
import { escapeAttribute } from "#xml/writer";
import type { Call } from "../call.js";
import { tns1, tt, wsnt } from "../schema/namespaces.js";
import type { FilterType } from "../schema/wsnt.js";
import { baseFault, type BaseFaultName } from "./base-fault.js";
import { CONCRETE, CONCRETE_SET } from "./notification.js";

/** Core §9.4.4. */
export const ITEM_FILTER = "http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter";

/** Most expressions in a filter, each of which every event is held to. */
const MAXIMUM_FILTERS = 16;

/**
 * The filter that a client subscribes with. Refused with the fault that WS-BaseNotification 1.3 §4.2 names for it: what
 * is not understood, and what none of this camera's events can ever pass.
 */
export function filterFromWire(filter: FilterType | undefined, call: Call): EventFilter {
  const topics: TopicExpression[] = [];
  const contents: ContentFilter[] = [];
  const elements = filter?.Any ?? [];
  const oneTooMany = elements[MAXIMUM_FILTERS];
  if (oneTooMany) throw unknownFilter(oneTooMany, `there are more than ${MAXIMUM_FILTERS} filters`, call);
  for (const element of elements)
    if (element.name === "TopicExpression") topics.push(topicsFromWire(element, call));
    else if (element.name === "MessageContent") contents.push(contentFromWire(element, call));
    else throw unknownFilter(element, `filters of the kind ${element.name} are not known`, call);
  const result = { topics, contents };
  const hopeless = hopelessPart(result, call.camera.events.hub.types);
  if (hopeless === "topics") throw baseFault("TopicNotSupportedFault", "this camera has none of these topics", call);
  if (hopeless === "contents")
    throw baseFault("InvalidMessageContentExpressionFault", "no message of this camera has such items", call);
  return result;
}

function topicsFromWire(element: XmlElement, call: Call): TopicExpression {
  const dialect = element.attribute("Dialect")?.trim();
  if (dialect !== CONCRETE && dialect !== CONCRETE_SET)
    throw baseFault("TopicExpressionDialectUnknownFault", `the dialects are ${CONCRETE} and ${CONCRETE_SET}`, call);
  return understood("InvalidTopicExpressionFault", call, () =>
    parseTopicExpression(element.text, dialect === CONCRETE ? "concrete" : "concrete-set", prefixesOf(element)),
  );
}

function contentFromWire(element: XmlElement, call: Call): ContentFilter {
  if (element.attribute("Dialect")?.trim() !== ITEM_FILTER)
    throw unknownFilter(element, `the dialect of message content filters is ${ITEM_FILTER}`, call);
  return understood("InvalidMessageContentExpressionFault", call, () =>
    parseContentFilter(element.text, prefixesOf(element)),
  );
}

/** Clients that do not know of prefixes in texts leave the usual ones undeclared. */
const prefixesOf =
  (element: XmlElement): Prefixes =>
  (prefix) =>
    element.resolve(`${prefix}:x`)?.namespace ?? [tns1, tt].find((usual) => usual.prefix === prefix)?.uri;

function understood<T>(name: BaseFaultName, call: Call, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DecodeError) throw baseFault(name, error.message, call);
    throw error;
  }
}

function unknownFilter({ namespace, name }: XmlElement, reason: string, call: Call): Error {
  const unknown = `<${wsnt.prefix}:UnknownFilter xmlns:f="${escapeAttribute(namespace)}">f:${name}</${wsnt.prefix}:UnknownFilter>`;
  return baseFault("InvalidFilterFault", reason, call, unknown);
}
