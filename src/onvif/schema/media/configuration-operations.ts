import { xs } from "#xml/datatypes";
import { element, many, optional, type Schema } from "#xml/schema";
import { operation } from "../../operation.js";
import { trt } from "../namespaces.js";
import { VideoAnalyticsConfiguration } from "../tt/analytics-configuration.js";
import { AudioDecoderConfiguration, AudioDecoderConfigurationOptions } from "../tt/audio-decoder.js";
import { AudioEncoderConfiguration, AudioEncoderConfigurationOptions } from "../tt/audio-encoder.js";
import {
  AudioOutput,
  AudioOutputConfiguration,
  AudioOutputConfigurationOptions,
  AudioSource,
  AudioSourceConfiguration,
  AudioSourceConfigurationOptions,
} from "../tt/audio-source.js";
import { ReferenceToken } from "../tt/common.js";
import { MetadataConfiguration, MetadataConfigurationOptions } from "../tt/metadata-configuration.js";
import { VideoEncoderConfiguration, VideoEncoderConfigurationOptions } from "../tt/video-encoder.js";
import { VideoSource, VideoSourceConfiguration, VideoSourceConfigurationOptions } from "../tt/video-source.js";

const nothing = trt.sequence({});
const ofConfiguration = trt.sequence({ ConfigurationToken: element(ReferenceToken) });
const ofProfile = trt.sequence({ ProfileToken: element(ReferenceToken) });
const ofConfigurationOrProfile = trt.sequence({
  ConfigurationToken: optional(ReferenceToken),
  ProfileToken: optional(ReferenceToken),
});

const getAll = <T>(spec: string, configuration: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec,
    request: nothing,
    response: trt.sequence({ Configurations: many(configuration) }),
  });
const getOne = <T>(spec: string, configuration: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec,
    request: ofConfiguration,
    response: trt.sequence({ Configuration: element(configuration) }),
  });
const getCompatible = <T>(spec: string, configuration: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec,
    request: ofProfile,
    response: trt.sequence({ Configurations: many(configuration) }),
  });
const getOptions = <T>(spec: string, options: Schema<T>) =>
  operation({
    access: "READ_MEDIA",
    spec,
    request: ofConfigurationOrProfile,
    response: trt.sequence({ Options: element(options) }),
  });
const set = <T>(spec: string, configuration: Schema<T>) =>
  operation({
    access: "ACTUATE",
    spec,
    request: trt.sequence({ Configuration: element(configuration), ForcePersistence: element(xs.boolean) }),
    response: nothing,
  });

/** Sources and outputs, and each kind of configuration: its list, one, those that fit a profile, options, change. */
export const configurationOperations = {
  GetVideoSources: operation({
    access: "READ_MEDIA",
    spec: "Media 5.3.1",
    action: "http://www.onvif.org/ver10/media/wsdlGetVideoSources/",
    request: nothing,
    response: trt.sequence({ VideoSources: many(VideoSource) }),
  }),

  GetVideoSourceConfigurations: getAll("Media 5.4.1", VideoSourceConfiguration),
  GetVideoSourceConfiguration: getOne("Media 5.4.2", VideoSourceConfiguration),
  GetCompatibleVideoSourceConfigurations: getCompatible("Media 5.4.3", VideoSourceConfiguration),
  GetVideoSourceConfigurationOptions: operation({
    ...getOptions("Media 5.4.4", VideoSourceConfigurationOptions),
    action: "http://www.onvif.org/ver10/media/wsdlGetVideoSourceConfigurationOptions/",
  }),
  SetVideoSourceConfiguration: set("Media 5.4.5", VideoSourceConfiguration),

  GetVideoEncoderConfigurations: getAll("Media 5.5.1", VideoEncoderConfiguration),
  GetVideoEncoderConfiguration: getOne("Media 5.5.2", VideoEncoderConfiguration),
  GetCompatibleVideoEncoderConfigurations: getCompatible("Media 5.5.3", VideoEncoderConfiguration),
  GetVideoEncoderConfigurationOptions: getOptions("Media 5.5.4", VideoEncoderConfigurationOptions),
  SetVideoEncoderConfiguration: set("Media 5.5.5", VideoEncoderConfiguration),
  GetGuaranteedNumberOfVideoEncoderInstances: operation({
    access: "READ_MEDIA",
    spec: "Media 5.5.6",
    request: ofConfiguration,
    response: trt.sequence({
      TotalNumber: element(xs.int),
      JPEG: optional(xs.int),
      H264: optional(xs.int),
      MPEG4: optional(xs.int),
    }),
  }),

  GetAudioSources: operation({
    access: "READ_MEDIA",
    spec: "Media 5.6.1",
    request: nothing,
    response: trt.sequence({ AudioSources: many(AudioSource) }),
  }),

  GetAudioSourceConfigurations: operation({
    ...getAll("Media 5.7.1", AudioSourceConfiguration),
    action: "http://www.onvif.org/ver10/media/wsdlGetAudioSourceConfigurations/",
  }),
  GetAudioSourceConfiguration: getOne("Media 5.7.2", AudioSourceConfiguration),
  GetCompatibleAudioSourceConfigurations: getCompatible("Media 5.7.3", AudioSourceConfiguration),
  GetAudioSourceConfigurationOptions: getOptions("Media 5.7.4", AudioSourceConfigurationOptions),
  SetAudioSourceConfiguration: set("Media 5.7.5", AudioSourceConfiguration),

  GetAudioEncoderConfigurations: getAll("Media 5.8.1", AudioEncoderConfiguration),
  GetAudioEncoderConfiguration: getOne("Media 5.8.2", AudioEncoderConfiguration),
  GetCompatibleAudioEncoderConfigurations: getCompatible("Media 5.8.3", AudioEncoderConfiguration),
  GetAudioEncoderConfigurationOptions: getOptions("Media 5.8.4", AudioEncoderConfigurationOptions),
  SetAudioEncoderConfiguration: set("Media 5.8.5", AudioEncoderConfiguration),

  GetVideoAnalyticsConfigurations: getAll("Media 5.9.1", VideoAnalyticsConfiguration),
  GetVideoAnalyticsConfiguration: getOne("Media 5.9.2", VideoAnalyticsConfiguration),
  GetCompatibleVideoAnalyticsConfigurations: getCompatible("Media 5.9.3", VideoAnalyticsConfiguration),
  SetVideoAnalyticsConfiguration: set("Media 5.9.4", VideoAnalyticsConfiguration),

  GetMetadataConfigurations: getAll("Media 5.10.2", MetadataConfiguration),
  GetMetadataConfiguration: getOne("Media 5.10.3", MetadataConfiguration),
  GetCompatibleMetadataConfigurations: getCompatible("Media 5.10.4", MetadataConfiguration),
  GetMetadataConfigurationOptions: getOptions("Media 5.10.5", MetadataConfigurationOptions),
  SetMetadataConfiguration: set("Media 5.10.6", MetadataConfiguration),

  GetAudioOutputs: operation({
    access: "READ_MEDIA",
    spec: "Media 5.11.1",
    request: nothing,
    response: trt.sequence({ AudioOutputs: many(AudioOutput) }),
  }),

  GetAudioOutputConfigurations: getAll("Media 5.12.1", AudioOutputConfiguration),
  GetAudioOutputConfiguration: getOne("Media 5.12.2", AudioOutputConfiguration),
  GetCompatibleAudioOutputConfigurations: getCompatible("Media 5.12.3", AudioOutputConfiguration),
  GetAudioOutputConfigurationOptions: getOptions("Media 5.12.4", AudioOutputConfigurationOptions),
  SetAudioOutputConfiguration: set("Media 5.12.5", AudioOutputConfiguration),

  GetAudioDecoderConfigurations: getAll("Media 5.13.1", AudioDecoderConfiguration),
  GetAudioDecoderConfiguration: getOne("Media 5.13.2", AudioDecoderConfiguration),
  GetCompatibleAudioDecoderConfigurations: getCompatible("Media 5.13.3", AudioDecoderConfiguration),
  GetAudioDecoderConfigurationOptions: getOptions("Media 5.13.4", AudioDecoderConfigurationOptions),
  SetAudioDecoderConfiguration: set("Media 5.13.5", AudioDecoderConfiguration),
};
