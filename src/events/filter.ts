import { type ContentFilter, canFulfil, fulfils } from "./content-filter.js";
import { type EventType, isElementType } from "./event-type.js";
import type { Notification } from "./notification.js";
import { selects, type TopicExpression } from "./topic.js";

/** Which notifications a subscriber wants: those that fulfil every condition (WS-BaseNotification 1.3 §4.2). */
export interface EventFilter {
  readonly topics: readonly TopicExpression[];
  readonly contents: readonly ContentFilter[];
}

/** Lets all through. */
export const noFilter: EventFilter = Object.freeze({ topics: [], contents: [] });

export const passes = ({ topics, contents }: EventFilter, { topic, source, data }: Notification): boolean =>
  topics.every((expression) => selects(expression, topic)) &&
  contents.every((filter) => fulfils(filter, [...source, ...data]));

/**
 * Which part of a filter keeps it from ever letting anything of these types through; undefined when something can pass.
 * Subscribers learn of it at once, in place of waiting for what never comes.
 */
export function hopelessPart(
  { topics, contents }: EventFilter,
  types: readonly EventType[],
): "topics" | "contents" | undefined {
  const selected = types.filter(({ topic }) => topics.every((expression) => selects(expression, topic)));
  if (selected.length === 0) return topics.length > 0 ? "topics" : undefined;
  const isPossible = ({ source, data }: EventType): boolean => {
    const items = Object.entries({ ...source, ...data });
    const names = items.filter(([, type]) => !isElementType(type)).map(([name]) => name);
    const elements = items.filter(([, type]) => isElementType(type)).map(([name]) => name);
    return contents.every((filter) => canFulfil(filter, names, elements));
  };
  return selected.some(isPossible) ? undefined : "contents";
}
