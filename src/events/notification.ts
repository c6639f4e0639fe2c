import type { Topic } from "./topic.js";

/** What a notification says about the life of a property (Core §9.4.2). */
export type PropertyOperation = "Initialized" | "Changed" | "Deleted";

/** A name and a value in the form that XML Schema gives it: `true`, `2026-01-15T12:00:00Z`. */
export interface SimpleItem {
  readonly name: string;
  readonly value: string;
}

/** Something that has happened (Core §9.4.1), as data; XML is made of it where it leaves the camera. */
export interface Notification {
  readonly topic: Topic;
  /** When, by the camera's own clock, in ms since the Unix epoch, UTC. */
  readonly utcMs: number;
  /** What in the camera it comes from. */
  readonly source: readonly SimpleItem[];
  readonly data: readonly SimpleItem[];
  /** Given for events that tell the state of a property. */
  readonly operation?: PropertyOperation;
}
