import type { Media } from "#device/media/media";
import type { Configuration, ConfigurationScope } from "#device/media/types";
import { refusal } from "#device/refusal";
import type { Call } from "../../call.js";
import {
  audioEncoder10FromWire,
  audioEncoder10ToWire,
  audioEncoderOption10ToWire,
} from "../../mapping/audio-encoder.js";
import { audioDecoderFromWire, audioDecoderOptions10ToWire, audioDecoderToWire } from "../../mapping/audio-decoder.js";
import { audioOutputFromWire, audioOutputOptionsToWire, audioOutputToWire } from "../../mapping/audio-output.js";
import { audioSourceConfigurationToWire, audioSourceSettingFromWire } from "../../mapping/audio-source.js";
import { scopeFromWire } from "../../mapping/configuration-entity.js";
import { metadataFromWire, metadataOptionsToWire, metadataToWire } from "../../mapping/metadata.js";
import {
  encoderInstances10ToWire,
  videoEncoder10FromWire,
  videoEncoder10ToWire,
  videoEncoderOptions10ToWire,
} from "../../mapping/video-encoder10.js";
import {
  videoSourceConfigurationToWire,
  videoSourceOptionsToWire,
  videoSourceSettingFromWire,
  videoSourceToWire,
} from "../../mapping/video-source.js";
import type { Handlers } from "../../registry.js";
import type { configurationOperations } from "../../schema/media/configuration-operations.js";

/**
 * Get…Configurations, Get…Configuration and GetCompatible…Configurations of one kind. `toWire` gives undefined for what
 * the service can not show.
 */
const readers = <C extends Configuration, W>(
  select: (media: Media, scope: ConfigurationScope) => readonly C[],
  toWire: (configuration: C, media: Media) => W | undefined,
) => {
  const shown = ({ camera }: Call, scope: ConfigurationScope): readonly W[] => {
    const { media } = camera.device;
    return select(media, scope).flatMap((configuration) => toWire(configuration, media) ?? []);
  };
  return {
    all: (_: unknown, call: Call) => ({ Configurations: shown(call, {}) }),
    one: ({ ConfigurationToken }: { readonly ConfigurationToken: string }, call: Call) => {
      const [Configuration] = shown(call, { configurationToken: ConfigurationToken });
      if (!Configuration) throw refusal("no-config", "this service has no words for the configuration as it is now");
      return { Configuration };
    },
    compatible: ({ ProfileToken }: { readonly ProfileToken: string }, call: Call) => ({
      Configurations: shown(call, { profileToken: ProfileToken }),
    }),
  };
};

const videoSource = readers((media, scope) => media.videoSourceConfigurations(scope), videoSourceConfigurationToWire);

const videoEncoder = readers((media, scope) => media.videoEncoderConfigurations(scope), videoEncoder10ToWire);

const audioSource = readers((media, scope) => {
  media.audio.demandSupport();
  return media.audioSourceConfigurations(scope);
}, audioSourceConfigurationToWire);

const audioEncoder = readers((media, scope) => {
  media.audio.demandSupport();
  return media.audioEncoderConfigurations(scope);
}, audioEncoder10ToWire);

const audioOutput = readers((media, scope) => {
  media.audioOutputs.demandSupport();
  return media.audioOutputConfigurations(scope);
}, audioOutputToWire);

const audioDecoder = readers((media, scope) => {
  media.audioDecoders.demandSupport();
  return media.audioDecoderConfigurations(scope);
}, audioDecoderToWire);

const metadata = readers((media, scope) => media.metadataConfigurations(scope), metadataToWire);

/** `ForcePersistence` is ignored: every change is kept (Media §5.5.5). */
export const configurations = {
  GetVideoSources: (_, { camera }) => ({ VideoSources: camera.device.media.video.sources.map(videoSourceToWire) }),

  GetVideoSourceConfigurations: videoSource.all,
  GetVideoSourceConfiguration: videoSource.one,
  GetCompatibleVideoSourceConfigurations: videoSource.compatible,
  GetVideoSourceConfigurationOptions: (request, { camera }) => ({
    Options: videoSourceOptionsToWire(camera.device.media.videoSourceConfigurationOptions(scopeFromWire(request))),
  }),
  SetVideoSourceConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.video.setSourceConfiguration(videoSourceSettingFromWire(Configuration));
    return {};
  },

  GetVideoEncoderConfigurations: videoEncoder.all,
  GetVideoEncoderConfiguration: videoEncoder.one,
  GetCompatibleVideoEncoderConfigurations: videoEncoder.compatible,
  GetVideoEncoderConfigurationOptions: (request, { camera }) => ({
    Options: videoEncoderOptions10ToWire(camera.device.media.videoEncoderConfigurationOptions(scopeFromWire(request))),
  }),
  SetVideoEncoderConfiguration: ({ Configuration }, { camera }) => {
    const { media } = camera.device;
    media.video.setEncoderConfiguration(videoEncoder10FromWire(Configuration, media));
    return {};
  },
  GetGuaranteedNumberOfVideoEncoderInstances: ({ ConfigurationToken }, { camera }) =>
    encoderInstances10ToWire(camera.device.media.video, ConfigurationToken),

  GetAudioSources: (_, { camera }) => {
    const { audio } = camera.device.media;
    audio.demandSupport();
    return { AudioSources: audio.sources.map(({ token, channels }) => ({ token, Channels: channels })) };
  },

  GetAudioSourceConfigurations: audioSource.all,
  GetAudioSourceConfiguration: audioSource.one,
  GetCompatibleAudioSourceConfigurations: audioSource.compatible,
  GetAudioSourceConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    media.audio.demandSupport();
    return { Options: { InputTokensAvailable: media.audioSourceConfigurationOptions(scopeFromWire(request)) } };
  },
  SetAudioSourceConfiguration: ({ Configuration }, { camera }) => {
    const { audio } = camera.device.media;
    audio.demandSupport();
    audio.setSourceConfiguration(audioSourceSettingFromWire(Configuration));
    return {};
  },

  GetAudioEncoderConfigurations: audioEncoder.all,
  GetAudioEncoderConfiguration: audioEncoder.one,
  GetCompatibleAudioEncoderConfigurations: audioEncoder.compatible,
  GetAudioEncoderConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    media.audio.demandSupport();
    const options = media.audioEncoderConfigurationOptions(scopeFromWire(request));
    return { Options: { Options: options.map(audioEncoderOption10ToWire) } };
  },
  SetAudioEncoderConfiguration: ({ Configuration }, { camera }) => {
    const { audio } = camera.device.media;
    audio.demandSupport();
    audio.setEncoderConfiguration(audioEncoder10FromWire(Configuration));
    return {};
  },

  GetAudioOutputs: (_, { camera }) => {
    const { audioOutputs } = camera.device.media;
    audioOutputs.demandSupport();
    return { AudioOutputs: audioOutputs.outputs.map((token) => ({ token })) };
  },

  GetAudioOutputConfigurations: audioOutput.all,
  GetAudioOutputConfiguration: audioOutput.one,
  GetCompatibleAudioOutputConfigurations: audioOutput.compatible,
  GetAudioOutputConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    media.audioOutputs.demandSupport();
    return { Options: audioOutputOptionsToWire(media.audioOutputConfigurationOptions(scopeFromWire(request))) };
  },
  SetAudioOutputConfiguration: ({ Configuration }, { camera }) => {
    const { audioOutputs } = camera.device.media;
    audioOutputs.demandSupport();
    audioOutputs.set(audioOutputFromWire(Configuration));
    return {};
  },

  GetAudioDecoderConfigurations: audioDecoder.all,
  GetAudioDecoderConfiguration: audioDecoder.one,
  GetCompatibleAudioDecoderConfigurations: audioDecoder.compatible,
  GetAudioDecoderConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    media.audioDecoders.demandSupport();
    return { Options: audioDecoderOptions10ToWire(media.audioDecoderConfigurationOptions(scopeFromWire(request))) };
  },
  SetAudioDecoderConfiguration: ({ Configuration }, { camera }) => {
    const { audioDecoders } = camera.device.media;
    audioDecoders.demandSupport();
    audioDecoders.setConfiguration(audioDecoderFromWire(Configuration));
    return {};
  },

  GetMetadataConfigurations: metadata.all,
  GetMetadataConfiguration: metadata.one,
  GetCompatibleMetadataConfigurations: metadata.compatible,
  GetMetadataConfigurationOptions: (request, { camera }) => ({
    Options: metadataOptionsToWire(
      camera.device.media.metadataConfigurationOptions(scopeFromWire(request)),
      camera.device.media,
    ),
  }),
  SetMetadataConfiguration: ({ Configuration }, { camera }) => {
    const { media } = camera.device;
    media.metadata.setConfiguration(metadataFromWire(Configuration, media));
    return {};
  },
} satisfies Handlers<typeof configurationOperations>;
