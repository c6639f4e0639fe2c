import { createHash } from "node:crypto";
import type { Device } from "#device/device";
import type { EventBrokerConfiguration } from "#device/event-brokers";
import type { Security } from "#device/security/security";
import { EventBroker } from "#events/broker/broker";
import type { WayTerms } from "#events/broker/way";
import type { EventHub } from "#events/hub";
import type { Host } from "#host/host";
import type { BrokerConnections } from "#onvif/call";
import { eventFilterOf } from "#onvif/mapping/event-filter";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { pem } from "#util/pem";
import type { Closable } from "#util/scope";
import { brokerMetadata } from "./broker-metadata.js";
import { callbackGuard, urlGuard } from "./consumers.js";

/** Publishes to the event brokers that the device has, whichever these are; `anywhere` takes the guard off. */
export function eventBrokers(
  { net, clock }: Pick<Host, "net" | "clock">,
  device: Device,
  hub: EventHub,
  anywhere: boolean,
  log: Logger,
): BrokerConnections & Closable {
  const mayReach = callbackGuard(anywhere);
  const running = new Map<EventBrokerConfiguration, EventBroker>();
  const start = (configuration: EventBrokerConfiguration): EventBroker => {
    const { address, topicPrefix, publishFilter, metadataFilter, qos, username, password, askedFrom } = configuration;
    const options = {
      url: new URL(address),
      topicPrefix,
      filter: eventFilterOf(publishFilter),
      metadata: metadataFilter === undefined ? undefined : brokerMetadata(device, clock, eventFilterOf(metadataFilter)),
      qos: qos === 1 || qos === 2 ? qos : 0,
      username,
      password,
      clientId: clientIdOf(device.identity.endpointAddress, address),
      mayConnect: (literal: string) => mayReach(literal, askedFrom),
      tls: () => tlsOf(configuration, device.security),
    } as const;
    return new EventBroker(net, clock, hub, options, log);
  };
  // What clients set has been checked, what somebody has written into the run file has not.
  const startGood = (configuration: EventBrokerConfiguration): void => {
    try {
      running.set(configuration, start(configuration));
    } catch (error) {
      const { address: broker } = configuration;
      log.warn("an event broker is left alone: its filters cannot be read", { broker, reason: messageOf(error) });
    }
  };
  const follow = (): void => {
    const wanted = device.eventBrokers.snapshot();
    for (const [configuration, broker] of running)
      if (!wanted.includes(configuration)) {
        running.delete(configuration);
        void broker.close();
      }
    for (const configuration of wanted) if (!running.has(configuration)) startGood(configuration);
  };
  follow();
  const leave = device.changes.subscribe(({ slice }) => {
    if (slice === "event-brokers" || slice === "device") follow();
  });
  return {
    accepts: urlGuard(mayReach),
    status: (address) => [...running].find(([one]) => one.address === address)?.[1].status ?? "Offline",
    close: async () => {
      leave();
      await Promise.all([...running.values()].map((broker) => broker.close()));
      running.clear();
    },
  };
}

/**
 * What is shown to a broker and demanded of it, as the keystore has it now. Throws `broker-certificate` where what the
 * broker was set with is not in the keystore any more: it is not spoken to without.
 */
function tlsOf(
  { address, certificateId, policyId }: EventBrokerConfiguration,
  security: Security,
): ReturnType<WayTerms["tls"]> {
  const { keystore } = security;
  const own = certificateId === undefined ? undefined : keystore.clientCertificate(certificateId);
  if (certificateId !== undefined && !own)
    throw new CodedError(
      "broker-certificate",
      `the keystore has no certificate ${certificateId} with its key any more`,
    );
  if (policyId !== undefined && !keystore.policies.has(policyId))
    throw new CodedError("broker-certificate", `the keystore has no validation policy ${policyId} any more`);
  const host = new URL(address).hostname.replace(/^\[|\]$/g, "");
  return {
    // Nothing is checked where no policy is named (Core §9.12.1).
    trust: policyId === undefined ? "any" : { accepts: (chain) => security.acceptsServer(chain, host, policyId) },
    ...(own && {
      own: {
        certificate: own.chain.map((der) => pem("CERTIFICATE", der)).join(""),
        key: pem("PRIVATE KEY", own.privateKey),
      },
    }),
  };
}

/** The same after a restart, and another for each address, as one broker may have several; 23 characters (MQTT 3.1.1 §3.1.3.1). */
const clientIdOf = (endpointAddress: string, address: string): string =>
  `onvif${createHash("sha256").update(`${endpointAddress} ${address}`).digest("hex").slice(0, 18)}`;
