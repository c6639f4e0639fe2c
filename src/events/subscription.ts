import type { Clock } from "#host/clock";
import type { EventFilter } from "./filter.js";
import type { EventHub, Subscriber } from "./hub.js";
import { Lease } from "./lease.js";
import type { Notification } from "./notification.js";
import { eventRefusal } from "./refusal.js";

export interface SubscriptionLimits {
  /** Most pull points at a time. */
  readonly maxPullPoints: number;
  /** Most subscriptions at a time whose notifications are sent to their clients. */
  readonly maxPushes: number;
  /** How long a subscription lives whose client does not say, in ms. */
  readonly defaultLifeMs: number;
  /** The shortest and the longest life that a client may ask for, in ms. */
  readonly minLifeMs: number;
  readonly maxLifeMs: number;
  /** The longest time that a pull may wait, in ms. */
  readonly maxPullMs: number;
  /** Most notifications that are kept for one subscription, and that one pull brings. */
  readonly capacity: number;
}

export interface SubscriptionRequest {
  readonly filter: EventFilter;
  /** Undefined: the default. */
  readonly lifeMs?: number | undefined;
  /** Changes of properties alone, neither Initialized nor Deleted (tev:ChangedOnly, Core §9.1.1). */
  readonly changedOnly?: boolean;
}

/** Where the notifications of a subscription go. */
export interface Sink {
  /** Takes a notification; must return at once and not throw. */
  deliver(notification: Notification): void;
  /** How many notifications were lost since there was no room for them. */
  readonly lost: number;
  close(): void;
}

/** What every subscription is made from. */
export interface SubscriptionParts<S extends Sink> {
  readonly id: string;
  readonly request: SubscriptionRequest;
  readonly sink: S;
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly limits: SubscriptionLimits;
  /** Called once when it has ended, whatever the reason. */
  readonly ended: (subscription: Subscription) => void;
}

/** A subscription that is alive: its client has the id, in an address. */
export class Subscription<S extends Sink = Sink> implements Subscriber {
  readonly id: string;
  readonly filter: EventFilter;
  readonly changedOnly: boolean;
  protected readonly lease: Lease;
  readonly #leave: () => void;
  #lifeMs: number;
  #isPaused = false;

  /** Refuses a life out of limits: `unacceptable-life`. */
  constructor(protected readonly parts: SubscriptionParts<S>) {
    const { id, request, hub, clock, limits } = parts;
    this.id = id;
    this.filter = request.filter;
    this.changedOnly = request.changedOnly ?? false;
    this.#lifeMs = request.lifeMs ?? limits.defaultLifeMs;
    demandLife(this.#lifeMs, limits);
    this.lease = new Lease(clock, this.#lifeMs, () => this.#end());
    this.#leave = hub.subscribe(this);
  }

  /** How long it was last given to live, in ms. */
  get lifeMs(): number {
    return this.#lifeMs;
  }

  /** How long it lives on unless something renews it, in ms. */
  get remainingMs(): number {
    return this.lease.remainingMs;
  }

  get lost(): number {
    return this.parts.sink.lost;
  }

  deliver(notification: Notification): void {
    if (!this.#isPaused) this.parts.sink.deliver(notification);
  }

  /** Lives for that long from now on. Refuses what is out of limits: `unacceptable-life`. */
  renew(lifeMs: number): void {
    demandLife(lifeMs, this.parts.limits);
    this.#lifeMs = lifeMs;
    this.lease.renew(lifeMs);
  }

  /** Tells the state of each property again, to this subscription alone (Core §9.5). */
  synchronize(): void {
    this.parts.hub.synchronize(this);
  }

  /** Nothing is told until `resume` (WS-BaseNotification 1.3 §6.2.1). */
  pause(): void {
    this.#isPaused = true;
  }

  /** What has happened meanwhile is not told, but where it has left the properties. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.synchronize();
  }

  /** Ends it. */
  unsubscribe(): void {
    if (this.lease.isOver) return;
    this.lease.end();
    this.#end();
  }

  #end(): void {
    this.#leave();
    this.parts.sink.close();
    this.parts.ended(this);
  }
}

function demandLife(lifeMs: number, { minLifeMs: minMs, maxLifeMs: maxMs }: SubscriptionLimits): void {
  if (!(lifeMs >= minMs && lifeMs <= maxMs))
    throw eventRefusal("unacceptable-life", `a subscription lives for ${minMs / 1000} s to ${maxMs / 1000} s`, {
      minMs,
      maxMs,
    });
}
