import type { Media } from "#device/media/media";
import type { EncodingProfile, VideoEncoderConfiguration, VideoEncoding } from "#device/media/types";
import type { VideoEncoderInstances, VideoEncoderSetting } from "#device/media/video";
import type { VideoEncodingOptions } from "#device/media/video-options";
import { invalidArgument } from "../faults.js";
import type { EncoderInstanceInfo } from "../schema/media2/streaming.js";
import type {
  VideoEncoder2Configuration,
  VideoEncoder2ConfigurationOptions,
  VideoEncodingMimeNames,
  VideoEncodingProfiles,
} from "../schema/tt/video-encoder2.js";
import { entityToWire } from "./configuration-entity.js";
import { multicastFromWire, multicastToWire } from "./multicast.js";
import { rangeToWire } from "./range.js";
import { algorithmsToWire, refuseSecureStreaming, refuseUnoffered } from "./unoffered.js";
import { sizeToWire } from "./video-encoder10.js";

/** Video encoders in the words of the second media service (ver20). */

/** `MPV4-ES` is the spelling of the ONVIF schema; the registered media type is `MP4V-ES` (RFC 6416), taken too. */
const ENCODINGS: Readonly<Record<VideoEncoding, VideoEncodingMimeNames>> = {
  JPEG: "JPEG",
  MPEG4: "MPV4-ES",
  H264: "H264",
  H265: "H265",
};

const PROFILES: Readonly<Record<EncodingProfile, VideoEncodingProfiles>> = {
  SP: "Simple",
  ASP: "AdvancedSimple",
  Baseline: "Baseline",
  Main: "Main",
  Main10: "Main10",
  Extended: "Extended",
  High: "High",
};

export function videoEncoder20ToWire(
  configuration: VideoEncoderConfiguration,
  media: Media,
): VideoEncoder2Configuration {
  const { encoding, resolution, quality, rateControl, govLength, encodingProfile } = configuration;
  return {
    ...entityToWire("video-encoder", configuration, media),
    GovLength: encoding === "JPEG" ? undefined : govLength,
    Profile: encodingProfile && PROFILES[encodingProfile],
    SecureStreamingProtocolAlgorithm: algorithmsToWire(media)?.[0],
    Encoding: ENCODINGS[encoding],
    Resolution: sizeToWire(resolution),
    RateControl: { FrameRateLimit: rateControl.frameRateLimit, BitrateLimit: rateControl.bitrateLimitKbps },
    Multicast: multicastToWire("video-encoder", configuration, media),
    Quality: quality,
  };
}

/** Constant and average bit rates may be adapted to what the camera does (Media2 §5.3.3), so they are ignored. */
export function videoEncoder20FromWire(wire: VideoEncoder2Configuration, media: Media): VideoEncoderSetting {
  const { token, Name, GovLength, Profile, Encoding, Resolution, RateControl, Multicast, Quality } = wire;
  refuseUnoffered("a guaranteed frame rate", wire.GuaranteedFrameRate);
  refuseUnoffered("signing", wire.Signed);
  refuseSecureStreaming(wire.SecureStreamingProtocolAlgorithm, media);
  const encoding = encodingFromWire(Encoding);
  return {
    token,
    name: Name,
    encoding,
    resolution: { width: Resolution.Width, height: Resolution.Height },
    quality: Quality,
    rateControl: RateControl && {
      frameRateLimit: RateControl.FrameRateLimit,
      bitrateLimitKbps: RateControl.BitrateLimit,
    },
    govLength: GovLength,
    encodingProfile: encoding === "JPEG" || Profile === undefined ? undefined : profileFromWire(Profile),
    multicast: Multicast && multicastFromWire(Multicast),
  };
}

function encodingFromWire(name: string): VideoEncoding {
  const wanted = name.toUpperCase() === "MP4V-ES" ? "MPV4-ES" : name.toUpperCase();
  for (const encoding of ["JPEG", "MPEG4", "H264", "H265"] as const)
    if (ENCODINGS[encoding] === wanted) return encoding;
  throw invalidArgument(`the encoding ${name.slice(0, 64)} is not offered`, "ConfigModify");
}

function profileFromWire(name: string): EncodingProfile {
  for (const profile of ["SP", "ASP", "Baseline", "Main", "Main10", "Extended", "High"] as const)
    if (PROFILES[profile] === name) return profile;
  throw invalidArgument(`the encoding profile ${name.slice(0, 64)} is not offered`, "ConfigModify");
}

export const videoEncoderOptions20ToWire = (
  options: VideoEncodingOptions,
  media: Media,
): VideoEncoder2ConfigurationOptions => ({
  GovLengthRange: options.govLengthRange && [options.govLengthRange.min, options.govLengthRange.max],
  // The highest first, as the schema wants it.
  FrameRatesSupported: options.frameRates.toReversed(),
  ProfilesSupported:
    options.encodingProfiles.length > 0 ? options.encodingProfiles.map((profile) => PROFILES[profile]) : undefined,
  ConstantBitRateSupported: false,
  AverageBitRateSupported: false,
  GuaranteedFrameRateSupported: false,
  SecureStreamingProtocolAlgorithms: algorithmsToWire(media),
  SigningSupported: false,
  Encoding: ENCODINGS[options.encoding],
  QualityRange: rangeToWire(options.qualityRange),
  ResolutionsAvailable: options.resolutions.map(sizeToWire),
  BitrateRange: rangeToWire(options.bitrateKbpsRange),
});

export const encoderInstancesToWire = ({ total, perEncoding }: VideoEncoderInstances): EncoderInstanceInfo => ({
  Codec: (["JPEG", "MPEG4", "H264", "H265"] as const).flatMap((encoding) =>
    perEncoding[encoding] > 0 ? [{ Encoding: ENCODINGS[encoding], Number: perEncoding[encoding] }] : [],
  ),
  Total: total,
});
