import type { AudioSourceSetting } from "#device/media/audio";
import type { Media } from "#device/media/media";
import type { AudioSourceConfiguration } from "#device/media/types";
import type { AudioSourceConfiguration as WireConfiguration } from "../schema/tt/audio-source.js";
import { entityToWire } from "./configuration-entity.js";

export const audioSourceConfigurationToWire = (
  configuration: AudioSourceConfiguration,
  media: Media,
): WireConfiguration => ({
  ...entityToWire("audio-source", configuration, media),
  SourceToken: configuration.sourceToken,
});

export const audioSourceSettingFromWire = ({ token, Name, SourceToken }: WireConfiguration): AudioSourceSetting => ({
  token,
  name: Name,
  sourceToken: SourceToken,
});
