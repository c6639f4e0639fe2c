import type { Media } from "#device/media/media";
import type { Profile } from "#device/media/types";
import type { Profile as WireProfile } from "../schema/tt/profile.js";
import { audioDecoderToWire } from "./audio-decoder.js";
import { audioOutputToWire } from "./audio-output.js";
import { audioEncoder10ToWire } from "./audio-encoder.js";
import { audioSourceConfigurationToWire } from "./audio-source.js";
import { metadataToWire } from "./metadata.js";
import { partsOf } from "./profile-parts.js";
import { videoEncoder10ToWire } from "./video-encoder10.js";
import { videoSourceConfigurationToWire } from "./video-source.js";

/** A profile as the first media service shows it; `fixed` is always told (Media §5.2.2). */
export function profile10ToWire(profile: Profile, media: Media): WireProfile {
  const { videoSource, audioSource, videoEncoder, audioEncoder, audioOutput, audioDecoder, metadata } = partsOf(
    profile,
    media,
  );
  return {
    token: profile.token,
    fixed: profile.fixed,
    Name: profile.name,
    VideoSourceConfiguration: videoSource && videoSourceConfigurationToWire(videoSource, media),
    AudioSourceConfiguration: audioSource && audioSourceConfigurationToWire(audioSource, media),
    VideoEncoderConfiguration: videoEncoder && videoEncoder10ToWire(videoEncoder, media),
    AudioEncoderConfiguration: audioEncoder && audioEncoder10ToWire(audioEncoder, media),
    MetadataConfiguration: metadata && metadataToWire(metadata, media),
    Extension: (audioOutput ?? audioDecoder) && {
      AudioOutputConfiguration: audioOutput && audioOutputToWire(audioOutput, media),
      AudioDecoderConfiguration: audioDecoder && audioDecoderToWire(audioDecoder, media),
    },
  };
}
