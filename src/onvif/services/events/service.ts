import { addressOf } from "../../mapping/address.js";
import { CONCRETE, CONCRETE_SET, notificationToWire } from "../../mapping/notification.js";
import { filterFromWire, ITEM_FILTER } from "../../mapping/subscription-filter.js";
import {
  lifeFromWire,
  lifetimeToWire,
  policyFromWire,
  subscriptionOf,
  subscriptionReference,
} from "../../mapping/subscription.js";
import { topicSetToWire } from "../../mapping/topic-set.js";
import { invalidArgument } from "../../faults.js";
import { implement, notSupported } from "../../registry.js";
import { EventPortType } from "../../schema/events/event-port-type.js";
import { PullPointSubscription } from "../../schema/events/pull-point-subscription.js";
import { SubscriptionManager } from "../../schema/events/subscription-manager.js";
import { Capabilities } from "../../schema/events/types.js";
import { answering } from "./answering.js";
import { eventCapabilities, eventLegacyCapabilities } from "./capabilities.js";

const PATH = "/onvif/event_service";

/** Where the documents are that our topics and the types of their items are defined in. */
const TOPIC_NAMESPACE_LOCATION = "http://www.onvif.org/onvif/ver10/topics/topicns.xml";
const MESSAGE_SCHEMA_LOCATION = "http://www.onvif.org/onvif/ver10/schema/onvif.xsd";

/** The event service at its own address: what events there are, and subscribing to them. */
export const eventService = implement(
  EventPortType,
  {
    path: PATH,
    capabilities: { schema: Capabilities, of: eventCapabilities },
    legacyCapabilities: eventLegacyCapabilities,
  },
  {
    GetServiceCapabilities: (_, call) => ({ Capabilities: eventCapabilities(call) }),

    GetEventProperties: (_, { camera }) => ({
      TopicNamespaceLocation: [TOPIC_NAMESPACE_LOCATION],
      FixedTopicSet: true,
      TopicSet: topicSetToWire(camera.events.hub.types),
      TopicExpressionDialect: [CONCRETE, CONCRETE_SET],
      MessageContentFilterDialect: [ITEM_FILTER],
      MessageContentSchemaLocation: [MESSAGE_SCHEMA_LOCATION],
    }),

    CreatePullPointSubscription: answering(({ Filter, InitialTerminationTime, SubscriptionPolicy }, call) => {
      const subscription = call.camera.events.subscriptions.createPullPoint({
        filter: filterFromWire(Filter, call),
        lifeMs: lifeFromWire(InitialTerminationTime, call),
        ...policyFromWire(SubscriptionPolicy, call),
      });
      return {
        SubscriptionReference: subscriptionReference(subscription, call),
        ...lifetimeToWire(subscription.lifeMs, call),
      };
    }, "UnacceptableInitialTerminationTimeFault"),
  },
);

/** Ends a subscription; two port types have it. */
const unsubscribe = answering((_: object, call) => {
  subscriptionOf(call).unsubscribe();
  return {};
});

/** Subscriptions at their own addresses. */
export const pullPointService = implement(
  PullPointSubscription,
  { path: PATH, isListed: false },
  {
    PullMessages: answering(async ({ Timeout, MessageLimit }, call) => {
      if (Timeout < 0) throw invalidArgument("Timeout is negative");
      if (MessageLimit < 1) throw invalidArgument("MessageLimit is less than 1");
      const subscription = subscriptionOf(call);
      const notifications = await subscription.pull(MessageLimit, Timeout, call.signal);
      const producer = addressOf(PATH, call);
      return {
        ...lifetimeToWire(subscription.remainingMs, call),
        NotificationMessage: notifications.map((one) => notificationToWire(one, producer)),
      };
    }),

    Seek: notSupported("events are not stored"),

    SetSynchronizationPoint: answering((_, call) => {
      subscriptionOf(call).synchronize();
      return {};
    }),

    Unsubscribe: unsubscribe,
  },
);

export const subscriptionManagerService = implement(
  SubscriptionManager,
  { path: PATH, isListed: false },
  {
    Renew: answering(({ TerminationTime }, call) => {
      const subscription = subscriptionOf(call);
      // Without a time the client asks for a life without end.
      subscription.renew(lifeFromWire(TerminationTime, call) ?? Infinity);
      return lifetimeToWire(subscription.lifeMs, call);
    }),

    Unsubscribe: unsubscribe,
  },
);
