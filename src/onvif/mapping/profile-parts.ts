import type { AudioOutputConfiguration } from "#device/io/audio-outputs";
import type { Configurations } from "#device/media/configurations";
import type { Media } from "#device/media/media";
import type {
  AudioEncoderConfiguration,
  AudioSourceConfiguration,
  Configuration,
  ConfigurationKind,
  MetadataConfiguration,
  Profile,
  VideoEncoderConfiguration,
  VideoSourceConfiguration,
} from "#device/media/types";

/** The configurations that a profile holds. */
export interface ProfileParts {
  readonly videoSource: VideoSourceConfiguration | undefined;
  readonly audioSource: AudioSourceConfiguration | undefined;
  readonly videoEncoder: VideoEncoderConfiguration | undefined;
  readonly audioEncoder: AudioEncoderConfiguration | undefined;
  readonly audioOutput: AudioOutputConfiguration | undefined;
  readonly audioDecoder: Configuration | undefined;
  readonly metadata: MetadataConfiguration | undefined;
}

export function partsOf(
  { configurations }: Profile,
  { video, audio, audioOutputs, audioDecoders, metadata }: Media,
): ProfileParts {
  const held = <T extends Configuration>(kind: ConfigurationKind, all: Configurations<T>): T | undefined => {
    const token = configurations[kind];
    return token === undefined ? undefined : all.find(token);
  };
  return {
    videoSource: held("video-source", video.sourceConfigurations),
    audioSource: held("audio-source", audio.sourceConfigurations),
    videoEncoder: held("video-encoder", video.encoderConfigurations),
    audioEncoder: held("audio-encoder", audio.encoderConfigurations),
    audioOutput: held("audio-output", audioOutputs.configurations),
    audioDecoder: held("audio-decoder", audioDecoders.configurations),
    metadata: held("metadata", metadata.configurations),
  };
}
