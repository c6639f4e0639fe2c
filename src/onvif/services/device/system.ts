import { dateTimeFromWire, dateTimeToWire } from "../../mapping/date-time.js";
import type { Handlers } from "../../registry.js";
import type { system as operations } from "../../schema/device/system.js";

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
} satisfies Handlers<typeof operations>;
