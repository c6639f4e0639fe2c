import { relaySettingsFromWire, relayToWire } from "../../mapping/relay.js";
import type { Handlers } from "../../registry.js";
import type { io as operations } from "../../schema/device/io.js";

export const relays = {
  GetRelayOutputs: (_, { camera }) => ({ RelayOutputs: camera.device.io.relays.list().map(relayToWire) }),

  SetRelayOutputSettings: ({ RelayOutputToken, Properties }, { camera }) => {
    camera.device.io.relays.setSettings(RelayOutputToken, relaySettingsFromWire(Properties));
    return {};
  },

  SetRelayOutputState: ({ RelayOutputToken, LogicalState }, { camera }) => {
    camera.device.io.relays.setState(RelayOutputToken, LogicalState);
    return {};
  },
} satisfies Handlers<typeof operations>;
