import { type EventFilter, noFilter } from "#events/filter";
import { ONVIF_TOPICS, parseTopicExpression, type TopicPath } from "#events/topic";
import { DecodeError } from "#util/errors";
import { readXml } from "#xml/reader";
import { declarations, escapeText } from "#xml/writer";
import { invalidArgument } from "../faults.js";
import { tns1, wsnt } from "../schema/namespaces.js";
import type { FilterType } from "../schema/wsnt.js";
import { CONCRETE, CONCRETE_SET } from "./notification.js";

/** What a topic filter of the model lets through. */
export const eventFilterOf = (filter: string): EventFilter =>
  filter === ""
    ? noFilter
    : {
        topics: [
          parseTopicExpression(filter, "concrete-set", (prefix) => (prefix === tns1.prefix ? ONVIF_TOPICS : undefined)),
        ],
        contents: [],
      };

/** A topic filter of the model as a filter on the wire; undefined for the one that lets all events through. */
export function eventFilterToWire(filter: string): FilterType | undefined {
  if (filter === "") return undefined;
  const element = `<wsnt:TopicExpression${declarations([wsnt, tns1])} Dialect="${CONCRETE_SET}">${escapeText(filter)}`;
  return { Any: [readXml(`${element}</wsnt:TopicExpression>`)] };
}

/**
 * One topic expression, its prefixes made ours. Refuses (ter:InvalidArgVal with `subcode`) content filters, which are not
 * offered where this is used, and what is no expression or names topics that no ONVIF device has.
 */
export function eventFilterFromWire(filter: FilterType | undefined, subcode: "ConfigModify" | "InvalidFilter"): string {
  const unusable = (reason: string): Error => invalidArgument(`the event filter can not be used: ${reason}`, subcode);
  const [element, ...others] = filter?.Any ?? [];
  if (!element) return "";
  const dialect = element.attribute("Dialect");
  if (others.length > 0 || element.name !== "TopicExpression" || element.namespace !== wsnt.uri)
    throw unusable("one TopicExpression is all that can be given");
  if (dialect !== CONCRETE_SET && dialect !== CONCRETE) throw unusable("the dialect of the expression is not known");
  try {
    const prefixes = (prefix: string): string | undefined => element.resolve(`${prefix}:x`)?.namespace;
    const kind = dialect === CONCRETE ? "concrete" : "concrete-set";
    return parseTopicExpression(element.text, kind, prefixes)
      .map((path) => {
        if (path.namespace !== ONVIF_TOPICS || path.path.some((name) => name.startsWith("{")))
          throw unusable("a prefix does not stand for the ONVIF topics");
        return pathToText(path);
      })
      .join("|");
  } catch (error) {
    throw error instanceof DecodeError ? unusable(error.message) : error;
  }
}

const pathToText = ({ path, withDescendants }: TopicPath): string =>
  `${tns1.prefix}:${path.join("/")}${withDescendants ? "//." : ""}`;
