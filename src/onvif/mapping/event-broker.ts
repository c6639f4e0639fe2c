import { type EventBrokerConfiguration, type ListedEventBroker } from "#device/event-brokers";
import type { BrokerStatus } from "#events/broker/broker";
import type { Call } from "../call.js";
import { invalidArgument } from "../faults.js";
import type { EventBrokerConfig } from "../schema/events/types.js";
import { eventFilterFromWire, eventFilterToWire } from "./event-filter.js";

/**
 * A broker as a client sets it. Refuses metadata (ter:InvalidFilter) where there are none, as the capabilities say, and an
 * address to which nothing may be sent. An empty MetadataFilter asks for all metadata, none at all for no metadata, so that
 * those who do not know of it get events alone (Core §9.12.1).
 */
export function eventBrokerFromWire(config: EventBrokerConfig, call: Call): EventBrokerConfiguration {
  const address = config.Address.trim();
  const { MetadataFilter } = config;
  if (MetadataFilter && !publishesMetadata(call))
    throw invalidArgument("this camera has no metadata to publish", "InvalidFilter");
  if (URL.canParse(address) && !call.camera.events.brokers.accepts(new URL(address), call.peer))
    throw invalidArgument("nothing is sent to that address from here", "InvalidAddress");
  const { TopicPrefix, UserName, Password, CertificateID, CertPathValidationPolicyID } = config;
  return {
    address,
    topicPrefix: TopicPrefix,
    ...(UserName !== undefined && { username: UserName }),
    ...(Password !== undefined && { password: Password }),
    publishFilter: eventFilterFromWire(config.PublishFilter, "InvalidFilter"),
    ...(MetadataFilter && { metadataFilter: eventFilterFromWire(MetadataFilter, "InvalidFilter") }),
    qos: config.QoS ?? 0,
    ...(CertificateID && { certificateId: CertificateID }),
    ...(CertPathValidationPolicyID && { policyId: CertPathValidationPolicyID }),
    askedFrom: call.peer,
  };
}

/** Whether there are metadata for brokers (tev:MetadataOverMQTT): those of sensors. */
export const publishesMetadata = ({ camera }: Call): boolean => camera.device.health.sensors.length > 0;

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
  MetadataFilter:
    broker.metadataFilter === undefined ? undefined : (eventFilterToWire(broker.metadataFilter) ?? { Any: [] }),
});
