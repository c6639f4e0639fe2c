import type { Device } from "#device/device";
import { EventHub } from "#events/hub";
import { describeEvent, describeType, raiseEvent } from "#events/raise";
import { Subscriptions, usualLimits } from "#events/subscriptions";
import type { Host } from "#host/host";
import type { CameraEvents } from "#onvif/call";
import { WireNotifications } from "#onvif/mapping/notification";
import type { Logger } from "#util/log";
import type { Scope } from "#util/scope";
import { notificationConsumers } from "./consumers.js";
import { eventBrokers } from "./event-brokers.js";
import { eventTypesOf, produceEvents } from "./producers.js";

export interface EventsOptions {
  /** How long a subscription lives whose client does not say, in ms. */
  readonly defaultLifeMs: number;
  /** Notifications may go to addresses that only this computer reaches. */
  readonly notifyAnywhere: boolean;
  /** Certificates of those who are notified by HTTPS are checked. */
  readonly notifyCheck: boolean;
}

/** The events of a camera and its subscriptions; they end with the scope. */
export function cameraEvents(
  { net, clock, entropy }: Pick<Host, "net" | "clock" | "entropy">,
  device: Device,
  { defaultLifeMs, notifyAnywhere, notifyCheck }: EventsOptions,
  log: Logger,
  scope: Scope,
): CameraEvents {
  const hub = new EventHub(eventTypesOf(device), () => device.clock.now());
  const subscriptions = scope.own(new Subscriptions(hub, clock, entropy, { ...usualLimits, defaultLifeMs }, log));
  scope.defer(produceEvents(device, hub));
  const brokers = scope.own(eventBrokers({ net, clock }, device, hub, notifyAnywhere, log));
  const rules = { anywhere: notifyAnywhere, checkCertificates: notifyCheck };
  const wire = new WireNotifications();
  return { hub, subscriptions, wire, consumers: notificationConsumers(net, clock, rules), brokers };
}

/** The events of the camera, for people who raise them by hand. */
export interface OwnEvents {
  /** Those that there are, in a line each. */
  list(): readonly string[];
  /** Raises one (see `raiseEvent`) and returns it in a line. */
  raise(topic: string, items: ReadonlyMap<string, string>): string;
}

export const ownEvents = (hub: EventHub): OwnEvents => ({
  list: () => hub.published.map(describeType),
  raise: (topic, items) => describeEvent(raiseEvent(hub, topic, items)),
});
