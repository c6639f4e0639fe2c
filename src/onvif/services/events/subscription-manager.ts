import { lifeFromWire, lifetimeToWire, subscriptionOf } from "../../mapping/subscription.js";
import { type Handlers, implement } from "../../registry.js";
import { PausableSubscriptionManager, SubscriptionManager } from "../../schema/events/subscription-manager.js";
import { answering } from "./answering.js";
import { EVENT_SERVICE_PATH } from "./path.js";

const offer = { path: EVENT_SERVICE_PATH, isListed: false } as const;

/** What every subscription does, whichever of its port types it is asked by. */
export const manager = {
  Renew: answering(({ TerminationTime }, call) => {
    const subscription = subscriptionOf(call);
    // Without a time the client asks for a life without end.
    subscription.renew(lifeFromWire(TerminationTime, call) ?? Infinity);
    return lifetimeToWire(subscription.lifeMs, call);
  }),

  Unsubscribe: answering((_, call) => {
    subscriptionOf(call).unsubscribe();
    return {};
  }),
} satisfies Handlers<typeof SubscriptionManager.operations>;

export const subscriptionManagerService = implement(SubscriptionManager, offer, manager);

export const pausableSubscriptionManagerService = implement(PausableSubscriptionManager, offer, {
  ...manager,

  PauseSubscription: answering((_, call) => {
    subscriptionOf(call).pause();
    return {};
  }),

  ResumeSubscription: answering((_, call) => {
    subscriptionOf(call).resume();
    return {};
  }),
});
