import { xs } from "#xml/datatypes";
import { element, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, IntItems, IntRange, ReferenceToken, StringList } from "./common.js";
import { MulticastReceiverConfiguration, SRTPPreShared } from "./multicast.js";

/** Decoders of the back channel and of received multicast. Bit rates are in kbit/s, sample rates in kHz. */

export const AudioDecoderConfiguration = tt.extend(ConfigurationEntity, {}).open();
export interface AudioDecoderConfiguration extends Infer<typeof AudioDecoderConfiguration> {}

export const AACDecOptions = tt.sequence({ Bitrate: element(IntItems), SampleRateRange: element(IntItems) }).open();
export interface AACDecOptions extends Infer<typeof AACDecOptions> {}

export const G711DecOptions = tt.sequence({ Bitrate: element(IntItems), SampleRateRange: element(IntItems) }).open();
export interface G711DecOptions extends Infer<typeof G711DecOptions> {}

export const G726DecOptions = tt.sequence({ Bitrate: element(IntItems), SampleRateRange: element(IntItems) }).open();
export interface G726DecOptions extends Infer<typeof G726DecOptions> {}

export const AudioDecoderConfigurationOptionsExtension = tt.sequence({}).open({ attributes: false });
export interface AudioDecoderConfigurationOptionsExtension extends Infer<
  typeof AudioDecoderConfigurationOptionsExtension
> {}

export const AudioDecoderConfigurationOptions = tt
  .sequence({
    AACDecOptions: optional(AACDecOptions),
    G711DecOptions: optional(G711DecOptions),
    G726DecOptions: optional(G726DecOptions),
    Extension: optional(AudioDecoderConfigurationOptionsExtension),
  })
  .open({ elements: false });
export interface AudioDecoderConfigurationOptions extends Infer<typeof AudioDecoderConfigurationOptions> {}

/** Audio that is received by multicast and played (Media2 5.13). */
export const MulticastAudioDecoderConfiguration = tt
  .extend(ConfigurationEntity, {
    Enable: element(xs.boolean),
    AudioOutputToken: many(ReferenceToken),
    Encoding: element(xs.string),
    Bitrate: element(xs.int),
    SamplingRate: element(xs.int),
    Multicast: element(MulticastReceiverConfiguration),
    RTPPayloadType: element(xs.int),
    Priority: element(xs.int),
    MediaFormatParameters: optional(xs.string),
    SRTPPreSharedParameters: optional(SRTPPreShared),
  })
  .open();
export interface MulticastAudioDecoderConfiguration extends Infer<typeof MulticastAudioDecoderConfiguration> {}

export const AudioDecoder2Options = tt
  .sequence({
    Encoding: element(xs.string),
    BitrateList: element(IntItems),
    SampleRateList: element(IntItems),
    RTPPayloadType: optional(xs.int),
  })
  .open();
export interface AudioDecoder2Options extends Infer<typeof AudioDecoder2Options> {}

export const MulticastAudioDecoderConfigurationOptions = tt
  .sequence({
    SecureStreamingProtocolAlgorithms: optionalAttribute(StringList),
    EncodingOptions: element(AudioDecoder2Options),
    PriorityRange: element(IntRange),
    AudioOutputTokens: optional(StringList),
  })
  .open();
export interface MulticastAudioDecoderConfigurationOptions extends Infer<
  typeof MulticastAudioDecoderConfigurationOptions
> {}
