import { type AudioOutputConfiguration, type AudioOutputSetting, OUTPUT_LEVELS } from "#device/io/audio-outputs";
import type {
  AudioOutputConfiguration as WireConfiguration,
  AudioOutputConfigurationOptions,
} from "../schema/tt/audio-source.js";
import { rangeToWire } from "./range.js";

/** No profile holds the configuration. */
export const audioOutputToWire = (configuration: AudioOutputConfiguration): WireConfiguration => ({
  token: configuration.token,
  Name: configuration.name,
  UseCount: 0,
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

export const audioOutputOptionsToWire = (outputToken: string): AudioOutputConfigurationOptions => ({
  OutputTokensAvailable: [outputToken],
  OutputLevelRange: rangeToWire(OUTPUT_LEVELS),
});
