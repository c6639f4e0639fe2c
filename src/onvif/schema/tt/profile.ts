import { xs } from "#xml/datatypes";
import { attribute, element, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { VideoAnalyticsConfiguration } from "./analytics-configuration.js";
import { AudioDecoderConfiguration } from "./audio-decoder.js";
import { AudioEncoderConfiguration } from "./audio-encoder.js";
import { AudioOutputConfiguration, AudioSourceConfiguration } from "./audio-source.js";
import { Name, ReferenceToken } from "./common.js";
import { MetadataConfiguration } from "./metadata-configuration.js";
import { PTZConfiguration } from "./ptz-configuration.js";
import { VideoEncoderConfiguration } from "./video-encoder.js";
import { VideoSourceConfiguration } from "./video-source.js";

/** A media profile as the media service (ver10) shows it. */

export const ProfileExtension2 = tt.sequence({}).open({ attributes: false });
export interface ProfileExtension2 extends Infer<typeof ProfileExtension2> {}

export const ProfileExtension = tt
  .sequence({
    AudioOutputConfiguration: optional(AudioOutputConfiguration),
    AudioDecoderConfiguration: optional(AudioDecoderConfiguration),
    Extension: optional(ProfileExtension2),
  })
  .open();
export interface ProfileExtension extends Infer<typeof ProfileExtension> {}

/** A `fixed` profile cannot be deleted. */
export const Profile = tt
  .sequence({
    token: attribute(ReferenceToken),
    fixed: optionalAttribute(xs.boolean),
    Name: element(Name),
    VideoSourceConfiguration: optional(VideoSourceConfiguration),
    AudioSourceConfiguration: optional(AudioSourceConfiguration),
    VideoEncoderConfiguration: optional(VideoEncoderConfiguration),
    AudioEncoderConfiguration: optional(AudioEncoderConfiguration),
    VideoAnalyticsConfiguration: optional(VideoAnalyticsConfiguration),
    PTZConfiguration: optional(PTZConfiguration),
    MetadataConfiguration: optional(MetadataConfiguration),
    Extension: optional(ProfileExtension),
  })
  .open({ elements: false });
export interface Profile extends Infer<typeof Profile> {}
