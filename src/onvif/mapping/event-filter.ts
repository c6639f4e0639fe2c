import { readXml } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { declarations, escapeText } from "#xml/writer";
import { invalidArgument } from "../faults.js";
import { wsnt } from "../schema/namespaces.js";
import type { FilterType } from "../schema/wsnt.js";

/** The ONVIF topics, under the prefix that the model's filters are written with. */
const tns1 = { uri: "http://www.onvif.org/ver10/topics", prefix: "tns1" };

/** Core §9.6.3. */
const CONCRETE_SET = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet";
/** WS-Topics 1.3 §8.2; what it can say, the concrete set can. */
const CONCRETE = "http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete";

const NAME = "[\\p{L}_][\\p{L}\\p{N}_.-]*";
const STEP = `(?:${NAME}:)?(?:${NAME}|\\*)`;
const PATH = `${STEP}(?:/${STEP})*(?://\\.)?`;
const EXPRESSION = new RegExp(`^${PATH}(?:\\|${PATH})*$`, "u");
const PREFIX = new RegExp(`(${NAME}):`, "gu");

/** A topic filter of the model as a filter on the wire; undefined for the one that lets all events through. */
export function eventFilterToWire(filter: string): FilterType | undefined {
  if (filter === "") return undefined;
  const element = `<wsnt:TopicExpression${declarations([wsnt, tns1])} Dialect="${CONCRETE_SET}">${escapeText(filter)}`;
  return { Any: [readXml(`${element}</wsnt:TopicExpression>`)] };
}

/**
 * One topic expression, its prefixes made ours. Refuses (ter:ConfigModify) content filters, which the options do not
 * offer, and what is no expression or names topics that no ONVIF device has.
 */
export function eventFilterFromWire(filter: FilterType | undefined): string {
  const [element, ...others] = filter?.Any ?? [];
  if (!element) return "";
  const dialect = element.attribute("Dialect");
  if (others.length > 0 || element.name !== "TopicExpression" || element.namespace !== wsnt.uri)
    throw unusable("one TopicExpression is all that can be given");
  if (dialect !== CONCRETE_SET && dialect !== CONCRETE) throw unusable("the dialect of the expression is not known");
  const text = element.text.replace(/\s+/g, "");
  if (!EXPRESSION.test(text)) throw unusable("the topic expression is malformed");
  return text.replace(PREFIX, (_, prefix: string) => ownPrefix(element, prefix));
}

function ownPrefix(element: XmlElement, prefix: string): string {
  if (element.resolve(`${prefix}:x`)?.namespace !== tns1.uri)
    throw unusable(`the prefix ${prefix.slice(0, 64)} does not stand for the ONVIF topics`);
  return `${tns1.prefix}:`;
}

const unusable = (reason: string): Error =>
  invalidArgument(`the event filter can not be used: ${reason}`, "ConfigModify");
