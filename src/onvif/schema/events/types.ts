import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tev } from "../namespaces.js";
import { FilterType } from "../wsnt.js";

/** What the event service can do; `EventBrokerProtocols` holds values of `EventBrokerProtocol`. */
export const Capabilities = tev
  .sequence({
    WSSubscriptionPolicySupport: optionalAttribute(xs.boolean),
    WSPausableSubscriptionManagerInterfaceSupport: optionalAttribute(xs.boolean),
    MaxNotificationProducers: optionalAttribute(xs.int),
    MaxPullPoints: optionalAttribute(xs.int),
    PersistentNotificationStorage: optionalAttribute(xs.boolean),
    EventBrokerProtocols: optionalAttribute(xs.string),
    MaxEventBrokers: optionalAttribute(xs.int),
    MetadataOverMQTT: optionalAttribute(xs.boolean),
  })
  .open();
export interface Capabilities extends Infer<typeof Capabilities> {}

export const EventBrokerProtocol = enumeration(xs.string, "mqtt", "mqtts", "ws", "wss");
export type EventBrokerProtocol = Infer<typeof EventBrokerProtocol>;

/** Values of an event broker's `Status`. */
export const ConnectionStatus = enumeration(xs.string, "Offline", "Connecting", "Connected");
export type ConnectionStatus = Infer<typeof ConnectionStatus>;

/** A broker that events are published to (Core §9.12.1). */
export const EventBrokerConfig = tev
  .sequence({
    Address: element(xs.anyURI),
    TopicPrefix: element(xs.string),
    UserName: optional(xs.string),
    Password: optional(xs.string),
    CertificateID: optional(xs.token),
    PublishFilter: optional(FilterType),
    QoS: optional(xs.int),
    Status: optional(xs.string),
    CertPathValidationPolicyID: optional(xs.string),
    MetadataFilter: optional(FilterType),
  })
  .open();
export interface EventBrokerConfig extends Infer<typeof EventBrokerConfig> {}
