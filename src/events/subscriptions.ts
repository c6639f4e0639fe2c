import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { MAX_LONG_POLLS } from "#util/long-polls";
import type { Closable } from "#util/scope";
import type { EventHub } from "./hub.js";
import { PullPoint, PullPointSubscription } from "./pull-point.js";
import { type Carry, PushQueue } from "./push-queue.js";
import { eventRefusal } from "./refusal.js";
import { type Sink, Subscription, type SubscriptionLimits, type SubscriptionRequest } from "./subscription.js";
import { Turns } from "./turns.js";

/** Room for clients that forget their pull points; times that clients in the field ask for. */
export const usualLimits: SubscriptionLimits = Object.freeze({
  maxPullPoints: MAX_LONG_POLLS,
  maxPushes: 32,
  defaultLifeMs: 60_000,
  minLifeMs: 1_000,
  maxLifeMs: 86_400_000,
  maxPullMs: 600_000,
  capacity: 1_000,
});

/** The subscriptions of one camera. */
export class Subscriptions implements Closable {
  readonly #pullPoints = new Map<string, PullPointSubscription>();
  readonly #pushes = new Map<string, Subscription>();
  readonly #turns: Turns;

  constructor(
    private readonly hub: EventHub,
    private readonly clock: Clock,
    private readonly entropy: Entropy,
    readonly limits: SubscriptionLimits,
    private readonly log: Logger,
  ) {
    this.#turns = new Turns(clock);
  }

  get size(): number {
    return this.#pullPoints.size + this.#pushes.size;
  }

  /** Refuses with `unacceptable-life`, or `too-many-subscriptions` where there is no room. */
  createPullPoint(request: SubscriptionRequest): PullPointSubscription {
    this.#demandRoom(this.#pullPoints.size, this.limits.maxPullPoints, "pull points");
    const sink = new PullPoint(this.clock, this.limits.capacity, this.#turns);
    const subscription = new PullPointSubscription({ ...this.#parts(request), sink });
    this.#pullPoints.set(subscription.id, subscription);
    return subscription;
  }

  /** One whose notifications are carried to the client; `carryFor` is told the id. Refuses as `createPullPoint` does. */
  createPush(request: SubscriptionRequest, carryFor: (id: string) => Carry): Subscription {
    this.#demandRoom(this.#pushes.size, this.limits.maxPushes, "subscriptions of this kind");
    const parts = this.#parts(request);
    const { id } = parts;
    const sink = new PushQueue(this.clock, this.limits.capacity, carryFor(id), (error) => {
      this.log.warn("a subscription ends: its client takes no notifications", {
        subscription: id,
        error: messageOf(error),
      });
      this.#pushes.get(id)?.unsubscribe();
    });
    const subscription = new Subscription<Sink>({ ...parts, sink });
    this.#pushes.set(id, subscription);
    return subscription;
  }

  /** Refuses one that is not, or no longer, there: `subscription-unknown`. */
  get(id: string): Subscription {
    return demanded(this.#pullPoints.get(id) ?? this.#pushes.get(id));
  }

  /** As above, one that is pulled from. */
  pullPoint(id: string): PullPointSubscription {
    return demanded(this.#pullPoints.get(id));
  }

  close(): Promise<void> {
    for (const subscription of [...this.#pullPoints.values(), ...this.#pushes.values()]) subscription.unsubscribe();
    return Promise.resolve();
  }

  #demandRoom(taken: number, most: number, what: string): void {
    if (taken >= most) throw eventRefusal("too-many-subscriptions", `all ${most} ${what} are taken`);
  }

  #parts(request: SubscriptionRequest) {
    const { hub, clock, limits } = this;
    const id = this.entropy.bytes(12).toString("base64url");
    const ended = ({ lost }: Subscription): void => {
      this.#pullPoints.delete(id);
      this.#pushes.delete(id);
      if (lost > 0) this.log.warn("a subscription has lost events: its client was slow", { subscription: id, lost });
    };
    return { id, request, hub, clock, limits, ended };
  }
}

function demanded<T extends Subscription>(found: T | undefined): T {
  if (!found) throw eventRefusal("subscription-unknown", "there is no such subscription, or it has ended");
  return found;
}
