import { xs } from "#xml/datatypes";
import { element, type Infer, many, optional, some } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, DeviceEntity, IntRange, ReferenceToken } from "./common.js";

/** Microphones and loudspeakers, their configurations and the options of these. */

export const AudioSource = tt.extend(DeviceEntity, { Channels: element(xs.int) }).open();
export interface AudioSource extends Infer<typeof AudioSource> {}

export const AudioSourceConfiguration = tt.extend(ConfigurationEntity, { SourceToken: element(ReferenceToken) }).open();
export interface AudioSourceConfiguration extends Infer<typeof AudioSourceConfiguration> {}

export const AudioSourceOptionsExtension = tt.sequence({}).open({ attributes: false });
export interface AudioSourceOptionsExtension extends Infer<typeof AudioSourceOptionsExtension> {}

export const AudioSourceConfigurationOptions = tt
  .sequence({
    InputTokensAvailable: some(ReferenceToken),
    Extension: optional(AudioSourceOptionsExtension),
  })
  .open({ elements: false });
export interface AudioSourceConfigurationOptions extends Infer<typeof AudioSourceConfigurationOptions> {}

export const AudioOutput = tt.extend(DeviceEntity, {}).open();
export interface AudioOutput extends Infer<typeof AudioOutput> {}

/** `SendPrimacy` names who may speak on a half-duplex channel (Media 5.14). */
export const AudioOutputConfiguration = tt
  .extend(ConfigurationEntity, {
    OutputToken: element(ReferenceToken),
    SendPrimacy: optional(xs.anyURI),
    OutputLevel: element(xs.int),
  })
  .open();
export interface AudioOutputConfiguration extends Infer<typeof AudioOutputConfiguration> {}

/** In Hz and dB. */
export const FrequencyDecibelPair = tt
  .sequence({ CenterFrequency: element(xs.int), Decibel: element(xs.float) })
  .open({ attributes: false });
export interface FrequencyDecibelPair extends Infer<typeof FrequencyDecibelPair> {}

/** A named setting of the equalizer. */
export const EQPreset = tt
  .sequence({
    Token: element(ReferenceToken),
    Name: element(xs.string),
    isDefault: element(xs.boolean),
    ScheduleToken: optional(xs.string),
    isFrequencyDecibelEditable: element(xs.boolean),
    FrequencyDecibelPair: many(FrequencyDecibelPair),
  })
  .open({ attributes: false });
export interface EQPreset extends Infer<typeof EQPreset> {}

export const AudioOutputConfigurationOptions = tt
  .sequence({
    OutputTokensAvailable: some(ReferenceToken),
    SendPrimacyOptions: many(xs.anyURI),
    OutputLevelRange: element(IntRange),
    EQPresetScheduleSupport: optional(xs.boolean),
    EQPresets: many(EQPreset),
  })
  .open();
export interface AudioOutputConfigurationOptions extends Infer<typeof AudioOutputConfigurationOptions> {}
