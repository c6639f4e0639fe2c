import type { Device } from "#device/device";
import type { EventType } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { activeSessions } from "./producers/active-sessions.js";
import { backup } from "./producers/backup.js";
import { digitalInput } from "./producers/digital-input.js";
import { health } from "./producers/health.js";
import { failedLogins } from "./producers/failed-logins.js";
import { keystore } from "./producers/keystore.js";
import { linkStatus } from "./producers/link-status.js";
import { media } from "./producers/media.js";
import { motion } from "./producers/motion.js";
import { operatingTime } from "./producers/operating-time.js";
import type { Producer } from "./producers/producer.js";
import { relay } from "./producers/relay.js";
import { tampering } from "./producers/tampering.js";

const producers: readonly Producer[] = [
  motion,
  operatingTime,
  backup,
  media,
  activeSessions,
  failedLogins,
  keystore,
  digitalInput,
  relay,
  tampering,
  health,
  linkStatus,
];

/** All events that this camera can send: what clients are told, and what the hub lets through. */
export const eventTypesOf = (device: Device): readonly EventType[] => producers.flatMap(({ types }) => types(device));

/** Tells what happens to the device, from now until the result is called. */
export function produceEvents(device: Device, hub: EventHub): () => void {
  const own = producers.filter(({ types }) => types(device).length > 0);
  for (const { begin } of own) begin?.(device, hub);
  return device.changes.subscribe((change) => {
    for (const { changed } of own) changed(change, device, hub);
  });
}
