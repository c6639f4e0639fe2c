import type { Media } from "#device/media/media";
import type { Configuration, ConfigurationScope } from "#device/media/types";
import type { Call } from "../../call.js";
import {
  audioEncoder20FromWire,
  audioEncoder20ToWire,
  audioEncoderOptions20ToWire,
} from "../../mapping/audio-encoder.js";
import { audioDecoderFromWire, audioDecoderOptions20ToWire, audioDecoderToWire } from "../../mapping/audio-decoder.js";
import { audioOutputFromWire, audioOutputOptionsToWire, audioOutputToWire } from "../../mapping/audio-output.js";
import { audioSourceConfigurationToWire, audioSourceSettingFromWire } from "../../mapping/audio-source.js";
import { scopeFromWire } from "../../mapping/configuration-entity.js";
import { metadataFromWire, metadataOptionsToWire, metadataToWire } from "../../mapping/metadata.js";
import { demandOptions } from "../../mapping/unoffered.js";
import {
  encoderInstancesToWire,
  videoEncoder20FromWire,
  videoEncoder20ToWire,
  videoEncoderOptions20ToWire,
} from "../../mapping/video-encoder20.js";
import {
  videoSourceConfigurationToWire,
  videoSourceOptionsToWire,
  videoSourceSettingFromWire,
} from "../../mapping/video-source.js";
import type { Handlers } from "../../registry.js";
import type { GetConfiguration } from "../../schema/media2/profile.js";
import type { configurationOperations } from "../../schema/media2/profile-operations.js";

/** Get…Configurations of one kind. */
const reader =
  <C extends Configuration, W>(
    select: (media: Media, scope: ConfigurationScope) => readonly C[],
    toWire: (configuration: C, media: Media) => W,
  ) =>
  (request: GetConfiguration, { camera }: Call) => {
    const { media } = camera.device;
    return {
      Configurations: select(media, scopeFromWire(request)).map((configuration) => toWire(configuration, media)),
    };
  };

export const configurations = {
  GetVideoSourceConfigurations: reader(
    (media, scope) => media.videoSourceConfigurations(scope),
    videoSourceConfigurationToWire,
  ),
  GetVideoEncoderConfigurations: reader(
    (media, scope) => media.videoEncoderConfigurations(scope),
    videoEncoder20ToWire,
  ),
  GetAudioSourceConfigurations: reader(
    (media, scope) => media.audioSourceConfigurations(scope),
    audioSourceConfigurationToWire,
  ),
  GetAudioEncoderConfigurations: reader(
    (media, scope) => media.audioEncoderConfigurations(scope),
    audioEncoder20ToWire,
  ),
  GetAudioOutputConfigurations: reader((media, scope) => media.audioOutputConfigurations(scope), audioOutputToWire),
  GetAudioDecoderConfigurations: reader((media, scope) => media.audioDecoderConfigurations(scope), audioDecoderToWire),
  GetMetadataConfigurations: reader((media, scope) => media.metadataConfigurations(scope), metadataToWire),

  SetVideoSourceConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.video.setSourceConfiguration(videoSourceSettingFromWire(Configuration));
    return {};
  },
  SetVideoEncoderConfiguration: ({ Configuration }, { camera }) => {
    const { media } = camera.device;
    media.video.setEncoderConfiguration(videoEncoder20FromWire(Configuration, media));
    return {};
  },
  SetAudioSourceConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.audio.setSourceConfiguration(audioSourceSettingFromWire(Configuration));
    return {};
  },
  SetAudioEncoderConfiguration: ({ Configuration }, { camera }) => {
    const { media } = camera.device;
    media.audio.setEncoderConfiguration(audioEncoder20FromWire(Configuration, media));
    return {};
  },
  SetAudioOutputConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.audioOutputs.set(audioOutputFromWire(Configuration));
    return {};
  },
  SetAudioDecoderConfiguration: ({ Configuration }, { camera }) => {
    camera.device.media.audioDecoders.setConfiguration(audioDecoderFromWire(Configuration));
    return {};
  },
  SetMetadataConfiguration: ({ Configuration }, { camera }) => {
    const { media } = camera.device;
    media.metadata.setConfiguration(metadataFromWire(Configuration, media));
    return {};
  },

  GetVideoSourceConfigurationOptions: (request, { camera }) => {
    const options = camera.device.media.videoSourceConfigurationOptions(scopeFromWire(request));
    return { Options: videoSourceOptionsToWire(options) };
  },
  GetVideoEncoderConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    const options = demandOptions(media.videoEncoderConfigurationOptions(scopeFromWire(request)), "video encoder");
    return { Options: options.map((one) => videoEncoderOptions20ToWire(one, media)) };
  },
  GetAudioSourceConfigurationOptions: (request, { camera }) => {
    const tokens = camera.device.media.audioSourceConfigurationOptions(scopeFromWire(request));
    return { Options: { InputTokensAvailable: demandOptions(tokens, "audio source") } };
  },
  GetAudioEncoderConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    const options = demandOptions(media.audioEncoderConfigurationOptions(scopeFromWire(request)), "audio encoder");
    return { Options: options.map((one) => audioEncoderOptions20ToWire(one, media)) };
  },
  GetAudioOutputConfigurationOptions: (request, { camera }) => {
    const tokens = camera.device.media.audioOutputConfigurationOptions(scopeFromWire(request));
    return { Options: audioOutputOptionsToWire(demandOptions(tokens, "audio output")) };
  },
  GetAudioDecoderConfigurationOptions: (request, { camera }) => {
    const options = camera.device.media.audioDecoderConfigurationOptions(scopeFromWire(request));
    return { Options: demandOptions(options, "audio decoder").map(audioDecoderOptions20ToWire) };
  },
  GetMetadataConfigurationOptions: (request, { camera }) => {
    const { media } = camera.device;
    return { Options: metadataOptionsToWire(media.metadataConfigurationOptions(scopeFromWire(request)), media) };
  },

  GetVideoEncoderInstances: ({ ConfigurationToken }, { camera }) => ({
    Info: encoderInstancesToWire(camera.device.media.video.encoderInstances(ConfigurationToken)),
  }),
} satisfies Handlers<typeof configurationOperations>;
