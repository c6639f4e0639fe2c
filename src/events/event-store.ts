import { eventType } from "./event-type.js";
import type { Notification } from "./notification.js";
import { onvifTopic } from "./topic.js";

/** Tells who reads stored notifications that there are none before (Core §9.11.1). */
export const bufferBegin = eventType({
  topic: onvifTopic("EventBuffer/Begin"),
  isProperty: false,
  source: {},
  data: {},
});

/** Keeps the last notifications for those who come late (Core §9.1.7), in memory. */
export class EventStore {
  #stored: Notification[] = [];

  /** Beyond `capacity` the oldest go. */
  constructor(private readonly capacity: number) {}

  keep(notification: Notification): void {
    this.#stored.push(notification);
    if (this.#stored.length > this.capacity) this.#stored.shift();
  }

  /**
   * What a subscription reads that is put to `utcMs` (Core §9.1.5): forward, what has happened since then in the order of
   * its time; reverse, what had happened until then, the last first. Where that reaches the begin of the buffer, the
   * notification that says so comes at that end. `nowMs` stands for the begin of an empty buffer.
   */
  read(utcMs: number, isReverse: boolean, nowMs: number): readonly Notification[] {
    const ordered = this.#stored.toSorted((one, other) => one.utcMs - other.utcMs);
    const begin: Notification = { topic: bufferBegin.topic, utcMs: ordered[0]?.utcMs ?? nowMs, source: [], data: [] };
    if (isReverse) return [...ordered.filter((one) => one.utcMs <= utcMs).toReversed(), begin];
    const since = ordered.filter((one) => one.utcMs >= utcMs);
    return utcMs <= begin.utcMs ? [begin, ...since] : since;
  }
}
