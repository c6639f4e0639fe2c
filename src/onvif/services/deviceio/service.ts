import type { Call } from "../../call.js";
import { implement, type LegacyCapabilities } from "../../registry.js";
import { DeviceIo } from "../../schema/deviceio/service.js";
import { Capabilities } from "../../schema/deviceio/types.js";
import { io } from "./io.js";
import { media } from "./media.js";

/** What the DeviceIO service says of this camera (DeviceIo §5.10). */
const capabilities = (call: Call): Capabilities => {
  const { digitalInputs, serialPorts } = call.camera.device.io;
  return {
    ...counts(call),
    SerialPorts: serialPorts.list().length,
    DigitalInputs: digitalInputs.tokens.length,
    DigitalInputOptions: digitalInputs.tokens.length > 0,
  };
};

/** The same for GetCapabilities (Core §8.1.2.4). */
const legacyCapabilities: LegacyCapabilities = (XAddr, call) => ({
  Extension: { DeviceIO: { XAddr, ...counts(call) } },
});

const counts = ({ camera }: Call) => {
  const { media: sources, io: outputs } = camera.device;
  return {
    VideoSources: sources.video.sources.length,
    VideoOutputs: 0,
    AudioSources: sources.audio.sources.length,
    AudioOutputs: outputs.audioOutputs.outputs.length,
    RelayOutputs: outputs.relays.tokens.length,
  };
};

/** The DeviceIO service. Requests for relays that are those of the device service are answered there, at either address. */
export const deviceIoService = implement(
  DeviceIo,
  {
    path: "/onvif/deviceio_service",
    capabilities: { schema: Capabilities, of: capabilities },
    legacyCapabilities,
  },
  { GetServiceCapabilities: (_, call) => ({ Capabilities: capabilities(call) }), ...media, ...io },
);
