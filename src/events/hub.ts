import { invariant } from "#util/errors";
import { bufferBegin, EventStore } from "./event-store.js";
import {
  type EventType,
  type Items,
  type ItemValuesOf,
  itemsOf,
  type SimpleItems,
  simpleItemsOf,
} from "./event-type.js";
import { type EventFilter, passes } from "./filter.js";
import type { Notification } from "./notification.js";
import { PropertyCache } from "./property-cache.js";
import { topicKey } from "./topic.js";

/** Somebody who takes notifications. */
export interface Subscriber {
  readonly filter: EventFilter;
  /** Wants changes alone, neither Initialized nor Deleted (tev:ChangedOnly, Core §9.1.1). */
  readonly changedOnly: boolean;
  /** Called for each notification that passes; must return at once and not throw. */
  deliver(notification: Notification): void;
}

/** How many notifications are stored. */
const STORED = 1_000;

/** Where the events of one camera come together and go out to those who want them. */
export class EventHub {
  /** All that subscribers may ever be told. */
  readonly types: readonly EventType[];
  readonly #properties = new PropertyCache();
  readonly #subscribers = new Set<Subscriber>();
  readonly #store = new EventStore(STORED);

  /** `published` is all that may be published; `now` the camera's own clock, ms since the Unix epoch. */
  constructor(
    readonly published: readonly EventType[],
    private readonly now: () => number,
  ) {
    this.types = [...published, bufferBegin];
  }

  /** Tells an event, or the state of a property: the first time as Initialized, then as Changed. */
  publish<S extends SimpleItems, D extends Items>(
    type: EventType<S, D>,
    source: ItemValuesOf<S>,
    data: ItemValuesOf<D>,
  ): void {
    this.publishItems(type, simpleItemsOf(type.source, source), itemsOf(type.data, data));
  }

  /** The same with items as they are told, which have to be those of the type. Returns what was told. */
  publishItems(type: EventType, source: Notification["source"], data: Notification["data"]): Notification {
    const event = this.#notification(type, source, data);
    const told: Notification = type.isProperty
      ? { ...event, operation: this.#properties.has(event) ? "Changed" : "Initialized" }
      : event;
    this.#deliver(told);
    return told;
  }

  /** The properties of a type as they were told last. */
  stateOf({ topic }: EventType): readonly Notification[] {
    const key = topicKey(topic);
    return this.#properties.list().filter((property) => topicKey(property.topic) === key);
  }

  /** Tells that a property is no more, with what is left of it. One that is not there is no error. */
  remove<S extends SimpleItems, D extends Items>(
    type: EventType<S, D>,
    source: ItemValuesOf<S>,
    data?: ItemValuesOf<D>,
  ): void {
    const told = this.#notification(type, simpleItemsOf(type.source, source), data ? itemsOf(type.data, data) : []);
    if (this.#properties.has(told)) this.#deliver({ ...told, operation: "Deleted" });
  }

  /** Tells the state of each property at once, then what comes; until the result is called. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    this.synchronize(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  /** Tells this subscriber, and no other, the state of each property as it is now (Core §9.5). */
  synchronize(subscriber: Subscriber): void {
    const utcMs = this.now();
    for (const property of this.#properties.list()) offer(subscriber, { ...property, utcMs, operation: "Initialized" });
  }

  /** What has been told before and passes, for a subscriber that goes back to `utcMs` (see `EventStore.read`). */
  stored(subscriber: Subscriber, utcMs: number, isReverse: boolean): readonly Notification[] {
    return this.#store.read(utcMs, isReverse, this.now()).filter((notification) => isWanted(subscriber, notification));
  }

  #notification(type: EventType, source: Notification["source"], data: Notification["data"]): Notification {
    invariant(this.published.includes(type), `${type.topic.path.join("/")} is among the topics that clients are told`);
    return { topic: type.topic, utcMs: this.now(), source, data };
  }

  #deliver(notification: Notification): void {
    if (notification.operation) this.#properties.keep(notification);
    this.#store.keep(notification);
    for (const subscriber of this.#subscribers) offer(subscriber, notification);
  }
}

function offer(subscriber: Subscriber, notification: Notification): void {
  if (isWanted(subscriber, notification)) subscriber.deliver(notification);
}

const isWanted = ({ filter, changedOnly }: Subscriber, notification: Notification): boolean =>
  passes(filter, notification) &&
  !(changedOnly && notification.operation !== undefined && notification.operation !== "Changed");
