import type { Device } from "#device/device";
import type { SensorReading } from "#device/health";
import type { BrokerOptions } from "#events/broker/broker";
import { type MetadataFrame, utcText } from "#events/broker/message";
import type { EventFilter } from "#events/filter";
import { onvifTopic, selects } from "#events/topic";
import type { Clock, Timer } from "#host/clock";

/** Longest time from one telling of what sensors say to the next, in ms. */
const PERIOD_MS = 10_000;

/** Metadata for an event broker, as far as a filter of its topics lets through: what sensors say, when it changes and every 10 s. */
export const brokerMetadata =
  (device: Device, clock: Clock, { topics }: EventFilter): NonNullable<BrokerOptions["metadata"]> =>
  (tell) => {
    const tellAll = (): void => {
      for (const reading of device.health.sensors) {
        const frame = sensorFrame(reading, device.clock.now());
        if (topics.every((expression) => selects(expression, frame.topic))) tell(frame);
      }
    };
    let timer: Timer;
    const arm = (): void => {
      timer = clock.after(PERIOD_MS, () => {
        arm();
        tellAll();
      });
    };
    arm();
    const leave = device.changes.subscribe((change) => {
      if (change.slice === "health" && change.what === "temperature") tellAll();
    });
    return () => {
      timer.cancel();
      leave();
    };
  };

/** By the rules of Core, JSON payload format. */
const sensorFrame = ({ sensorId, type, value }: SensorReading, utcMs: number): MetadataFrame => ({
  topic: onvifTopic(`SensorData/${type}`),
  payload: JSON.stringify({
    SensorData: { "@UtcTime": utcText(utcMs), "@SensorID": sensorId, Type: type, Value: value },
  }),
});
