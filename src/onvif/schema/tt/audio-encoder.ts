import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, IntItems, StringAttrList } from "./common.js";
import { MulticastConfiguration } from "./multicast.js";

/** Audio encoder configurations of both media services. Bit rates are in kbit/s, sample rates in kHz. */

export const AudioEncoding = enumeration(xs.string, "G711", "G726", "AAC");
export type AudioEncoding = Infer<typeof AudioEncoding>;

export const AudioEncoderConfiguration = tt
  .extend(ConfigurationEntity, {
    Encoding: element(AudioEncoding),
    Bitrate: element(xs.int),
    SampleRate: element(xs.int),
    Multicast: element(MulticastConfiguration),
    SessionTimeout: element(xs.duration),
  })
  .open();
export interface AudioEncoderConfiguration extends Infer<typeof AudioEncoderConfiguration> {}

/** What is possible with one codec. */
export const AudioEncoderConfigurationOption = tt
  .sequence({
    Encoding: element(AudioEncoding),
    BitrateList: element(IntItems),
    SampleRateList: element(IntItems),
  })
  .open();
export interface AudioEncoderConfigurationOption extends Infer<typeof AudioEncoderConfigurationOption> {}

export const AudioEncoderConfigurationOptions = tt
  .sequence({ Options: many(AudioEncoderConfigurationOption) })
  .open({ elements: false });
export interface AudioEncoderConfigurationOptions extends Infer<typeof AudioEncoderConfigurationOptions> {}

/** Values of `Encoding` in the media2 service: names of payload formats. */
export const AudioEncodingMimeNames = enumeration(xs.string, "PCMU", "G726", "MP4A-LATM", "mpeg4-generic");
export type AudioEncodingMimeNames = Infer<typeof AudioEncodingMimeNames>;

export const AudioEncoder2Configuration = tt
  .extend(ConfigurationEntity, {
    SecureStreamingProtocolAlgorithm: optionalAttribute(xs.string),
    Encoding: element(xs.string),
    Multicast: optional(MulticastConfiguration),
    Bitrate: element(xs.int),
    SampleRate: element(xs.int),
  })
  .open();
export interface AudioEncoder2Configuration extends Infer<typeof AudioEncoder2Configuration> {}

/** What is possible with one codec. */
export const AudioEncoder2ConfigurationOptions = tt
  .sequence({
    SecureStreamingProtocolAlgorithms: optionalAttribute(StringAttrList),
    Encoding: element(xs.string),
    BitrateList: element(IntItems),
    SampleRateList: element(IntItems),
  })
  .open();
export interface AudioEncoder2ConfigurationOptions extends Infer<typeof AudioEncoder2ConfigurationOptions> {}
