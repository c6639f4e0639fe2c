import { type AudioOutputConfiguration, type AudioOutputSetting, OUTPUT_LEVELS } from "#device/io/audio-outputs";
import type { Media } from "#device/media/media";
import type {
  AudioOutputConfiguration as WireConfiguration,
  AudioOutputConfigurationOptions,
} from "../schema/tt/audio-source.js";
import { entityToWire } from "./configuration-entity.js";
import { rangeToWire } from "./range.js";

export const audioOutputToWire = (configuration: AudioOutputConfiguration, media: Media): WireConfiguration => ({
  ...entityToWire("audio-output", configuration, media),
  OutputToken: configuration.outputToken,
  OutputLevel: configuration.outputLevel,
});

export const audioOutputFromWire = (wire: WireConfiguration): AudioOutputSetting => ({
  token: wire.token,
  name: wire.Name,
  outputToken: wire.OutputToken,
  outputLevel: wire.OutputLevel,
  sendPrimacy: wire.SendPrimacy,
});

export const audioOutputOptionsToWire = (outputTokens: readonly string[]): AudioOutputConfigurationOptions => ({
  OutputTokensAvailable: outputTokens,
  OutputLevelRange: rangeToWire(OUTPUT_LEVELS),
});
