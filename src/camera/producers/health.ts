import type { Device } from "#device/device";
import type { HealthKind } from "#device/health";
import { type EventType, eventType } from "#events/event-type";
import type { EventHub } from "#events/hub";
import { itemText } from "#events/notification";
import { onvifTopic } from "#events/topic";
import type { Producer } from "./producer.js";

/** Core §8.9.1. */
const processorUsage = eventType({
  topic: onvifTopic("Monitoring/ProcessorUsage"),
  isProperty: true,
  source: { Token: "tt:ReferenceToken" },
  data: { Value: "xs:float" },
});

/** Core §8.9.5, in °C. */
const temperature = eventType({
  topic: onvifTopic("Monitoring/EnvironmentalConditions/Temperature"),
  isProperty: true,
  source: {},
  data: { Status: "xs:float" },
});

/** Core §8.9.10. */
const temperatureCritical = eventType({
  topic: onvifTopic("Device/HardwareFailure/TemperatureCritical"),
  isProperty: true,
  source: {},
  data: { Critical: "xs:boolean" },
});

const storageFailure = eventType({
  topic: onvifTopic("Device/HardwareFailure/StorageFailure"),
  isProperty: true,
  source: { Token: "tt:ReferenceToken" },
  data: { Failed: "xs:boolean" },
});

const TYPES: Readonly<Record<HealthKind, readonly EventType[]>> = {
  processor: [processorUsage],
  temperature: [temperature, temperatureCritical],
  storage: [storageFailure],
};

const TELL: Readonly<Record<HealthKind, (device: Device, hub: EventHub) => void>> = {
  processor: ({ health }, hub) =>
    hub.publish(processorUsage, { Token: "processor_1" }, { Value: health.processorPercent }),
  temperature: ({ health }, hub) => {
    hub.publish(temperature, {}, { Status: health.temperatureCelsius });
    const Critical = health.temperatureIsCritical;
    const [told] = hub.stateOf(temperatureCritical)[0]?.data ?? [];
    if (!told || itemText(told) !== `Critical=${Critical}`) hub.publish(temperatureCritical, {}, { Critical });
  },
  storage: ({ health }, hub) => hub.publish(storageFailure, { Token: "card_1" }, { Failed: health.storageFailed }),
};

export const health: Producer = {
  types: (device) => device.health.watched.flatMap((kind) => TYPES[kind]),
  begin: (device, hub) => {
    for (const kind of device.health.watched) TELL[kind](device, hub);
  },
  changed: (change, device, hub) => {
    if (change.slice === "health" && device.health.watched.includes(change.what)) TELL[change.what](device, hub);
  },
};
