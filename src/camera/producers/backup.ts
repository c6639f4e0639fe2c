import type { Device } from "#device/device";
import { eventType } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Core §8.9.4. */
const lastBackup = eventType({
  topic: onvifTopic("Monitoring/Backup/Last"),
  isProperty: true,
  source: {},
  data: { Status: "xs:dateTime" },
});

/** What has never happened has the time 0 (Core §8.9.4). */
const tell = ({ history }: Device, hub: EventHub): void =>
  hub.publish(lastBackup, {}, { Status: new Date(history.lastBackupMs ?? 0) });

export const backup: Producer = {
  types: () => [lastBackup],
  begin: tell,
  changed: ({ slice }, device, hub) => {
    if (slice === "history" || slice === "device") tell(device, hub);
  },
};
