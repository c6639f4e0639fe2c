import { BROKER_PROTOCOLS, MAXIMUM_EVENT_BROKERS } from "#device/event-brokers";
import type { Call } from "../../call.js";
import { publishesMetadata } from "../../mapping/event-broker.js";
import type { LegacyCapabilities } from "../../registry.js";
import type { Capabilities } from "../../schema/events/types.js";

/** What the event service says of this camera (Core §9.8). The policy that it supports is tev:ChangedOnly. */
export const eventCapabilities = (call: Call): Capabilities => ({
  WSSubscriptionPolicySupport: true,
  WSPausableSubscriptionManagerInterfaceSupport: true,
  MaxNotificationProducers: call.camera.events.subscriptions.limits.maxPushes,
  MaxPullPoints: call.camera.events.subscriptions.limits.maxPullPoints,
  PersistentNotificationStorage: true,
  EventBrokerProtocols: BROKER_PROTOCOLS.join(" "),
  MaxEventBrokers: MAXIMUM_EVENT_BROKERS,
  MetadataOverMQTT: publishesMetadata(call),
});

/** Clients that ask for these look whether pull points are there. */
export const eventLegacyCapabilities: LegacyCapabilities = (XAddr) => ({
  Events: {
    XAddr,
    WSSubscriptionPolicySupport: true,
    WSPullPointSupport: true,
    WSPausableSubscriptionManagerInterfaceSupport: true,
  },
});
