import { addressOf } from "../../mapping/address.js";
import { baseFault } from "../../mapping/base-fault.js";
import { consumerFromWire, writeNotify } from "../../mapping/notify.js";
import { filterFromWire } from "../../mapping/subscription-filter.js";
import { lifeFromWire, lifetimeToWire, policyFromWire, subscriptionReference } from "../../mapping/subscription.js";
import { implement } from "../../registry.js";
import { NotificationProducer } from "../../schema/events/notification-producer.js";
import { answering } from "./answering.js";
import { EVENT_SERVICE_PATH } from "./path.js";

/** The basic notification interface: what happens is sent to an address that the client names. */
export const notificationProducerService = implement(
  NotificationProducer,
  { path: EVENT_SERVICE_PATH, isListed: false },
  {
    Subscribe: answering(({ ConsumerReference, Filter, InitialTerminationTime, SubscriptionPolicy }, call) => {
      const { consumers, subscriptions } = call.camera.events;
      const { reachedAt, peer } = call;
      const consumer = consumerFromWire(ConsumerReference, call);
      const request = {
        filter: filterFromWire(Filter, call),
        lifeMs: lifeFromWire(InitialTerminationTime, call),
        ...policyFromWire(SubscriptionPolicy, call),
      };
      const producer = addressOf(EVENT_SERVICE_PATH, { reachedAt });
      const { id, lifeMs } = subscriptions.createPush(request, (own) => {
        const subscription = subscriptionReference(own, { reachedAt });
        return (notifications) =>
          consumers.post(consumer.url, peer, writeNotify(notifications, consumer, { producer, subscription }));
      });
      return { SubscriptionReference: subscriptionReference(id, call), ...lifetimeToWire(lifeMs, call) };
    }, "UnacceptableInitialTerminationTimeFault"),

    // Core §9.3.2 allows this answer for every topic; the state of properties comes with a subscription.
    GetCurrentMessage: (_, call) => {
      throw baseFault("NoCurrentMessageOnTopicFault", "messages are not kept; subscribe to the topic", call);
    },
  },
);
