import { BROKER_PROTOCOLS, MAXIMUM_EVENT_BROKERS } from "#device/event-brokers";
import type { Call } from "../../call.js";
import type { LegacyCapabilities } from "../../registry.js";
import type { Capabilities } from "../../schema/events/types.js";

/** What the event service says of this camera (Core §9.8). The policy that it supports is tev:ChangedOnly. */
export const eventCapabilities = ({ camera }: Call): Capabilities => ({
  WSSubscriptionPolicySupport: true,
  WSPausableSubscriptionManagerInterfaceSupport: true,
  MaxNotificationProducers: camera.events.subscriptions.limits.maxPushes,
  MaxPullPoints: camera.events.subscriptions.limits.maxPullPoints,
  PersistentNotificationStorage: true,
  EventBrokerProtocols: BROKER_PROTOCOLS.join(" "),
  MaxEventBrokers: MAXIMUM_EVENT_BROKERS,
  MetadataOverMQTT: false,
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
