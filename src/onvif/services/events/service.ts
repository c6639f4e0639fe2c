import { eventBrokerFromWire, eventBrokerToWire } from "../../mapping/event-broker.js";
import { CONCRETE, CONCRETE_SET } from "../../mapping/notification.js";
import { filterFromWire, ITEM_FILTER } from "../../mapping/subscription-filter.js";
import { lifeFromWire, lifetimeToWire, policyFromWire, subscriptionReference } from "../../mapping/subscription.js";
import { topicSetToWire } from "../../mapping/topic-set.js";
import { implement } from "../../registry.js";
import { EventPortType } from "../../schema/events/event-port-type.js";
import { Capabilities } from "../../schema/events/types.js";
import { answering } from "./answering.js";
import { eventCapabilities, eventLegacyCapabilities } from "./capabilities.js";
import { EVENT_SERVICE_PATH } from "./path.js";

/** Where the documents are that our topics and the types of their items are defined in. */
const TOPIC_NAMESPACE_LOCATION = "http://www.onvif.org/onvif/ver10/topics/topicns.xml";
const MESSAGE_SCHEMA_LOCATION = "http://www.onvif.org/onvif/ver10/schema/onvif.xsd";

/** The event service at its own address: what events there are, and subscribing to them. */
export const eventService = implement(
  EventPortType,
  {
    path: EVENT_SERVICE_PATH,
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

    AddEventBroker: ({ EventBroker }, call) => {
      call.camera.device.eventBrokers.set(eventBrokerFromWire(EventBroker, call));
      return {};
    },

    DeleteEventBroker: ({ Address }, { camera }) => {
      camera.device.eventBrokers.delete(Address.trim());
      return {};
    },

    GetEventBrokers: ({ Address }, { camera }) => {
      const { eventBrokers } = camera.device;
      const found = Address === undefined ? eventBrokers.list() : [eventBrokers.get(Address.trim())];
      return {
        EventBroker: found.map((broker) => eventBrokerToWire(broker, camera.events.brokers.status(broker.address))),
      };
    },

    CreatePullPointSubscription: answering(({ Filter, InitialTerminationTime, SubscriptionPolicy }, call) => {
      const { id, lifeMs } = call.camera.events.subscriptions.createPullPoint({
        filter: filterFromWire(Filter, call),
        lifeMs: lifeFromWire(InitialTerminationTime, call),
        ...policyFromWire(SubscriptionPolicy, call),
      });
      return { SubscriptionReference: subscriptionReference(id, call), ...lifetimeToWire(lifeMs, call) };
    }, "UnacceptableInitialTerminationTimeFault"),
  },
);
