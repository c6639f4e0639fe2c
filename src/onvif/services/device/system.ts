import { xs } from "#xml/datatypes";
import { element, some } from "#xml/schema";
import { AnyAttachment, contentOf } from "../../mapping/attachment.js";
import { addressOf } from "../../mapping/address.js";
import { invalidArgument, OnvifFault } from "../../faults.js";
import { dateTimeFromWire, dateTimeToWire } from "../../mapping/date-time.js";
import { accepting, type Handlers } from "../../registry.js";
import type { system as operations } from "../../schema/device/system.js";
import { tds, tt } from "../../schema/namespaces.js";

/** A file whose content may stand in the message. */
const AnyBackupFile = tt.sequence({ Name: element(xs.string), Data: element(AnyAttachment) });

const notThere = (what: string, operation: string): string =>
  `the ${what} is neither beside the message (MTOM) nor in it (base64); it can be sent by HTTP, see ${operation}`;

export const system = {
  GetDeviceInformation: (_, { camera }) => {
    const { manufacturer, model, firmwareVersion, serialNumber, hardwareId } = camera.device.identity;
    return {
      Manufacturer: manufacturer,
      Model: model,
      FirmwareVersion: firmwareVersion,
      SerialNumber: serialNumber,
      HardwareId: hardwareId,
    };
  },

  GetSystemDateAndTime: (_, { camera }) => {
    const { dateTimeType, daylightSavings, timeZone, utc, local } = camera.device.clock.getSystemDateAndTime();
    return {
      SystemDateAndTime: {
        DateTimeType: dateTimeType,
        DaylightSavings: daylightSavings,
        TimeZone: { TZ: timeZone },
        UTCDateTime: dateTimeToWire(utc),
        LocalDateTime: dateTimeToWire(local),
      },
    };
  },

  SetSystemDateAndTime: ({ DateTimeType, DaylightSavings, TimeZone, UTCDateTime }, { camera }) => {
    camera.device.clock.setSystemDateAndTime({
      dateTimeType: DateTimeType,
      daylightSavings: DaylightSavings,
      timeZone: TimeZone?.TZ,
      utc: UTCDateTime && dateTimeFromWire(UTCDateTime),
    });
    return {};
  },

  SetSystemFactoryDefault: ({ FactoryDefault }, { camera }) => {
    camera.maintenance.factoryDefault(FactoryDefault);
    return {};
  },

  SystemReboot: (_, { camera }) => {
    camera.maintenance.reboot();
    return { Message: `Rebooting in 1 second, back in ${Math.ceil(camera.maintenance.downTimeMs / 1000)} seconds` };
  },

  GetSystemLog: ({ LogType }, { camera }) => {
    const text = camera.maintenance.log(LogType);
    const subcode = LogType === "System" ? "SystemlogUnavailable" : "AccesslogUnavailable";
    if (text === "") throw new OnvifFault("Sender", ["InvalidArgs", subcode], "nothing has been logged yet");
    return { SystemLog: { String: text } };
  },

  GetSystemSupportInformation: (_, { camera }) => ({
    SupportInformation: { String: camera.maintenance.supportInformation() },
  }),

  GetSystemUris: (_, call) => {
    const { systemLog, accessLog, supportInformation, backup } = call.camera.maintenance.paths;
    return {
      SystemLogUris: {
        SystemLog: [
          { Type: "System", Uri: addressOf(systemLog, call) },
          { Type: "Access", Uri: addressOf(accessLog, call) },
        ],
      },
      SupportInfoUri: addressOf(supportInformation, call),
      SystemBackupUri: addressOf(backup, call),
    };
  },

  GetSystemBackup: async (_, call) => {
    const contentType = "application/octet-stream";
    const href = call.attach(await call.camera.maintenance.backup(), contentType);
    return { BackupFiles: [{ Name: "backup.xml", Data: { Include: { href }, contentType } }] };
  },

  RestoreSystem: accepting(tds.sequence({ BackupFiles: some(AnyBackupFile) }), async ({ BackupFiles }, call) => {
    const [file, ...others] = BackupFiles;
    if (!file || others.length > 0) throw invalidArgument("a backup is one file", "InvalidBackupFile");
    const content = contentOf(file.Data, call);
    if (!content) throw invalidArgument(notThere("backup", "StartSystemRestore"), "InvalidBackupFile");
    await call.camera.maintenance.restore(content);
    return {};
  }),

  StartSystemRestore: (_, call) => ({
    UploadUri: addressOf(call.camera.maintenance.openUpload("backup"), call),
    ExpectedDownTime: call.camera.maintenance.downTimeMs,
  }),

  UpgradeSystemFirmware: accepting(tds.sequence({ Firmware: element(AnyAttachment) }), ({ Firmware }, call) => {
    const content = contentOf(Firmware, call);
    if (!content)
      throw new OnvifFault("Sender", ["InvalidArgs", "InvalidFirmware"], notThere("firmware", "StartFirmwareUpgrade"));
    call.camera.maintenance.upgrade(content);
    return { Message: `Upgrading, back in ${Math.ceil(call.camera.maintenance.downTimeMs / 1000)} seconds` };
  }),

  StartFirmwareUpgrade: (_, call) => ({
    UploadUri: addressOf(call.camera.maintenance.openUpload("firmware"), call),
    UploadDelay: 0,
    ExpectedDownTime: call.camera.maintenance.downTimeMs,
  }),

  UpgradeFirmware: ({ Version }, { camera }) => {
    camera.maintenance.upgradeTo(Version);
    return { ExpectedDownTime: camera.maintenance.downTimeMs };
  },
} satisfies Handlers<typeof operations>;
