import type { Handlers } from "../../registry.js";
import type { io as operations } from "../../schema/device/io.js";

export const auxiliary = {
  SendAuxiliaryCommand: ({ AuxiliaryCommand }, { camera }) => {
    camera.device.auxiliary.send(AuxiliaryCommand);
    return { AuxiliaryCommandResponse: AuxiliaryCommand };
  },
} satisfies Handlers<typeof operations>;
