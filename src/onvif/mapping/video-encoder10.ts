import type { Media } from "#device/media/media";
import type { Range, Size, VideoEncoderConfiguration, VideoEncoding } from "#device/media/types";
import type { Video, VideoEncoderSetting } from "#device/media/video";
import type { VideoEncodingOptions } from "#device/media/video-options";
import { invariant } from "#util/errors";
import type { IntRange } from "../schema/tt/common.js";
import type {
  H264Options2,
  H264Profile,
  JpegOptions2,
  Mpeg4Options2,
  Mpeg4Profile,
  VideoEncoderConfiguration as WireConfiguration,
  VideoEncoderConfigurationOptions,
  VideoResolution,
} from "../schema/tt/video-encoder.js";
import { entityToWire } from "./configuration-entity.js";
import { multicastFromWire, multicastToWire } from "./multicast.js";
import { rangeToWire, wholeRange, wholeRate, wholeRates } from "./range.js";
import { refuseUnoffered } from "./unoffered.js";

/** Video encoders in the words of the first media service (ver10), which knows JPEG, MPEG-4 and H.264. */

const MPEG4_PROFILES: readonly Mpeg4Profile[] = ["SP", "ASP"];
const H264_PROFILES: readonly H264Profile[] = ["Baseline", "Main", "Extended", "High"];

export const sizeToWire = ({ width, height }: Size): VideoResolution => ({ Width: width, Height: height });

/**
 * Undefined for an encoder that is set to H.265. The service has no word for it and the specification no rule; saying
 * H.264 instead would send clients that can decode nothing else to a stream that they can not show.
 */
export function videoEncoder10ToWire(
  configuration: VideoEncoderConfiguration,
  media: Media,
): WireConfiguration | undefined {
  const { encoding, resolution, quality, rateControl, govLength, encodingProfile, sessionTimeoutMs } = configuration;
  if (encoding === "H265") return undefined;
  const mpeg4 = MPEG4_PROFILES.find((profile) => profile === encodingProfile) ?? "SP";
  const h264 = H264_PROFILES.find((profile) => profile === encodingProfile) ?? "Main";
  return {
    ...entityToWire("video-encoder", configuration, media),
    Encoding: encoding,
    Resolution: sizeToWire(resolution),
    Quality: quality,
    RateControl: {
      FrameRateLimit: wholeRate(rateControl.frameRateLimit),
      EncodingInterval: rateControl.encodingInterval,
      BitrateLimit: rateControl.bitrateLimitKbps,
    },
    MPEG4: encoding === "MPEG4" ? { GovLength: govLength, Mpeg4Profile: mpeg4 } : undefined,
    H264: encoding === "H264" ? { GovLength: govLength, H264Profile: h264 } : undefined,
    Multicast: multicastToWire("video-encoder", configuration, media),
    SessionTimeout: sessionTimeoutMs,
  };
}

/** A frame rate that reads as the present one does here leaves that as it is: 12.5 is not made 13 by writing it back. */
export function videoEncoder10FromWire(wire: WireConfiguration, media: Media): VideoEncoderSetting {
  const { token, Name, Encoding, Resolution, Quality, RateControl, MPEG4, H264, Multicast, SessionTimeout } = wire;
  refuseUnoffered("a guaranteed frame rate", wire.GuaranteedFrameRate);
  const present = media.video.encoderConfigurations.find(token)?.rateControl.frameRateLimit;
  const isSame = present !== undefined && wholeRate(present) === RateControl?.FrameRateLimit;
  return {
    token,
    name: Name,
    encoding: Encoding,
    resolution: { width: Resolution.Width, height: Resolution.Height },
    quality: Quality,
    rateControl: RateControl && {
      frameRateLimit: isSame ? present : RateControl.FrameRateLimit,
      encodingInterval: RateControl.EncodingInterval,
      bitrateLimitKbps: RateControl.BitrateLimit,
    },
    ...(Encoding === "MPEG4" && { govLength: MPEG4?.GovLength, encodingProfile: MPEG4?.Mpeg4Profile }),
    ...(Encoding === "H264" && { govLength: H264?.GovLength, encodingProfile: H264?.H264Profile }),
    multicast: multicastFromWire(Multicast),
    sessionTimeoutMs: SessionTimeout,
  };
}

/**
 * The options in both forms (Media §5.5.4): the older lacks the bit rates, which the types of the extension add; the
 * encoder leaves out what a type has not.
 */
export function videoEncoderOptions10ToWire(all: readonly VideoEncodingOptions[]): VideoEncoderConfigurationOptions {
  const of = (encoding: VideoEncoding): VideoEncodingOptions | undefined =>
    all.find((options) => options.encoding === encoding);
  const [jpeg, mpeg4, h264] = [of("JPEG"), of("MPEG4"), of("H264")];
  const forms = {
    JPEG: jpeg && jpegOptions(jpeg),
    MPEG4: mpeg4 && mpeg4Options(mpeg4),
    H264: h264 && h264Options(h264),
  };
  return { QualityRange: wholeRange(sharedQuality(all)), ...forms, Extension: forms };
}

const jpegOptions = (options: VideoEncodingOptions): JpegOptions2 => ({
  ResolutionsAvailable: options.resolutions.map(sizeToWire),
  FrameRateRange: wholeRates(options.frameRateRange),
  EncodingIntervalRange: rangeToWire(options.encodingIntervalRange),
  BitrateRange: rangeToWire(options.bitrateKbpsRange),
});

const mpeg4Options = (options: VideoEncodingOptions): Mpeg4Options2 => ({
  ...jpegOptions(options),
  GovLengthRange: govLengths(options),
  Mpeg4ProfilesSupported: MPEG4_PROFILES.filter((profile) => options.encodingProfiles.includes(profile)),
});

const h264Options = (options: VideoEncodingOptions): H264Options2 => ({
  ...jpegOptions(options),
  GovLengthRange: govLengths(options),
  H264ProfilesSupported: H264_PROFILES.filter((profile) => options.encodingProfiles.includes(profile)),
});

function govLengths({ encoding, govLengthRange }: VideoEncodingOptions): IntRange {
  invariant(govLengthRange, `${encoding} has a GOV length`);
  return rangeToWire(govLengthRange);
}

/** The one range that is good for each encoding; of a camera without video 0 to 0. */
const sharedQuality = (all: readonly VideoEncodingOptions[]): Range =>
  all.length === 0
    ? { min: 0, max: 0 }
    : {
        min: Math.max(...all.map(({ qualityRange }) => qualityRange.min)),
        max: Math.min(...all.map(({ qualityRange }) => qualityRange.max)),
      };

/**
 * How many encoders run at the same time on a video source. Those that are set to H.265 do not count: the service lists
 * no configuration for them, and clients hold the two numbers against each other (MEDIA-2-1-7).
 */
export function encoderInstances10ToWire(
  video: Video,
  sourceConfigurationToken: string,
): { readonly TotalNumber: number; readonly JPEG: number; readonly H264: number; readonly MPEG4: number } {
  const { total, perEncoding } = video.encoderInstances(sourceConfigurationToken);
  const { sourceToken } = video.sourceConfigurations.get(sourceConfigurationToken);
  const hidden = video.encoderConfigurations
    .list()
    .filter(({ token, encoding }) => encoding === "H265" && video.sourceOfEncoder(token) === sourceToken).length;
  const shown = (count: number): number => Math.max(0, count - hidden);
  return {
    TotalNumber: shown(total),
    JPEG: shown(perEncoding.JPEG),
    H264: shown(perEncoding.H264),
    MPEG4: shown(perEncoding.MPEG4),
  };
}
