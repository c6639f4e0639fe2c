import { createHash } from "node:crypto";
import { CodedError } from "#util/errors";
import type { AudioEncoderSetup, MediaSetup, ProfileSetup, VideoEncoderSetup } from "../setup.js";
import { isName, isToken, nextToken } from "../tokens.js";
import { AUDIO_OUTPUT_CONFIGURATION } from "../io/audio-outputs.js";
import { AUDIO_DECODER_TOKEN } from "./audio-decoders.js";
import type { AudioParts } from "./audio.js";
import { effectiveReference } from "./streams.js";
import type {
  AudioEncoderConfiguration,
  ConfigurationKind,
  MetadataConfiguration,
  MulticastConfiguration,
  Profile,
  Size,
  StreamReference,
  VideoEncoderConfiguration,
  VideoSource,
  VideoSourceConfiguration,
} from "./types.js";
import { allVideoEncodings, defaultProfileOf } from "./video-options.js";
import type { VideoParts } from "./video.js";

/** The media side at the start. */
export interface MediaParts {
  readonly video: VideoParts;
  readonly audio: AudioParts;
  readonly metadata: readonly MetadataConfiguration[];
  readonly profiles: readonly Profile[];
  readonly maximumProfiles: number;
  /** Encoder configuration token → what its profile of the setup plays. */
  readonly references: ReadonlyMap<string, StreamReference>;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const METADATA_TOKEN = "metadata_1";
const AUDIO_SOURCE_CONFIGURATION = "audio_source_config_1";

/**
 * Turns the configured profiles into sources, configurations and fixed profiles. Tokens follow from the order in the
 * setup alone, so they are the same after each start. Throws `device-setup` where tokens or names can not be used.
 */
export const buildMedia = (setup: MediaSetup, serialNumber: string, hasSpeaker: boolean): MediaParts => {
  const multicastFor = (kind: "video" | "audio" | "metadata", number: number): MulticastConfiguration =>
    defaultMulticast(serialNumber, kind, number);
  const sources = videoSourcesOf(setup.profiles);
  const maximumProfiles = Math.max(setup.profiles.length, setup.maximumProfiles ?? setup.profiles.length + 8);
  const tokens = profileTokensOf(setup.profiles);
  const sourceOfEncoder = new Map<string, string>();
  const references = new Map<string, StreamReference>();
  const videoEncoders: VideoEncoderConfiguration[] = [];
  const audioEncoders: AudioEncoderConfiguration[] = [];
  const profiles: Profile[] = [];
  const placeInSource = new Map<string, number>();

  for (const [index, profile] of setup.profiles.entries()) {
    const source = profile.video && sources.find(({ resolution }) => isSame(resolution, profile.video?.source));
    const place = placeInSource.get(source?.token ?? "") ?? 0;
    placeInSource.set(source?.token ?? "", place + 1);
    const channel = source && sources.length > 1 ? sources.indexOf(source) + 1 : undefined;
    const name = profile.name ?? nameOf(place, channel);
    if (!isName(name)) throw new CodedError("device-setup", `profile ${index + 1}: a name has at most 64 characters`);
    const configurations: Partial<Record<ConfigurationKind, string>> = {};
    const reference = effectiveReference(profile.stream);

    if (source) {
      configurations["video-source"] = configurationTokenOf(source);
      if (profile.video?.encoder) {
        const number = videoEncoders.length + 1;
        const encoder = videoEncoder(profile.video.encoder, number, name, multicastFor("video", number));
        videoEncoders.push(encoder);
        sourceOfEncoder.set(encoder.token, source.token);
        references.set(encoder.token, reference);
        configurations["video-encoder"] = encoder.token;
      }
    }
    if (profile.audio) {
      configurations["audio-source"] = AUDIO_SOURCE_CONFIGURATION;
      if (profile.audio.encoder) {
        const number = audioEncoders.length + 1;
        const encoder = audioEncoder(profile.audio.encoder, number, name, multicastFor("audio", number));
        audioEncoders.push(encoder);
        references.set(encoder.token, reference);
        configurations["audio-encoder"] = encoder.token;
      }
    }
    // Whoever plays a stream may talk by it (Streaming §5.3).
    if (hasSpeaker) {
      configurations["audio-output"] = AUDIO_OUTPUT_CONFIGURATION;
      configurations["audio-decoder"] = AUDIO_DECODER_TOKEN;
    }
    if (setup.metadata === "in-profiles") configurations.metadata = METADATA_TOKEN;
    profiles.push({ token: tokens[index] ?? "", name, fixed: true, configurations, multicastStreaming: false });
  }

  const hasAudio = setup.profiles.some(({ audio }) => audio !== undefined);
  return {
    video: {
      sources,
      sourceConfigurations: sources.map(videoSourceConfiguration),
      encoderConfigurations: videoEncoders,
      sourceOfEncoder,
      encodings: setup.videoEncodings ?? allVideoEncodings,
      resolutions: setup.resolutions,
      minimumBounds: setup.minimumBounds,
      maximumProfiles,
    },
    audio: {
      sources: hasAudio ? [{ token: "audio_source_1", channels: setup.audioChannels ?? 1 }] : [],
      sourceConfigurations: hasAudio
        ? [{ token: AUDIO_SOURCE_CONFIGURATION, name: AUDIO_SOURCE_CONFIGURATION, sourceToken: "audio_source_1" }]
        : [],
      encoderConfigurations: audioEncoders,
      encodings: setup.audioEncodings ?? ["G711", "G726", "AAC"],
    },
    metadata: setup.metadata === "absent" ? [] : [metadataConfiguration(multicastFor("metadata", 1))],
    profiles,
    maximumProfiles,
    references,
  };
};

const isSame = (a: Size, b: Size | undefined): boolean => a.width === b?.width && a.height === b.height;

const videoSourcesOf = (profiles: readonly ProfileSetup[]): readonly VideoSource[] => {
  const sizes: Size[] = [];
  for (const { video } of profiles)
    if (video && !sizes.some((size) => isSame(size, video.source))) sizes.push(video.source);
  return sizes.map(({ width, height }, index) => {
    const rates = profiles.flatMap(({ video }) =>
      isSame({ width, height }, video?.source) ? (video?.encoder?.frameRateLimit ?? []) : [],
    );
    const frameRate = rates.length > 0 ? Math.max(...rates) : 25;
    return { token: `video_source_${index + 1}`, resolution: { width, height }, frameRate };
  });
};

const configurationTokenOf = ({ token }: VideoSource): string => token.replace("video_source", "video_source_config");

const videoSourceConfiguration = (source: VideoSource): VideoSourceConfiguration => ({
  token: configurationTokenOf(source),
  name: configurationTokenOf(source),
  sourceToken: source.token,
  bounds: { x: 0, y: 0, ...source.resolution },
});

const profileTokensOf = (profiles: readonly ProfileSetup[]): readonly string[] => {
  const given = profiles.flatMap(({ token }) => token ?? []);
  const bad = given.find((token, index) => !isToken(token) || given.indexOf(token) !== index);
  if (bad !== undefined) throw new CodedError("device-setup", `profile token ${JSON.stringify(bad)} can not be used`);
  const taken = new Set(given);
  return profiles.map(({ token }, index) => {
    if (token !== undefined) return token;
    const usual = `profile_${index + 1}`;
    const made = taken.has(usual) ? nextToken("profile", taken) : usual;
    taken.add(made);
    return made;
  });
};

const nameOf = (place: number, channel: number | undefined): string => {
  const stream = place === 0 ? "main" : `sub${place === 1 ? "" : place}`;
  return channel === undefined ? stream : `channel${channel} ${stream}`;
};

const videoEncoder = (
  setup: VideoEncoderSetup,
  number: number,
  name: string,
  multicast: MulticastConfiguration,
): VideoEncoderConfiguration => {
  const { encoding, frameRateLimit, encodingInterval, bitrateLimitKbps, quality, sessionTimeoutMs } = setup;
  const encodingProfile = encoding === "JPEG" ? undefined : (setup.encodingProfile ?? defaultProfileOf(encoding));
  return {
    token: `video_encoder_${number}`,
    name,
    encoding,
    resolution: { width: setup.resolution.width, height: setup.resolution.height },
    quality,
    rateControl: { frameRateLimit, encodingInterval, bitrateLimitKbps },
    govLength: setup.govLength ?? Math.max(1, Math.round(frameRateLimit)),
    ...(encodingProfile === undefined ? {} : { encodingProfile }),
    multicast: setup.multicast ?? multicast,
    sessionTimeoutMs,
  };
};

const audioEncoder = (
  setup: AudioEncoderSetup,
  number: number,
  name: string,
  multicast: MulticastConfiguration,
): AudioEncoderConfiguration => ({
  token: `audio_encoder_${number}`,
  name,
  encoding: setup.encoding,
  bitrateKbps: setup.bitrateKbps,
  sampleRateKhz: setup.sampleRateKhz,
  multicast: setup.multicast ?? multicast,
  sessionTimeoutMs: setup.sessionTimeoutMs,
});

const metadataConfiguration = (multicast: MulticastConfiguration): MetadataConfiguration => ({
  token: METADATA_TOKEN,
  name: METADATA_TOKEN,
  ptzStatus: false,
  ptzPosition: false,
  analytics: false,
  eventFilter: "",
  multicast,
  sessionTimeoutMs: DEFAULT_TIMEOUT_MS,
});

/** A group of 239.192.0.0/14 (RFC 2365 §6.2): camera in 18 bits by serial number, an even port for each stream. */
const defaultMulticast = (
  serialNumber: string,
  kind: "video" | "audio" | "metadata",
  number: number,
): MulticastConfiguration => {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(`multicast:${serialNumber}`).digest();
  const base = { video: 40_000, audio: 42_000, metadata: 44_000 }[kind];
  const address = `239.${192 + (a & 3)}.${b}.${c}`;
  return { address: { family: "ipv4", address }, port: base + ((number - 1) % 500) * 4, ttl: 5 };
};
