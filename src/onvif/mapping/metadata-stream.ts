import type { SensorReading } from "#device/health";
import type { Notification } from "#events/notification";
import { encodeElement, namespacesOf } from "#xml/codec";
import type { XmlNamespace } from "#xml/qname";
import { declarations } from "#xml/writer";
import { tt, wsnt } from "../schema/namespaces.js";
import { SensorData } from "../schema/tt/sensor-data.js";
import { NotificationMessageHolderType } from "../schema/wsnt.js";
import { notificationToWire } from "./notification.js";

/** What one document of a metadata stream tells; nothing at all will do. */
export interface MetadataContent {
  readonly events: readonly Notification[];
  readonly sensors: readonly SensorReading[];
  /** When the sensors say so: ms since the Unix epoch. */
  readonly utcMs: number;
}

const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * A document of a metadata stream (Streaming §5.1.2.1.1). Its notifications name no producer: the address of the service
 * depends on how a client reaches it, and one document goes to many.
 */
export function writeMetadataStream({ events, sensors, utcMs }: MetadataContent): string {
  const tag = `${tt.prefix}:MetadataStream`;
  if (events.length + sensors.length === 0) return `${PROLOGUE}<${tag}${declarations([tt])}/>`;
  const messages = events.map((one) =>
    encodeElement(wsnt, "NotificationMessage", NotificationMessageHolderType, notificationToWire(one, undefined)),
  );
  const namespaces = events.length > 0 ? [tt, ...ofEvents()] : [tt];
  const told = events.length > 0 ? `<${tt.prefix}:Event>${messages.join("")}</${tt.prefix}:Event>` : "";
  const readings = sensors.map((one) => encodeElement(tt, "SensorData", SensorData, sensorToWire(one, utcMs)));
  return `${PROLOGUE}<${tag}${declarations(namespaces)}>${told}${readings.join("")}</${tag}>`;
}

const ofEvents = (): readonly XmlNamespace[] =>
  namespacesOf(NotificationMessageHolderType).filter(({ uri }) => uri !== tt.uri);

const sensorToWire = ({ sensorId, type, value }: SensorReading, utcMs: number): SensorData => ({
  UtcTime: new Date(utcMs),
  SensorID: sensorId,
  Type: type,
  Value: value,
});
