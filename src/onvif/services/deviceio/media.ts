import type { Media } from "#device/media/media";
import type { AudioSourceConfiguration, VideoSourceConfiguration } from "#device/media/types";
import { refusal } from "#device/refusal";
import { audioOutputFromWire, audioOutputOptionsToWire, audioOutputToWire } from "../../mapping/audio-output.js";
import { audioSourceConfigurationToWire, audioSourceSettingFromWire } from "../../mapping/audio-source.js";
import {
  videoSourceConfigurationToWire,
  videoSourceOptionsToWire,
  videoSourceSettingFromWire,
} from "../../mapping/video-source.js";
import type { Handlers } from "../../registry.js";
import type { mediaOperations } from "../../schema/deviceio/media-operations.js";

/**
 * The same configurations as those of the media services, asked for by what they are of: the first one of it.
 * `ForcePersistence` is ignored: every change is kept.
 */
export const media = {
  GetVideoSources: (_, { camera }) => ({ Token: camera.device.media.video.sources.map(({ token }) => token) }),
  GetAudioSources: (_, { camera }) => ({ Token: camera.device.media.audio.sources.map(({ token }) => token) }),
  GetAudioOutputs: (_, { camera }) => ({ Token: camera.device.media.audioOutputs.outputs }),

  GetVideoSourceConfiguration: ({ VideoSourceToken }, { camera }) => {
    const { media } = camera.device;
    const configuration = ofVideoSource(VideoSourceToken, media);
    return { VideoSourceConfiguration: videoSourceConfigurationToWire(configuration, media) };
  },
  SetVideoSourceConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.video.setSourceConfiguration(videoSourceSettingFromWire(Configuration));
    return {};
  },
  GetVideoSourceConfigurationOptions: ({ VideoSourceToken }, { camera }) => {
    const { media } = camera.device;
    const { token: configurationToken } = ofVideoSource(VideoSourceToken, media);
    const options = media.videoSourceConfigurationOptions({ configurationToken });
    return { VideoSourceConfigurationOptions: videoSourceOptionsToWire(options) };
  },

  GetAudioSourceConfiguration: ({ AudioSourceToken }, { camera }) => {
    const { media } = camera.device;
    const configuration = ofAudioSource(AudioSourceToken, media);
    return { AudioSourceConfiguration: audioSourceConfigurationToWire(configuration, media) };
  },
  SetAudioSourceConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.audio.setSourceConfiguration(audioSourceSettingFromWire(Configuration));
    return {};
  },
  GetAudioSourceConfigurationOptions: ({ AudioSourceToken }, { camera }) => {
    const { media } = camera.device;
    const { token: configurationToken } = ofAudioSource(AudioSourceToken, media);
    return {
      AudioSourceOptions: { InputTokensAvailable: media.audioSourceConfigurationOptions({ configurationToken }) },
    };
  },

  GetAudioOutputConfiguration: ({ AudioOutputToken }, { camera }) => {
    const { media } = camera.device;
    return { AudioOutputConfiguration: audioOutputToWire(media.audioOutputs.ofOutput(AudioOutputToken), media) };
  },
  SetAudioOutputConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.audioOutputs.set(audioOutputFromWire(Configuration));
    return {};
  },
  GetAudioOutputConfigurationOptions: ({ AudioOutputToken }, { camera }) => {
    const { outputToken } = camera.device.media.audioOutputs.ofOutput(AudioOutputToken);
    return { AudioOutputOptions: audioOutputOptionsToWire([outputToken]) };
  },

  GetVideoOutputs: () => ({}),
  GetVideoOutputConfiguration: ({ VideoOutputToken }) => refuseVideoOutput(VideoOutputToken),
  SetVideoOutputConfiguration: ({ Configuration }) => refuseVideoOutput(Configuration.OutputToken),
  GetVideoOutputConfigurationOptions: ({ VideoOutputToken }) => refuseVideoOutput(VideoOutputToken),
} satisfies Handlers<typeof mediaOperations>;

function ofVideoSource(sourceToken: string, { video }: Media): VideoSourceConfiguration {
  const { token } = video.source(sourceToken);
  const found = video.sourceConfigurations.list().find((one) => one.sourceToken === token);
  if (!found) throw refusal("no-video-source", "the video source has no configuration", { token });
  return found;
}

function ofAudioSource(sourceToken: string, { audio }: Media): AudioSourceConfiguration {
  const found = audio.sourceConfigurations.list().find((one) => one.sourceToken === sourceToken);
  if (!found) throw refusal("no-audio-source", "no such audio source", { token: sourceToken.slice(0, 64) });
  return found;
}

/** Cameras of this program have no sockets for monitors. */
function refuseVideoOutput(token: string): never {
  throw refusal("no-video-output", "this camera has no video outputs", { token: token.slice(0, 64) });
}
