import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional } from "#xml/schema";
import { tt } from "../namespaces.js";
import { AttachmentData } from "./attachment.js";

/** Clock, logs, backups and resets of a device. */

export const SetDateTimeType = enumeration(xs.string, "Manual", "NTP");
export type SetDateTimeType = Infer<typeof SetDateTimeType>;

/** `TZ` is a POSIX 1003.1 zone, `CET-1CEST,M3.5.0,M10.5.0/3` (Core §8.3.7). */
export const TimeZone = tt.sequence({ TZ: element(xs.token) });
export interface TimeZone extends Infer<typeof TimeZone> {}

/** Second runs to 61, for leap seconds. */
export const Time = tt.sequence({ Hour: element(xs.int), Minute: element(xs.int), Second: element(xs.int) });
export interface Time extends Infer<typeof Time> {}

/** Month and Day count from 1. */
export const Date = tt.sequence({ Year: element(xs.int), Month: element(xs.int), Day: element(xs.int) });
export interface Date extends Infer<typeof Date> {}

export const DateTime = tt.sequence({ Time: element(Time), Date: element(Date) });
export interface DateTime extends Infer<typeof DateTime> {}

export const SystemDateTimeExtension = tt.sequence({}).open({ attributes: false });
export interface SystemDateTimeExtension extends Infer<typeof SystemDateTimeExtension> {}

export const SystemDateTime = tt
  .sequence({
    DateTimeType: element(SetDateTimeType),
    DaylightSavings: element(xs.boolean),
    TimeZone: optional(TimeZone),
    UTCDateTime: optional(DateTime),
    LocalDateTime: optional(DateTime),
    Extension: optional(SystemDateTimeExtension),
  })
  .open({ elements: false });
export interface SystemDateTime extends Infer<typeof SystemDateTime> {}

export const OnvifVersion = tt.sequence({ Major: element(xs.int), Minor: element(xs.int) });
export interface OnvifVersion extends Infer<typeof OnvifVersion> {}

export const FactoryDefaultType = enumeration(xs.string, "Hard", "Soft");
export type FactoryDefaultType = Infer<typeof FactoryDefaultType>;

export const SystemLogType = enumeration(xs.string, "System", "Access");
export type SystemLogType = Infer<typeof SystemLogType>;

export const SystemLog = tt.sequence({ Binary: optional(AttachmentData), String: optional(xs.string) });
export interface SystemLog extends Infer<typeof SystemLog> {}

export const SystemLogUri = tt.sequence({ Type: element(SystemLogType), Uri: element(xs.anyURI) }).open();
export interface SystemLogUri extends Infer<typeof SystemLogUri> {}

export const SystemLogUriList = tt.sequence({ SystemLog: many(SystemLogUri) });
export interface SystemLogUriList extends Infer<typeof SystemLogUriList> {}

export const SupportInformation = tt.sequence({ Binary: optional(AttachmentData), String: optional(xs.string) });
export interface SupportInformation extends Infer<typeof SupportInformation> {}

export const BackupFile = tt.sequence({ Name: element(xs.string), Data: element(AttachmentData) });
export interface BackupFile extends Infer<typeof BackupFile> {}
