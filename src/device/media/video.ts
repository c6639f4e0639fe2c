import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { Configurations } from "./configurations.js";
import { demandMulticast, demandNewName, timeoutWithin } from "./settings.js";
import type {
  EncodingProfile,
  MulticastConfiguration,
  Range,
  Rectangle,
  Size,
  VideoEncoderConfiguration,
  VideoEncoding,
  VideoRateControl,
  VideoSource,
  VideoSourceConfiguration,
} from "./types.js";
import {
  allVideoEncodings,
  clamped,
  defaultProfileOf,
  hasSize,
  inRange,
  mergedVideoOptions,
  videoEncodingOptions,
  type VideoEncodingOptions,
} from "./video-options.js";

/** SetVideoSourceConfiguration; what is absent stays. */
export interface VideoSourceSetting {
  readonly token: string;
  readonly name?: string | undefined;
  readonly sourceToken?: string | undefined;
  readonly bounds?: Rectangle | undefined;
}

/** SetVideoEncoderConfiguration of either service; what is absent stays. */
export interface VideoEncoderSetting {
  readonly token: string;
  readonly name?: string | undefined;
  readonly encoding?: VideoEncoding | undefined;
  readonly resolution?: Size | undefined;
  readonly quality?: number | undefined;
  readonly rateControl?:
    (Omit<VideoRateControl, "encodingInterval"> & { readonly encodingInterval?: number | undefined }) | undefined;
  readonly govLength?: number | undefined;
  readonly encodingProfile?: EncodingProfile | undefined;
  readonly multicast?: MulticastConfiguration | undefined;
  readonly sessionTimeoutMs?: number | undefined;
}

/** What a client may choose for a video source configuration (Media §5.4.4). */
export interface VideoSourceOptions {
  readonly boundsRange: { readonly x: Range; readonly y: Range; readonly width: Range; readonly height: Range };
  readonly sourceTokens: readonly string[];
  /** Profiles that may hold the configuration at the same time. */
  readonly maximumProfiles: number;
}

/** How many encoders run at the same time on one video source (Media §5.5.6, Media2 §5.3.5). */
export interface VideoEncoderInstances {
  readonly total: number;
  readonly perEncoding: Readonly<Record<VideoEncoding, number>>;
}

/** The parts from which the video side is made. */
export interface VideoParts {
  readonly sources: readonly VideoSource[];
  readonly sourceConfigurations: readonly VideoSourceConfiguration[];
  readonly encoderConfigurations: readonly VideoEncoderConfiguration[];
  /** Encoder configuration token → token of the source whose pictures it encodes. */
  readonly sourceOfEncoder: ReadonlyMap<string, string>;
  readonly encodings: readonly VideoEncoding[];
  readonly resolutions: readonly Size[] | undefined;
  readonly minimumBounds: Size | undefined;
  readonly maximumProfiles: number;
}

/** The video as clients may change it. */
export interface VideoState {
  readonly sourceConfigurations: readonly VideoSourceConfiguration[];
  readonly encoderConfigurations: readonly VideoEncoderConfiguration[];
}

/** Video sources and their configurations and encoders (Media §5.3–5.5, Media2 §5.2.2–5.2.3). */
export class Video {
  readonly sources: readonly VideoSource[];
  readonly sourceConfigurations: Configurations<VideoSourceConfiguration>;
  readonly encoderConfigurations: Configurations<VideoEncoderConfiguration>;
  readonly #parts: VideoParts;
  #optionsOfSource: ReadonlyMap<string, readonly VideoEncodingOptions[]>;

  constructor(
    parts: VideoParts,
    private readonly emit: Emit,
  ) {
    this.#parts = parts;
    this.sources = parts.sources;
    this.sourceConfigurations = new Configurations(parts.sourceConfigurations);
    this.encoderConfigurations = new Configurations(parts.encoderConfigurations);
    this.#optionsOfSource = this.#computeOptions();
  }

  /** Refuses an unknown token: ter:NoVideoSource. */
  source(token: string): VideoSource {
    const found = this.sources.find((source) => source.token === token);
    if (!found) throw refusal("no-video-source", "no such video source", { videoSourceToken: token.slice(0, 64) });
    return found;
  }

  /** Token of the source whose pictures the encoder encodes. */
  sourceOfEncoder(configurationToken: string): string | undefined {
    return this.#parts.sourceOfEncoder.get(configurationToken);
  }

  /**
   * SetVideoSourceConfiguration (Media §5.4.5, Media2 §5.3.3). Bounds inside their ranges that reach over the edge are
   * moved back, as Media2 allows.
   */
  setSourceConfiguration(setting: VideoSourceSetting): void {
    const present = this.sourceConfigurations.get(setting.token);
    const { sourceToken = present.sourceToken, bounds = present.bounds } = setting;
    if (sourceToken !== present.sourceToken)
      throw refusal("config-modify", "the configuration belongs to another video source", { sourceToken });
    const { resolution } = this.source(sourceToken);
    const { boundsRange } = this.sourceOptions(present);
    for (const side of ["x", "y", "width", "height"] as const)
      if (!Number.isInteger(bounds[side]) || !inRange(bounds[side], boundsRange[side]))
        throw refusal("config-modify", `${side} of the bounds is out of its range`, {
          bounds,
          range: boundsRange[side],
        });
    const { width, height } = bounds;
    this.sourceConfigurations.replace({
      ...present,
      name: demandNewName(setting.name, present),
      bounds: {
        x: Math.min(bounds.x, resolution.width - width),
        y: Math.min(bounds.y, resolution.height - height),
        width,
        height,
      },
    });
    this.emit({ slice: "configurations", what: "set", kind: "video-source", configurationToken: setting.token });
  }

  /** Options of one configuration, or of all (Media §5.4.4). */
  sourceOptions(configuration: VideoSourceConfiguration | undefined): VideoSourceOptions {
    const { maximumProfiles, minimumBounds } = this.#parts;
    const sources = configuration ? [this.source(configuration.sourceToken)] : this.sources;
    const largest = {
      width: Math.max(1, ...sources.map(({ resolution }) => resolution.width)),
      height: Math.max(1, ...sources.map(({ resolution }) => resolution.height)),
    };
    // The smallest picture any of the sources can be cut to.
    const smallest = {
      width: Math.min(
        largest.width,
        ...sources.map(({ resolution }) => resolution.width),
        minimumBounds?.width ?? Infinity,
      ),
      height: Math.min(
        largest.height,
        ...sources.map(({ resolution }) => resolution.height),
        minimumBounds?.height ?? Infinity,
      ),
    };
    const freeX = minimumBounds ? largest.width - smallest.width : 0;
    const freeY = minimumBounds ? largest.height - smallest.height : 0;
    return {
      boundsRange: {
        x: { min: 0, max: freeX },
        y: { min: 0, max: freeY },
        width: { min: smallest.width, max: largest.width },
        height: { min: smallest.height, max: largest.height },
      },
      sourceTokens: sources.map(({ token }) => token),
      maximumProfiles,
    };
  }

  /**
   * SetVideoEncoderConfiguration (Media §5.5.5, Media2 §5.3.3). Rate control is adapted to the options, as both
   * specifications allow (bit rates: demand); anything else outside them is refused.
   */
  setEncoderConfiguration(setting: VideoEncoderSetting): void {
    const present = this.encoderConfigurations.get(setting.token);
    const { encoding = present.encoding, resolution = present.resolution, quality = present.quality } = setting;
    const { govLength = present.govLength, sessionTimeoutMs = present.sessionTimeoutMs } = setting;
    const options = this.encoderOptions(present.token).find((one) => one.encoding === encoding);
    if (!options) throw refusal("config-modify", "that encoding is not offered", { encoding });
    if (!hasSize(options.resolutions, resolution))
      throw refusal("config-modify", "that resolution is not offered", { resolution });
    if (!inRange(quality, options.qualityRange))
      throw refusal("config-modify", "quality out of its range", { quality, range: options.qualityRange });
    const { govLengthRange } = options;
    if (govLengthRange && !(Number.isInteger(govLength) && inRange(govLength, govLengthRange)))
      throw refusal("config-modify", "GOV length out of its range", { govLength, range: govLengthRange });
    const encodingProfile =
      setting.encodingProfile ?? (encoding === present.encoding ? present.encodingProfile : defaultProfileOf(encoding));
    if (encodingProfile !== undefined && encoding !== "JPEG" && !options.encodingProfiles.includes(encodingProfile))
      throw refusal("config-modify", "that encoding profile is not offered", { encoding, encodingProfile });
    const changed: VideoEncoderConfiguration = {
      token: present.token,
      name: demandNewName(setting.name, present),
      encoding,
      resolution: { width: resolution.width, height: resolution.height },
      quality,
      rateControl: adapted({ ...present.rateControl, ...definedOf(setting.rateControl) }, options),
      govLength: govLengthRange ? govLength : present.govLength,
      ...(encodingProfile === undefined || encoding === "JPEG" ? {} : { encodingProfile }),
      multicast: demandMulticast(setting.multicast ?? present.multicast),
      sessionTimeoutMs: timeoutWithin(sessionTimeoutMs),
    };
    this.encoderConfigurations.replace(changed);
    this.emit({ slice: "configurations", what: "set", kind: "video-encoder", configurationToken: setting.token });
  }

  /** Options of one encoder configuration, one for each encoding. */
  encoderOptions(configurationToken: string): readonly VideoEncodingOptions[] {
    return this.encoderOptionsOfSource(this.sourceOfEncoder(this.encoderConfigurations.get(configurationToken).token));
  }

  /** Options of all encoders on a source; without one, of the device. */
  encoderOptionsOfSource(sourceToken: string | undefined): readonly VideoEncodingOptions[] {
    if (sourceToken !== undefined) return this.#optionsOfSource.get(sourceToken) ?? [];
    return mergedVideoOptions([...this.#optionsOfSource.values()]);
  }

  /**
   * GetGuaranteedNumberOfVideoEncoderInstances and GetVideoEncoderInstances: every encoder of the source can run,
   * whatever its encoding. Encodings that are not offered count 0.
   */
  encoderInstances(sourceConfigurationToken: string): VideoEncoderInstances {
    const { sourceToken } = this.sourceConfigurations.get(sourceConfigurationToken);
    const total = [...this.#parts.sourceOfEncoder.values()].filter((token) => token === sourceToken).length;
    const offered = this.encoderOptionsOfSource(sourceToken).map(({ encoding }) => encoding);
    const perEncoding = { JPEG: 0, MPEG4: 0, H264: 0, H265: 0 };
    for (const encoding of allVideoEncodings) perEncoding[encoding] = offered.includes(encoding) ? total : 0;
    return { total, perEncoding };
  }

  snapshot(): VideoState {
    return {
      sourceConfigurations: this.sourceConfigurations.list(),
      encoderConfigurations: this.encoderConfigurations.list(),
    };
  }

  /** Checks a saved state; the result puts it in force. */
  prepare(saved: VideoState): () => void {
    for (const { token, sourceToken, bounds } of saved.sourceConfigurations) {
      if (this.sourceConfigurations.find(token)?.sourceToken !== sourceToken)
        throw refusal("state-mismatch", "a saved configuration belongs to another video source", { token });
      const { resolution } = this.source(sourceToken);
      const { x, y, width, height } = bounds;
      if (!(
        x >= 0 &&
        y >= 0 &&
        width > 0 &&
        height > 0 &&
        x + width <= resolution.width &&
        y + height <= resolution.height
      ))
        throw refusal("state-mismatch", "saved bounds reach over the edge of the picture", { token, bounds });
    }
    for (const {
      token,
      resolution,
      quality,
      rateControl,
      govLength,
      sessionTimeoutMs,
    } of saved.encoderConfigurations) {
      const { frameRateLimit, encodingInterval, bitrateLimitKbps } = rateControl;
      const numbers = [resolution.width, resolution.height, govLength, sessionTimeoutMs];
      numbers.push(frameRateLimit, encodingInterval, bitrateLimitKbps);
      if (!Number.isFinite(quality) || !numbers.every((number) => Number.isFinite(number) && number > 0))
        throw refusal("state-mismatch", "a saved encoder configuration has an impossible number", { token });
    }
    const commits = [
      this.sourceConfigurations.prepare(saved.sourceConfigurations),
      this.encoderConfigurations.prepare(saved.encoderConfigurations),
    ];
    return () => {
      for (const commit of commits) commit();
      this.#optionsOfSource = this.#computeOptions();
    };
  }

  #computeOptions(): ReadonlyMap<string, readonly VideoEncodingOptions[]> {
    const { encodings, resolutions, sourceOfEncoder } = this.#parts;
    // The configured settings stay on offer for good; those restored join them.
    const known = [...this.#parts.encoderConfigurations, ...this.encoderConfigurations.list()];
    return new Map(
      this.sources.map(({ token, resolution }) => [
        token,
        videoEncodingOptions({
          source: resolution,
          configurations: known.filter((configuration) => sourceOfEncoder.get(configuration.token) === token),
          encodings,
          resolutions,
        }),
      ]),
    );
  }
}

const definedOf = (given: VideoEncoderSetting["rateControl"]): Partial<VideoRateControl> => {
  if (!given) return {};
  const { frameRateLimit, bitrateLimitKbps, encodingInterval } = given;
  return { frameRateLimit, bitrateLimitKbps, ...(encodingInterval === undefined ? {} : { encodingInterval }) };
};

const adapted = (wanted: VideoRateControl, options: VideoEncodingOptions): VideoRateControl => {
  if (!Object.values(wanted).every(Number.isFinite))
    throw refusal("config-modify", "rate control is made of numbers", { rateControl: wanted });
  return {
    frameRateLimit: clamped(wanted.frameRateLimit, options.frameRateRange),
    encodingInterval: Math.round(clamped(wanted.encodingInterval, options.encodingIntervalRange)),
    bitrateLimitKbps: Math.round(clamped(wanted.bitrateLimitKbps, options.bitrateKbpsRange)),
  };
};
