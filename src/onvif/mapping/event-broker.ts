import { type EventBrokerConfiguration, type ListedEventBroker } from "#device/event-brokers";
import type { BrokerStatus } from "#events/broker/broker";
import type { Call } from "../call.js";
import { invalidArgument } from "../faults.js";
import type { EventBrokerConfig } from "../schema/events/types.js";
import { eventFilterFromWire, eventFilterToWire } from "./event-filter.js";

/**
 * A broker as a client sets it. Refuses what this camera has not, metadata over MQTT (ter:InvalidFilter), as the capabilities
 * say; and an address to which nothing may be sent.
 */
export function eventBrokerFromWire(config: EventBrokerConfig, call: Call): EventBrokerConfiguration {
  const address = config.Address.trim();
  if (config.MetadataFilter) throw invalidArgument("metadata are not published", "InvalidFilter");
  if (URL.canParse(address) && !call.camera.events.brokers.accepts(new URL(address), call.peer))
    throw invalidArgument("nothing is sent to that address from here", "InvalidAddress");
  const { TopicPrefix, UserName, Password, CertificateID, CertPathValidationPolicyID } = config;
  return {
    address,
    topicPrefix: TopicPrefix,
    ...(UserName !== undefined && { username: UserName }),
    ...(Password !== undefined && { password: Password }),
    publishFilter: eventFilterFromWire(config.PublishFilter, "InvalidFilter"),
    qos: config.QoS ?? 0,
    ...(CertificateID && { certificateId: CertificateID }),
    ...(CertPathValidationPolicyID && { policyId: CertPathValidationPolicyID }),
    askedFrom: call.peer,
  };
}

/** A broker as clients are told it. */
export const eventBrokerToWire = (broker: ListedEventBroker, status: BrokerStatus): EventBrokerConfig => ({
  Address: broker.address,
  TopicPrefix: broker.topicPrefix,
  UserName: broker.username,
  CertificateID: broker.certificateId,
  PublishFilter: eventFilterToWire(broker.publishFilter),
  QoS: broker.qos,
  Status: status,
  CertPathValidationPolicyID: broker.policyId,
});
