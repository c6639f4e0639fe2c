import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { AttachmentData } from "../tt/attachment.js";
import { Capabilities, CapabilityCategory } from "../tt/capabilities.js";
import {
  BackupFile,
  DateTime,
  FactoryDefaultType,
  SetDateTimeType,
  SupportInformation,
  SystemDateTime,
  SystemLog,
  SystemLogType,
  SystemLogUriList,
  TimeZone,
} from "../tt/system.js";
import { DeviceServiceCapabilities, Service } from "./types.js";

/** What the device can (Core §8.1.2). */
export const capabilities = {
  GetServices: operation({
    access: "PRE_AUTH",
    spec: "Core 8.1.2.2",
    request: tds.sequence({ IncludeCapability: element(xs.boolean) }),
    response: tds.sequence({ Service: some(Service) }),
  }),
  GetServiceCapabilities: operation({
    access: "PRE_AUTH",
    spec: "Core 8.1.2.3",
    request: tds.sequence({}),
    response: tds.sequence({ Capabilities: element(DeviceServiceCapabilities) }),
  }),
  GetCapabilities: operation({
    access: "PRE_AUTH",
    spec: "Core 8.1.2.4",
    request: tds.sequence({ Category: many(CapabilityCategory) }),
    response: tds.sequence({ Capabilities: element(Capabilities) }),
  }),
  GetWsdlUrl: operation({
    access: "PRE_AUTH",
    spec: "Core 8.1.1",
    deprecated: "20.12",
    request: tds.sequence({}),
    response: tds.sequence({ WsdlUrl: element(xs.anyURI) }),
  }),
};

/** Identity, clock, reset, firmware, logs and backups (Core §8.3). */
export const system = {
  GetDeviceInformation: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.3.1",
    request: tds.sequence({}),
    response: tds.sequence({
      Manufacturer: element(xs.string),
      Model: element(xs.string),
      FirmwareVersion: element(xs.string),
      SerialNumber: element(xs.string),
      HardwareId: element(xs.string),
    }),
  }),
  SetSystemDateAndTime: operation({
    access: "WRITE_SYSTEM",
    spec: "Core 8.3.7",
    request: tds.sequence({
      DateTimeType: element(SetDateTimeType),
      DaylightSavings: element(xs.boolean),
      TimeZone: optional(TimeZone),
      UTCDateTime: optional(DateTime),
    }),
    response: tds.sequence({}),
  }),
  GetSystemDateAndTime: operation({
    access: "PRE_AUTH",
    spec: "Core 8.3.6",
    request: tds.sequence({}),
    response: tds.sequence({ SystemDateAndTime: element(SystemDateTime) }),
  }),
  SetSystemFactoryDefault: operation({
    access: "UNRECOVERABLE",
    spec: "Core 8.3.8",
    request: tds.sequence({ FactoryDefault: element(FactoryDefaultType) }),
    response: tds.sequence({}),
  }),
  UpgradeSystemFirmware: operation({
    access: "UNRECOVERABLE",
    spec: "Core",
    deprecated: "25.06",
    request: tds.sequence({ Firmware: element(AttachmentData) }),
    response: tds.sequence({ Message: optional(xs.string) }),
  }),
  SystemReboot: operation({
    access: "UNRECOVERABLE",
    spec: "Core 8.3.13",
    request: tds.sequence({}),
    response: tds.sequence({ Message: element(xs.string) }),
  }),
  RestoreSystem: operation({
    access: "UNRECOVERABLE",
    spec: "Core 8.3.4",
    deprecated: "unnamed release",
    request: tds.sequence({ BackupFiles: some(BackupFile) }),
    response: tds.sequence({}),
  }),
  GetSystemBackup: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core 8.3.3",
    deprecated: "unnamed release",
    request: tds.sequence({}),
    response: tds.sequence({ BackupFiles: some(BackupFile) }),
  }),
  GetSystemLog: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core 8.3.11",
    request: tds.sequence({ LogType: element(SystemLogType) }),
    response: tds.sequence({ SystemLog: element(SystemLog) }),
  }),
  GetSystemSupportInformation: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Core 8.3.12",
    request: tds.sequence({}),
    response: tds.sequence({ SupportInformation: element(SupportInformation) }),
  }),
  GetSystemUris: operation({
    access: "READ_SYSTEM",
    spec: "Core 8.3.2",
    request: tds.sequence({}),
    response: tds.sequence({
      SystemLogUris: optional(SystemLogUriList),
      SupportInfoUri: optional(xs.anyURI),
      SystemBackupUri: optional(xs.anyURI),
      Extension: optional(tds.sequence({}).open({ attributes: false })),
    }),
  }),
  StartFirmwareUpgrade: operation({
    access: "UNRECOVERABLE",
    spec: "Core 8.3.9",
    request: tds.sequence({}),
    response: tds.sequence({
      UploadUri: element(xs.anyURI),
      UploadDelay: element(xs.duration),
      ExpectedDownTime: element(xs.duration),
    }),
  }),
  UpgradeFirmware: operation({
    access: "UNRECOVERABLE",
    spec: "Core 8.3.10",
    request: tds.sequence({ Version: element(xs.string) }),
    response: tds.sequence({ ExpectedDownTime: element(xs.duration) }),
  }),
  StartSystemRestore: operation({
    access: "UNRECOVERABLE",
    spec: "Core 8.3.5",
    request: tds.sequence({}),
    response: tds.sequence({ UploadUri: element(xs.anyURI), ExpectedDownTime: element(xs.duration) }),
  }),
};
