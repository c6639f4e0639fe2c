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

const lastReset = eventType({
  topic: onvifTopic("Monitoring/OperatingTime/LastReset"),
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

/**
 * The camera takes its time from the host when it starts. What has never happened has the time 0 (Core §8.9.4); a reset
 * is told when the camera has come back from it.
 */
export const operatingTime: Producer = {
  types: () => [lastReboot, lastReset, lastClockSynchronization],
  begin: ({ clock, history }, hub) => {
    const Status = new Date(clock.now());
    hub.publish(lastReboot, {}, { Status });
    hub.publish(lastReset, {}, { Status: new Date(history.lastResetMs ?? 0) });
    hub.publish(lastClockSynchronization, {}, { Status });
  },
  changed: ({ slice }, { clock }, hub) => {
    if (slice === "clock") hub.publish(lastClockSynchronization, {}, { Status: new Date(clock.now()) });
  },
};
