import { xs } from "#xml/datatypes";
import { element, many, optional, type Schema, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tr2 } from "../namespaces.js";
import { VideoAnalyticsConfiguration } from "../tt/analytics-configuration.js";
import {
  AudioDecoderConfiguration,
  MulticastAudioDecoderConfiguration,
  MulticastAudioDecoderConfigurationOptions,
} from "../tt/audio-decoder.js";
import { AudioEncoder2Configuration, AudioEncoder2ConfigurationOptions } from "../tt/audio-encoder.js";
import {
  AudioOutputConfiguration,
  AudioOutputConfigurationOptions,
  AudioSourceConfiguration,
  AudioSourceConfigurationOptions,
  EQPreset,
} from "../tt/audio-source.js";
import { Name, ReferenceToken } from "../tt/common.js";
import { MetadataConfiguration, MetadataConfigurationOptions } from "../tt/metadata-configuration.js";
import { VideoEncoder2Configuration, VideoEncoder2ConfigurationOptions } from "../tt/video-encoder2.js";
import { VideoSourceConfiguration, VideoSourceConfigurationOptions } from "../tt/video-source.js";
import { ConfigurationRef, GetConfiguration, MediaProfile, SetConfigurationResponse } from "./profile.js";
import { EncoderInstanceInfo } from "./streaming.js";

const nothing = tr2.sequence({});

/** Profiles are made, read, filled and deleted (Media2 5.1). */
export const profileOperations = {
  CreateProfile: operation({
    access: "ACTUATE",
    spec: "Media2 5.1.1",
    request: tr2.sequence({ Name: element(Name), Configuration: many(ConfigurationRef) }),
    response: tr2.sequence({ Token: element(ReferenceToken) }),
  }),
  GetProfiles: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.1.2",
    request: tr2.sequence({ Token: optional(ReferenceToken), Type: many(xs.string) }),
    response: tr2.sequence({ Profiles: many(MediaProfile) }),
  }),
  AddConfiguration: operation({
    access: "ACTUATE",
    spec: "Media2 5.1.3",
    request: tr2.sequence({
      ProfileToken: element(ReferenceToken),
      Name: optional(Name),
      Configuration: many(ConfigurationRef),
    }),
    response: nothing,
  }),
  RemoveConfiguration: operation({
    access: "ACTUATE",
    spec: "Media2 5.1.4",
    request: tr2.sequence({ ProfileToken: element(ReferenceToken), Configuration: some(ConfigurationRef) }),
    response: nothing,
  }),
  DeleteProfile: operation({
    access: "ACTUATE",
    spec: "Media2 5.1.5",
    request: tr2.sequence({ Token: element(ReferenceToken) }),
    response: nothing,
  }),
};

const get = <T>(configuration: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec: "Media2 5.3.2",
    request: GetConfiguration,
    response: tr2.sequence({ Configurations: many(configuration) }),
  });
const set = <T>(configuration: Schema<T>) =>
  operation({
    access: "ACTUATE",
    spec: "Media2 5.3.3",
    request: tr2.sequence({ Configuration: element(configuration) }),
    response: SetConfigurationResponse,
  });
const getOptions = <T>(options: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec: "Media2 5.3.4",
    request: GetConfiguration,
    response: tr2.sequence({ Options: element(options) }),
  });
/** Options of encodings, one entry for each codec. */
const getCodecOptions = <T>(options: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec: "Media2 5.3.4",
    request: GetConfiguration,
    response: tr2.sequence({ Options: some(options) }),
  });

/** Each kind of configuration: its list, change, options (Media2 5.3 and 5.13). */
export const configurationOperations = {
  GetVideoSourceConfigurations: get(VideoSourceConfiguration),
  GetVideoEncoderConfigurations: get(VideoEncoder2Configuration),
  GetAudioSourceConfigurations: operation({
    ...get(AudioSourceConfiguration),
    action: "http://www.onvif.org/ver20/media/wsdl/GetAudioSourceConfigurations/",
  }),
  GetAudioEncoderConfigurations: get(AudioEncoder2Configuration),
  GetAnalyticsConfigurations: get(VideoAnalyticsConfiguration),
  GetMetadataConfigurations: get(MetadataConfiguration),
  GetAudioOutputConfigurations: get(AudioOutputConfiguration),
  GetAudioDecoderConfigurations: get(AudioDecoderConfiguration),

  SetVideoSourceConfiguration: set(VideoSourceConfiguration),
  SetVideoEncoderConfiguration: set(VideoEncoder2Configuration),
  SetAudioSourceConfiguration: set(AudioSourceConfiguration),
  SetAudioEncoderConfiguration: set(AudioEncoder2Configuration),
  SetMetadataConfiguration: set(MetadataConfiguration),
  SetAudioOutputConfiguration: set(AudioOutputConfiguration),
  SetAudioDecoderConfiguration: set(AudioDecoderConfiguration),
  SetEQPreset: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.2.9.2",
    element: "SetEQPresetConfiguration",
    request: tr2.sequence({ Configuration: element(EQPreset) }),
    response: SetConfigurationResponse,
  }),

  GetVideoSourceConfigurationOptions: operation({
    ...getOptions(VideoSourceConfigurationOptions),
    action: "http://www.onvif.org/ver20/media/wsdl/GetVideoSourceConfigurationOptions/",
  }),
  GetVideoEncoderConfigurationOptions: getCodecOptions(VideoEncoder2ConfigurationOptions),
  GetAudioSourceConfigurationOptions: getOptions(AudioSourceConfigurationOptions),
  GetAudioEncoderConfigurationOptions: getCodecOptions(AudioEncoder2ConfigurationOptions),
  GetMetadataConfigurationOptions: getOptions(MetadataConfigurationOptions),
  GetAudioOutputConfigurationOptions: getOptions(AudioOutputConfigurationOptions),
  GetAudioDecoderConfigurationOptions: getCodecOptions(AudioEncoder2ConfigurationOptions),

  GetVideoEncoderInstances: operation({
    access: "READ_MEDIA",
    spec: "Media2 5.3.5",
    request: tr2.sequence({ ConfigurationToken: element(ReferenceToken) }),
    response: tr2.sequence({ Info: element(EncoderInstanceInfo) }),
  }),

  GetMulticastAudioDecoderConfigurations: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.13.1",
    request: tr2.sequence({ ConfigurationToken: optional(ReferenceToken) }),
    response: tr2.sequence({ Configurations: many(MulticastAudioDecoderConfiguration) }),
  }),
  GetMulticastAudioDecoderConfigurationOptions: operation({
    access: "READ_SYSTEM",
    spec: "Media2 5.13.2",
    request: tr2.sequence({ ConfigurationToken: optional(ReferenceToken) }),
    response: tr2.sequence({ Options: some(MulticastAudioDecoderConfigurationOptions) }),
  }),
  SetMulticastAudioDecoderConfiguration: operation({
    access: "WRITE_SYSTEM",
    spec: "Media2 5.13.3",
    request: tr2.sequence({ Configuration: element(MulticastAudioDecoderConfiguration) }),
    response: SetConfigurationResponse,
  }),
};
