import type { Emit } from "../change.js";
import type { AudioOutputConfiguration, AudioOutputs } from "../io/audio-outputs.js";
import { refusal } from "../refusal.js";
import type { MediaSetup, WebProtocol } from "../setup.js";
import type { SpeakerFormat } from "../speaker.js";
import { AudioDecoders, type AudioDecodingOptions } from "./audio-decoders.js";
import { Audio, type AudioEncodingOptions, type AudioState } from "./audio.js";
import { buildMedia } from "./build.js";
import type { Configurations } from "./configurations.js";
import { Metadata, type MetadataOptions } from "./metadata.js";
import { Profiles } from "./profiles.js";
import { Streams } from "./streams.js";
import type {
  AudioEncoderConfiguration,
  AudioSourceConfiguration,
  Configuration,
  ConfigurationKind,
  ConfigurationRef,
  ConfigurationScope,
  MetadataConfiguration,
  Profile,
  VideoEncoderConfiguration,
  VideoSourceConfiguration,
} from "./types.js";
import type { VideoEncodingOptions } from "./video-options.js";
import { Video, type VideoSourceOptions, type VideoState } from "./video.js";

/** The media side as clients may change it. */
export interface MediaState {
  readonly video: VideoState;
  readonly audio: AudioState;
  readonly audioDecoders: readonly Configuration[];
  readonly metadata: readonly MetadataConfiguration[];
  readonly profiles: readonly Profile[];
}

/** What the media side has to know of the rest of the camera. */
export interface MediaSurroundings {
  /** Decides the default multicast addresses. */
  readonly serialNumber: string;
  /** Whether metadata can tell of sensors. */
  readonly hasSensors: boolean;
  /** Which protocols of the web service carry streams now. */
  readonly isOn: (protocol: WebProtocol) => boolean;
  readonly audioOutputs: AudioOutputs;
  /** What clients may send to the loudspeaker; empty where there is none. */
  readonly sounds: readonly SpeakerFormat[];
}

/**
 * Everything behind the media services. `video`, `audio` and `metadata` hold the configurations and change them,
 * `profiles` combines them, `streams` tells what plays; the questions that need two of these are asked here.
 */
export class Media {
  readonly video: Video;
  readonly audio: Audio;
  /** The loudspeaker, which is one of the outputs of the DeviceIO service too. */
  readonly audioOutputs: AudioOutputs;
  readonly audioDecoders: AudioDecoders;
  readonly metadata: Metadata;
  readonly profiles: Profiles;
  readonly streams: Streams;

  constructor(
    setup: MediaSetup,
    { serialNumber, hasSensors, isOn, audioOutputs, sounds }: MediaSurroundings,
    emit: Emit,
  ) {
    const parts = buildMedia(setup, serialNumber, sounds.length > 0);
    this.video = new Video(parts.video, emit);
    this.audio = new Audio(parts.audio, emit);
    this.audioOutputs = audioOutputs;
    this.audioDecoders = new AudioDecoders(sounds, emit);
    this.metadata = new Metadata(parts.metadata, hasSensors, emit);
    this.profiles = new Profiles(
      parts.profiles,
      parts.maximumProfiles,
      {
        tokens: (kind) =>
          this.#configurations(kind)
            .list()
            .map(({ token }) => token),
        sourceOf: (ref) => this.#sourceOf(ref),
      },
      emit,
    );
    this.streams = new Streams(
      this.profiles,
      {
        videoSource: (token) => this.video.sourceConfigurations.get(token),
        videoEncoder: (token) => this.video.encoderConfigurations.get(token),
        audioEncoder: (token) => this.audio.encoderConfigurations.get(token),
        metadata: (token) => this.metadata.configurations.get(token),
        referenceOf: (token) => parts.references.get(token),
      },
      setup,
      isOn,
    );
  }

  /** Get…Configurations, Get…Configuration and GetCompatible…Configurations of video sources (Media2 §5.3.2). */
  videoSourceConfigurations(scope: ConfigurationScope = {}): readonly VideoSourceConfiguration[] {
    return this.#select("video-source", this.video.sourceConfigurations, scope);
  }

  /** As above, of video encoders. */
  videoEncoderConfigurations(scope: ConfigurationScope = {}): readonly VideoEncoderConfiguration[] {
    return this.#select("video-encoder", this.video.encoderConfigurations, scope);
  }

  /** As above, of loudspeakers; empty on a camera without one. */
  audioOutputConfigurations(scope: ConfigurationScope = {}): readonly AudioOutputConfiguration[] {
    return this.#select("audio-output", this.audioOutputs.configurations, scope);
  }

  /** As above, of the decoder of the back channel. */
  audioDecoderConfigurations(scope: ConfigurationScope = {}): readonly Configuration[] {
    return this.#select("audio-decoder", this.audioDecoders.configurations, scope);
  }

  /** The loudspeakers that a configuration may use: its own, or all without one. */
  audioOutputConfigurationOptions(scope: ConfigurationScope = {}): readonly string[] {
    const { configuration } = this.#scoped("audio-output", this.audioOutputs.configurations, scope);
    return configuration ? [configuration.outputToken] : this.audioOutputs.outputs;
  }

  /** What clients may send to be played, whatever the configuration. */
  audioDecoderConfigurationOptions(scope: ConfigurationScope = {}): readonly AudioDecodingOptions[] {
    this.#scoped("audio-decoder", this.audioDecoders.configurations, scope);
    return this.audioDecoders.options;
  }

  /** As above, of audio sources; empty on a camera without audio. */
  audioSourceConfigurations(scope: ConfigurationScope = {}): readonly AudioSourceConfiguration[] {
    return this.#select("audio-source", this.audio.sourceConfigurations, scope);
  }

  /** As above, of audio encoders; empty on a camera without audio. */
  audioEncoderConfigurations(scope: ConfigurationScope = {}): readonly AudioEncoderConfiguration[] {
    return this.#select("audio-encoder", this.audio.encoderConfigurations, scope);
  }

  /** As above, of metadata. */
  metadataConfigurations(scope: ConfigurationScope = {}): readonly MetadataConfiguration[] {
    return this.#select("metadata", this.metadata.configurations, scope);
  }

  /** GetVideoSourceConfigurationOptions (Media §5.4.4, Media2 §5.3.4). */
  videoSourceConfigurationOptions(scope: ConfigurationScope = {}): VideoSourceOptions {
    const { profile, configuration } = this.#scoped("video-source", this.video.sourceConfigurations, scope);
    const held = profile?.configurations["video-source"];
    return this.video.sourceOptions(
      configuration ?? (held === undefined ? undefined : this.video.sourceConfigurations.get(held)),
    );
  }

  /** GetVideoEncoderConfigurationOptions (Media §5.5.4, Media2 §5.3.4): one entry for each encoding. */
  videoEncoderConfigurationOptions(scope: ConfigurationScope = {}): readonly VideoEncodingOptions[] {
    const { profile, configuration } = this.#scoped("video-encoder", this.video.encoderConfigurations, scope);
    if (configuration) return this.video.encoderOptions(configuration.token);
    const held = profile?.configurations["video-source"];
    const source = held === undefined ? undefined : this.video.sourceConfigurations.get(held).sourceToken;
    return this.video.encoderOptionsOfSource(source);
  }

  /** GetAudioSourceConfigurationOptions (Media §5.7.4): the audio source tokens. */
  audioSourceConfigurationOptions(scope: ConfigurationScope = {}): readonly string[] {
    const { configuration } = this.#scoped("audio-source", this.audio.sourceConfigurations, scope);
    return this.audio.sourceOptions(configuration);
  }

  /** GetAudioEncoderConfigurationOptions (Media §5.8.4): one entry for each encoding. */
  audioEncoderConfigurationOptions(scope: ConfigurationScope = {}): readonly AudioEncodingOptions[] {
    this.#scoped("audio-encoder", this.audio.encoderConfigurations, scope);
    return this.audio.encoderOptions();
  }

  /** GetMetadataConfigurationOptions (Media §5.10.5). */
  metadataConfigurationOptions(scope: ConfigurationScope = {}): MetadataOptions {
    this.#scoped("metadata", this.metadata.configurations, scope);
    return this.metadata.options();
  }

  snapshot(): MediaState {
    return {
      video: this.video.snapshot(),
      audio: this.audio.snapshot(),
      audioDecoders: this.audioDecoders.configurations.list(),
      metadata: this.metadata.configurations.list(),
      profiles: this.profiles.snapshot(),
    };
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(saved: MediaState): () => void {
    const commits = [
      this.video.prepare(saved.video),
      this.audio.prepare(saved.audio),
      this.audioDecoders.configurations.prepare(saved.audioDecoders),
      this.metadata.configurations.prepare(saved.metadata),
      // Tokens and sources of configurations never change, so the present ones judge the saved profiles.
      this.profiles.prepare(saved.profiles),
    ];
    return () => {
      for (const commit of commits) commit();
    };
  }

  /** With a token that one if it fits the profile, with a profile those that fit it, else all. */
  #select<T extends Configuration>(
    kind: ConfigurationKind,
    configurations: Configurations<T>,
    { configurationToken, profileToken }: ConfigurationScope,
  ): readonly T[] {
    const profile = profileToken === undefined ? undefined : this.profiles.get(profileToken);
    const fits = ({ token }: T): boolean => !profile || this.profiles.isCompatible(profile, { kind, token });
    if (configurationToken === undefined) return configurations.list().filter(fits);
    const configuration = configurations.get(configurationToken);
    if (!fits(configuration))
      throw refusal("no-config", "the configuration does not fit the profile", { configurationToken, profileToken });
    return [configuration];
  }

  #scoped<T extends Configuration>(
    kind: ConfigurationKind,
    configurations: Configurations<T>,
    { configurationToken, profileToken }: ConfigurationScope,
  ): { readonly profile: Profile | undefined; readonly configuration: T | undefined } {
    const profile = profileToken === undefined ? undefined : this.profiles.get(profileToken);
    const configuration = configurationToken === undefined ? undefined : configurations.get(configurationToken);
    // Without a source the profile rules nothing out yet.
    if (profile && configuration && this.profiles.isForeign(profile, { kind, token: configuration.token }))
      throw refusal("incompatible-configuration", "the configuration does not fit the profile", {
        configurationToken,
        profileToken,
      });
    return { profile, configuration };
  }

  #sourceOf({ kind, token }: ConfigurationRef): string | undefined {
    switch (kind) {
      case "video-source":
        return this.video.sourceConfigurations.find(token)?.sourceToken;
      case "video-encoder":
        return this.video.sourceOfEncoder(token);
      case "audio-source":
        return this.audio.sourceConfigurations.find(token)?.sourceToken;
      case "audio-encoder":
      case "audio-output":
      case "audio-decoder":
      case "metadata":
        return undefined;
    }
  }

  #configurations(kind: ConfigurationKind): Configurations<Configuration> {
    switch (kind) {
      case "video-source":
        return this.video.sourceConfigurations;
      case "video-encoder":
        return this.video.encoderConfigurations;
      case "audio-source":
        return this.audio.sourceConfigurations;
      case "audio-encoder":
        return this.audio.encoderConfigurations;
      case "audio-output":
        return this.audioOutputs.configurations;
      case "audio-decoder":
        return this.audioDecoders.configurations;
      case "metadata":
        return this.metadata.configurations;
    }
  }
}
