import { xs } from "#xml/datatypes";
import { attribute, element, enumeration, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tr2 } from "../namespaces.js";
import { VideoAnalyticsConfiguration } from "../tt/analytics-configuration.js";
import { AudioDecoderConfiguration } from "../tt/audio-decoder.js";
import { AudioEncoder2Configuration } from "../tt/audio-encoder.js";
import { AudioOutputConfiguration, AudioSourceConfiguration } from "../tt/audio-source.js";
import { Name, ReferenceToken } from "../tt/common.js";
import { MetadataConfiguration } from "../tt/metadata-configuration.js";
import { PTZConfiguration } from "../tt/ptz-configuration.js";
import { ReceiverConfiguration as CommonReceiverConfiguration } from "../tt/streaming.js";
import { VideoEncoder2Configuration } from "../tt/video-encoder2.js";
import { VideoSourceConfiguration } from "../tt/video-source.js";

/** A media profile as the media2 service (ver20) shows it, and references to its parts. */

/** Kinds of configuration, and `All`. */
export const ConfigurationEnumeration = enumeration(
  xs.string,
  "All",
  "VideoSource",
  "VideoEncoder",
  "AudioSource",
  "AudioEncoder",
  "AudioOutput",
  "AudioDecoder",
  "Metadata",
  "Analytics",
  "PTZ",
  "Receiver",
);
export type ConfigurationEnumeration = Infer<typeof ConfigurationEnumeration>;

/** A configuration by its kind (a value of `ConfigurationEnumeration`) and token. */
export const ConfigurationRef = tr2.sequence({ Type: element(xs.string), Token: optional(ReferenceToken) });
export interface ConfigurationRef extends Infer<typeof ConfigurationRef> {}

export const ReceiverConfiguration = tr2
  .extend(CommonReceiverConfiguration, { token: optionalAttribute(ReferenceToken) })
  .open({ elements: false });
export interface ReceiverConfiguration extends Infer<typeof ReceiverConfiguration> {}

export const ConfigurationSet = tr2
  .sequence({
    VideoSource: optional(VideoSourceConfiguration),
    AudioSource: optional(AudioSourceConfiguration),
    VideoEncoder: optional(VideoEncoder2Configuration),
    AudioEncoder: optional(AudioEncoder2Configuration),
    Analytics: optional(VideoAnalyticsConfiguration),
    PTZ: optional(PTZConfiguration),
    Metadata: optional(MetadataConfiguration),
    AudioOutput: optional(AudioOutputConfiguration),
    AudioDecoder: optional(AudioDecoderConfiguration),
    Receiver: optional(ReceiverConfiguration),
  })
  .open();
export interface ConfigurationSet extends Infer<typeof ConfigurationSet> {}

/** A `fixed` profile cannot be deleted. */
export const MediaProfile = tr2
  .sequence({
    token: attribute(ReferenceToken),
    fixed: optionalAttribute(xs.boolean),
    Name: element(Name),
    Configurations: optional(ConfigurationSet),
  })
  .open({ elements: false });
export interface MediaProfile extends Infer<typeof MediaProfile> {}

/** Request of those operations that list configurations or their options. */
export const GetConfiguration = tr2.sequence({
  ConfigurationToken: optional(ReferenceToken),
  ProfileToken: optional(ReferenceToken),
});
export interface GetConfiguration extends Infer<typeof GetConfiguration> {}

/** The empty answer to changes. */
export const SetConfigurationResponse = tr2.sequence({});
export interface SetConfigurationResponse extends Infer<typeof SetConfigurationResponse> {}
