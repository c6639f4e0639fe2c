import type { ElementType } from "./event-type.js";
import type { Topic } from "./topic.js";

/** What a notification says about the life of a property (Core §9.4.2). */
export type PropertyOperation = "Initialized" | "Changed" | "Deleted";

/** A name and a value in the form that XML Schema gives it: `true`, `2026-01-15T12:00:00Z`. */
export interface SimpleItem {
  readonly name: string;
  readonly value: string;
}

/** A name and an element with members: what no simple value tells (Core §9.4.1). */
export interface ElementItem {
  readonly name: string;
  /** The type of the element, which is named like its type. */
  readonly element: ElementType;
  /** In their order. */
  readonly members: Readonly<Record<string, string | number | boolean>>;
}

export type Item = SimpleItem | ElementItem;

export const isElement = (item: Item): item is ElementItem => "element" in item;

/** The name of the element of an item, without the prefix of its type. */
export const elementName = ({ element }: ElementItem): string => element.replace(/^.*:/, "");

/** An item as people read it: `Name=value`, the members of an element with commas between. */
export const itemText = (item: Item): string =>
  `${item.name}=${isElement(item) ? Object.values(item.members).join(",") : item.value}`;

/** Something that has happened (Core §9.4.1), as data; XML is made of it where it leaves the camera. */
export interface Notification {
  readonly topic: Topic;
  /** When, by the camera's own clock, in ms since the Unix epoch, UTC. */
  readonly utcMs: number;
  /** What in the camera it comes from. */
  readonly source: readonly SimpleItem[];
  readonly data: readonly Item[];
  /** Given for events that tell the state of a property. */
  readonly operation?: PropertyOperation;
}
