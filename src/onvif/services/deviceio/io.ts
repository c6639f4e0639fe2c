import { relayOptionsToWire, relaySettingsFromWire } from "../../mapping/relay.js";
import {
  serialDataToWire,
  serialExchangeFromWire,
  serialPortFromWire,
  serialPortOptionsToWire,
  serialPortToWire,
} from "../../mapping/serial-port.js";
import type { Handlers } from "../../registry.js";
import type { ioOperations } from "../../schema/deviceio/io-operations.js";
import { relays } from "../device/relays.js";

/** `ForcePersistance` is ignored: every change is kept. */
export const io = {
  GetRelayOutputs: relays.GetRelayOutputs,
  SetRelayOutputState: relays.SetRelayOutputState,
  SetRelayOutputSettings: ({ RelayOutput: { token, Properties } }, { camera }) => {
    camera.device.io.relays.setSettings(token, relaySettingsFromWire(Properties));
    return {};
  },
  GetRelayOutputOptions: ({ RelayOutputToken }, { camera }) => {
    const { relays: all } = camera.device.io;
    if (RelayOutputToken !== undefined) all.settings(RelayOutputToken);
    const tokens = RelayOutputToken === undefined ? all.tokens : [RelayOutputToken];
    return { RelayOutputOptions: tokens.map(relayOptionsToWire) };
  },

  GetDigitalInputs: (_, { camera }) => ({
    DigitalInputs: camera.device.io.digitalInputs
      .list()
      .map(({ token, idleState }) => ({ token, IdleState: idleState })),
  }),
  GetDigitalInputConfigurationOptions: ({ Token }, { camera }) => ({
    DigitalInputOptions: { IdleState: camera.device.io.digitalInputs.idleStates(Token) },
  }),
  SetDigitalInputConfigurations: ({ DigitalInputs }, { camera }) => {
    camera.device.io.digitalInputs.configure(
      DigitalInputs.map(({ token, IdleState }) => ({ token, idleState: IdleState })),
    );
    return {};
  },

  GetSerialPorts: (_, { camera }) => ({
    SerialPort: camera.device.io.serialPorts.list().map(({ token }) => ({ token })),
  }),
  GetSerialPortConfiguration: ({ SerialPortToken }, { camera }) => ({
    SerialPortConfiguration: serialPortToWire(camera.device.io.serialPorts.get(SerialPortToken)),
  }),
  SetSerialPortConfiguration: ({ SerialPortConfiguration }, { camera }) => {
    camera.device.io.serialPorts.set(serialPortFromWire(SerialPortConfiguration));
    return {};
  },
  GetSerialPortConfigurationOptions: ({ SerialPortToken }, { camera }) => ({
    SerialPortOptions: serialPortOptionsToWire(SerialPortToken, camera.device.io.serialPorts.options(SerialPortToken)),
  }),
  SendReceiveSerialCommand: async (request, { camera, signal }) => {
    const received = await camera.serialLines.exchange(request.Token, serialExchangeFromWire(request), signal);
    return { SerialData: serialDataToWire(received, request.SerialData) };
  },
} satisfies Handlers<typeof ioOperations>;
