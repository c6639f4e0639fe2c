import type { Notification } from "./notification.js";
import { topicKey } from "./topic.js";

/** The last notification of each property that is alive, in the order in which they came up (Core §9.4.2). */
export class PropertyCache {
  readonly #properties = new Map<string, Notification>();

  /** Keeps the state that a notification tells, or forgets a deleted property. */
  keep(notification: Notification): void {
    const key = keyOf(notification);
    if (notification.operation === "Deleted") this.#properties.delete(key);
    else this.#properties.set(key, notification);
  }

  /** Whether there is a property of that topic and source. */
  has(property: Pick<Notification, "topic" | "source">): boolean {
    return this.#properties.has(keyOf(property));
  }

  list(): readonly Notification[] {
    return [...this.#properties.values()];
  }
}

const keyOf = ({ topic, source }: Pick<Notification, "topic" | "source">): string =>
  JSON.stringify([topicKey(topic), ...source.map(({ value }) => value)]);
