import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { EventFilter } from "./filter.js";
import type { EventHub } from "./hub.js";
import { Lease } from "./lease.js";
import type { Notification } from "./notification.js";
import { PullPoint } from "./pull-point.js";
import { eventRefusal } from "./refusal.js";

export interface SubscriptionLimits {
  /** Most pull points at a time. */
  readonly maxPullPoints: number;
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

/** Room for clients that forget their pull points; times that clients in the field ask for. */
export const usualLimits: SubscriptionLimits = Object.freeze({
  maxPullPoints: 64,
  defaultLifeMs: 60_000,
  minLifeMs: 1_000,
  maxLifeMs: 86_400_000,
  maxPullMs: 600_000,
  capacity: 1_000,
});

export interface SubscriptionRequest {
  readonly filter: EventFilter;
  /** Undefined: the default. */
  readonly lifeMs?: number | undefined;
  readonly changedOnly?: boolean;
}

/** A subscription that is alive: its client has the id, in an address. */
export interface Subscription {
  readonly id: string;
  /** How long it was last given to live, in ms. */
  readonly lifeMs: number;
  /** How long it lives on unless something renews it, in ms. */
  readonly remainingMs: number;
  /** Lives for that long from now on. Refuses what is out of limits: `unacceptable-life`. */
  renew(lifeMs: number): void;
  /** Tells the state of each property again, to this subscriber alone (Core §9.5). */
  synchronize(): void;
  /** Takes up to `limit` notifications (see `PullPoint`). Being pulled from keeps a subscription alive (Core §9.1.1). */
  pull(limit: number, timeoutMs: number, signal: AbortSignal): Promise<readonly Notification[]>;
  /** Ends it. */
  unsubscribe(): void;
}

/** The subscriptions of one camera. */
export class Subscriptions implements Closable {
  readonly #alive = new Map<string, PullPointSubscription>();

  constructor(
    private readonly hub: EventHub,
    private readonly clock: Clock,
    private readonly entropy: Entropy,
    readonly limits: SubscriptionLimits,
    private readonly log: Logger,
  ) {}

  get size(): number {
    return this.#alive.size;
  }

  /** Refuses with `unacceptable-life`, or `too-many-subscriptions` where there is no room. */
  createPullPoint(request: SubscriptionRequest): Subscription {
    const { lifeMs = this.limits.defaultLifeMs } = request;
    demandLife(lifeMs, this.limits);
    const { maxPullPoints } = this.limits;
    if (this.#alive.size >= maxPullPoints)
      throw eventRefusal("too-many-subscriptions", `all ${maxPullPoints} pull points are taken`);
    const id = this.entropy.bytes(12).toString("base64url");
    const subscription = new PullPointSubscription(
      id,
      { ...request, lifeMs },
      this.hub,
      this.clock,
      this.limits,
      () => {
        this.#alive.delete(id);
        const { lost } = subscription;
        if (lost > 0) this.log.warn("a pull point has lost events: its client was slow", { subscription: id, lost });
      },
    );
    this.#alive.set(id, subscription);
    return subscription;
  }

  /** Refuses one that is not, or no longer, there: `subscription-unknown`. */
  get(id: string): Subscription {
    const found = this.#alive.get(id);
    if (!found) throw eventRefusal("subscription-unknown", "there is no such subscription, or it has ended");
    return found;
  }

  close(): Promise<void> {
    for (const subscription of this.#alive.values()) subscription.unsubscribe();
    return Promise.resolve();
  }
}

class PullPointSubscription implements Subscription {
  readonly #pullPoint: PullPoint;
  readonly #lease: Lease;
  readonly #leave: () => void;
  #lifeMs: number;

  constructor(
    readonly id: string,
    request: SubscriptionRequest & { readonly lifeMs: number },
    private readonly hub: EventHub,
    clock: Clock,
    private readonly limits: SubscriptionLimits,
    private readonly ended: () => void,
  ) {
    this.#lifeMs = request.lifeMs;
    this.#pullPoint = new PullPoint(clock, request.filter, request.changedOnly ?? false, limits.capacity);
    this.#lease = new Lease(clock, this.#lifeMs, () => this.#end());
    this.#leave = hub.subscribe(this.#pullPoint);
  }

  get lifeMs(): number {
    return this.#lifeMs;
  }

  get remainingMs(): number {
    return this.#lease.remainingMs;
  }

  get lost(): number {
    return this.#pullPoint.lost;
  }

  renew(lifeMs: number): void {
    demandLife(lifeMs, this.limits);
    this.#lifeMs = lifeMs;
    this.#lease.renew(lifeMs);
  }

  synchronize(): void {
    this.hub.synchronize(this.#pullPoint);
  }

  async pull(limit: number, timeoutMs: number, signal: AbortSignal): Promise<readonly Notification[]> {
    const { maxPullMs: maxMs, capacity: maxMessages } = this.limits;
    if (timeoutMs > maxMs)
      throw eventRefusal("pull-too-long", `a pull waits for ${maxMs / 1000} s at most`, { maxMs, maxMessages });
    const release = this.#lease.hold();
    try {
      return await this.#pullPoint.pull(limit, timeoutMs, signal);
    } finally {
      // A client that has gone gets no more than the life it asked for.
      release(signal.aborted ? this.#lifeMs : Math.max(this.#lifeMs, timeoutMs));
    }
  }

  unsubscribe(): void {
    if (this.#lease.isOver) return;
    this.#lease.end();
    this.#end();
  }

  #end(): void {
    this.#leave();
    this.#pullPoint.close();
    this.ended();
  }
}

function demandLife(lifeMs: number, { minLifeMs: minMs, maxLifeMs: maxMs }: SubscriptionLimits): void {
  if (!(lifeMs >= minMs && lifeMs <= maxMs))
    throw eventRefusal("unacceptable-life", `a subscription lives for ${minMs / 1000} s to ${maxMs / 1000} s`, {
      minMs,
      maxMs,
    });
}
