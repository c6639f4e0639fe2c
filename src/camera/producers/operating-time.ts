import { eventType } from "#events/event-type";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Core §8.9.4. */
const lastReboot = eventType({
  topic: onvifTopic("Monitoring/OperatingTime/LastReboot"),
  isProperty: true,
  source: {},
  data: { Status: "xs:dateTime" },
});

const lastClockSynchronization = eventType({
  topic: onvifTopic("Monitoring/OperatingTime/LastClockSynchronization"),
  isProperty: true,
  source: {},
  data: { Status: "xs:dateTime" },
});

/** The camera takes its time from the host when it starts. */
export const operatingTime: Producer = {
  types: () => [lastReboot, lastClockSynchronization],
  begin: ({ clock }, hub) => {
    const Status = new Date(clock.now());
    hub.publish(lastReboot, {}, { Status });
    hub.publish(lastClockSynchronization, {}, { Status });
  },
  changed: ({ slice }, { clock }, hub) => {
    if (slice === "clock") hub.publish(lastClockSynchronization, {}, { Status: new Date(clock.now()) });
  },
};
