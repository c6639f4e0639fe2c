import { expect } from "vitest";
import { DeviceIo } from "#onvif/schema/deviceio/service";
import type { SerialPortConfiguration, SerialPortConfigurationOptions } from "#onvif/schema/deviceio/types";
import { call, type TestCamera } from "../../support/soap.js";
import { camera, distinct, NO_TOKEN, refused } from "./steps.js";

const portsOf = async (one: TestCamera, count?: number): Promise<readonly string[]> => {
  const { SerialPort = [] } = await call(one, DeviceIo, "GetSerialPorts", {});
  return distinct(
    SerialPort.map(({ token }) => token),
    count,
  );
};

const configurationOf = async (one: TestCamera, SerialPortToken: string): Promise<SerialPortConfiguration> =>
  (await call(one, DeviceIo, "GetSerialPortConfiguration", { SerialPortToken })).SerialPortConfiguration;

const optionsOf = async (one: TestCamera, SerialPortToken: string): Promise<SerialPortConfigurationOptions> =>
  (await call(one, DeviceIo, "GetSerialPortConfigurationOptions", { SerialPortToken })).SerialPortOptions;

const otherThan = <T>(items: readonly T[] | undefined, present: T): T =>
  items?.find((item) => item !== present) ?? present;
const lastOf = <T>(items: readonly T[] | undefined, present: T): T => items?.at(-1) ?? present;

/** Sends or waits, and answers after that time and not before. */
async function answersAfter(
  one: TestCamera,
  ms: number,
  request: Parameters<typeof call<typeof DeviceIo.operations, "SendReceiveSerialCommand">>[3],
): Promise<void> {
  let isOver = false;
  const answer = call(one, DeviceIo, "SendReceiveSerialCommand", request).finally(() => (isOver = true));
  if (ms > 0) {
    await one.host.clock.advance(ms - 1);
    expect(isOver).toBe(false);
    await one.host.clock.advance(1);
  } else await one.host.clock.settle();
  expect(isOver).toBe(true);
  expect((await answer).SerialData).toBeUndefined();
}

/** DeviceIO, chapter 6. */
export const serialPortCases: Readonly<Record<string, () => Promise<void>>> = {
  "DEVICEIO-6-1-1 serial ports": async () => {
    const one = camera();
    const { Capabilities } = await call(one, DeviceIo, "GetServiceCapabilities", {});
    await portsOf(one, Capabilities.SerialPorts);
  },

  "DEVICEIO-6-1-2 serial ports: configuration and options": async () => {
    const one = camera();
    for (const token of await portsOf(one)) {
      const configuration = await configurationOf(one, token);
      const options = await optionsOf(one, token);
      expect([configuration.token, options.token]).toEqual([token, token]);
      expect(options.BaudRateList.Items).toContain(configuration.BaudRate);
      expect(options.ParityBitList.Items).toContain(configuration.ParityBit);
      expect(options.CharacterLengthList.Items).toContain(configuration.CharacterLength);
      expect(options.StopBitList.Items).toContain(configuration.StopBit);
    }
  },

  "DEVICEIO-6-1-3 serial ports: another configuration": async () => {
    const one = camera();
    for (const token of await portsOf(one)) {
      const initial = await configurationOf(one, token);
      const options = await optionsOf(one, token);
      for (const [pick, ForcePersistance] of [
        [otherThan, false],
        [lastOf, true],
      ] as const) {
        const SerialPortConfiguration = {
          token,
          type: initial.type,
          BaudRate: pick(options.BaudRateList.Items, initial.BaudRate),
          ParityBit: pick(options.ParityBitList.Items, initial.ParityBit),
          CharacterLength: pick(options.CharacterLengthList.Items, initial.CharacterLength),
          StopBit: pick(options.StopBitList.Items, initial.StopBit),
        };
        expect(SerialPortConfiguration).not.toEqual(initial);
        await call(one, DeviceIo, "SetSerialPortConfiguration", { SerialPortConfiguration, ForcePersistance });
        expect(await configurationOf(one, token)).toEqual(SerialPortConfiguration);
      }
      await call(one, DeviceIo, "SetSerialPortConfiguration", {
        SerialPortConfiguration: initial,
        ForcePersistance: true,
      });
    }
  },

  "DEVICEIO-6-1-4 serial ports: receive": async () => {
    const one = camera();
    for (const Token of await portsOf(one)) {
      await answersAfter(one, 5_000, { Token });
      await answersAfter(one, 61_000, { Token, TimeOut: 61_000 });
      await answersAfter(one, 0, { Token, TimeOut: 0 });
      await answersAfter(one, 5_000, { Token, TimeOut: -1_000 });
    }
  },

  "DEVICEIO-6-1-5 serial ports: send": async () => {
    const one = camera();
    for (const Token of await portsOf(one)) {
      await answersAfter(one, 0, { Token, SerialData: { Binary: Uint8Array.of(1, 2, 3) }, TimeOut: 0 });
      await answersAfter(one, 0, { Token, SerialData: { String: "test" }, TimeOut: 0 });
    }
  },

  "DEVICEIO-6-1-6 serial ports: configuration of one that is not there": () =>
    refused(
      camera(),
      {
        service: DeviceIo,
        operation: "GetSerialPortConfiguration",
        content: `<tmd:SerialPortToken>${NO_TOKEN}</tmd:SerialPortToken>`,
      },
      "Sender InvalidArgVal InvalidSerialPort",
    ),

  "DEVICEIO-6-1-7 serial ports: options of one that is not there": () =>
    refused(
      camera(),
      {
        service: DeviceIo,
        operation: "GetSerialPortConfigurationOptions",
        content: `<tmd:SerialPortToken>${NO_TOKEN}</tmd:SerialPortToken>`,
      },
      "Sender InvalidArgVal InvalidSerialPort",
    ),

  "DEVICEIO-6-1-8 serial ports: a configuration that is not offered": async () => {
    const one = camera();
    for (const token of await portsOf(one)) {
      const initial = await configurationOf(one, token);
      await refused(
        one,
        {
          service: DeviceIo,
          operation: "SetSerialPortConfiguration",
          content: `<tmd:SerialPortConfiguration token="${token}" type="${initial.type}"><tmd:BaudRate>1</tmd:BaudRate><tmd:ParityBit>Mark</tmd:ParityBit><tmd:CharacterLength>1</tmd:CharacterLength><tmd:StopBit>9</tmd:StopBit></tmd:SerialPortConfiguration><tmd:ForcePersistance>false</tmd:ForcePersistance>`,
        },
        "Sender InvalidArgVal ConfigModify",
      );
      expect(await configurationOf(one, token)).toEqual(initial);
    }
  },
};
