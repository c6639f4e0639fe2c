import { createHash } from "node:crypto";
import type { Device } from "#device/device";
import type { EventBrokerConfiguration } from "#device/event-brokers";
import { EventBroker } from "#events/broker/broker";
import type { EventHub } from "#events/hub";
import type { Host } from "#host/host";
import type { BrokerConnections } from "#onvif/call";
import { eventFilterOf } from "#onvif/mapping/event-filter";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
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
    const { address, topicPrefix, publishFilter, qos, username, password, askedFrom } = configuration;
    const options = {
      url: new URL(address),
      topicPrefix,
      filter: eventFilterOf(publishFilter),
      qos: qos === 1 || qos === 2 ? qos : 0,
      username,
      password,
      clientId: clientIdOf(device.identity.endpointAddress, address),
      mayConnect: (literal: string) => mayReach(literal, askedFrom),
    } as const;
    return new EventBroker(net, clock, hub, options, log);
  };
  const follow = (): void => {
    const wanted = device.eventBrokers.snapshot();
    for (const [configuration, broker] of running)
      if (!wanted.includes(configuration)) {
        running.delete(configuration);
        void broker.close();
      }
    for (const configuration of wanted)
      if (!running.has(configuration)) running.set(configuration, start(configuration));
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

/** The same after a restart, and another for each address, as one broker may have several; 23 characters (MQTT 3.1.1 §3.1.3.1). */
const clientIdOf = (endpointAddress: string, address: string): string =>
  `onvif${createHash("sha256").update(`${endpointAddress} ${address}`).digest("hex").slice(0, 18)}`;
