import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional, optionalAttribute, some } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, FloatList, FloatRange, IntList, IntRange, StringAttrList } from "./common.js";
import { MulticastConfiguration } from "./multicast.js";

/** Video encoder configurations of the media2 service (ver20), for any codec. */

/** Values of `Encoding` for video: names of payload formats (RFC 3551 and the registry of media types). */
export const VideoEncodingMimeNames = enumeration(xs.string, "JPEG", "MPV4-ES", "H264", "H265");
export type VideoEncodingMimeNames = Infer<typeof VideoEncodingMimeNames>;

/** Values of `Profile`. */
export const VideoEncodingProfiles = enumeration(
  xs.string,
  "Simple",
  "AdvancedSimple",
  "Baseline",
  "Main",
  "Main10",
  "Extended",
  "High",
);
export type VideoEncodingProfiles = Infer<typeof VideoEncodingProfiles>;

/** In pixels. */
export const VideoResolution2 = tt.sequence({ Width: element(xs.int), Height: element(xs.int) }).open();
export interface VideoResolution2 extends Infer<typeof VideoResolution2> {}

/** In frames a second and kbit/s. */
export const VideoRateControl2 = tt
  .sequence({
    ConstantBitRate: optionalAttribute(xs.boolean),
    FrameRateLimit: element(xs.float),
    BitrateLimit: element(xs.int),
    AverageBitRate: optional(xs.int),
  })
  .open();
export interface VideoRateControl2 extends Infer<typeof VideoRateControl2> {}

/**
 * `GovLength` is the number of frames from one I frame to the next, `AnchorFrameDistance` that from one frame that
 * others refer to, to the next.
 */
export const VideoEncoder2Configuration = tt
  .extend(ConfigurationEntity, {
    GovLength: optionalAttribute(xs.int),
    AnchorFrameDistance: optionalAttribute(xs.int),
    Profile: optionalAttribute(xs.string),
    GuaranteedFrameRate: optionalAttribute(xs.boolean),
    Signed: optionalAttribute(xs.boolean),
    SecureStreamingProtocolAlgorithm: optionalAttribute(xs.string),
    Encoding: element(xs.string),
    Resolution: element(VideoResolution2),
    RateControl: optional(VideoRateControl2),
    Multicast: optional(MulticastConfiguration),
    Quality: element(xs.float),
  })
  .open();
export interface VideoEncoder2Configuration extends Infer<typeof VideoEncoder2Configuration> {}

/** What is possible with one codec; bit rates in kbit/s, frame rates in frames a second. */
export const VideoEncoder2ConfigurationOptions = tt
  .sequence({
    GovLengthRange: optionalAttribute(IntList),
    MaxAnchorFrameDistance: optionalAttribute(xs.int),
    FrameRatesSupported: optionalAttribute(FloatList),
    ProfilesSupported: optionalAttribute(StringAttrList),
    ConstantBitRateSupported: optionalAttribute(xs.boolean),
    AverageBitRateSupported: optionalAttribute(xs.boolean),
    GuaranteedFrameRateSupported: optionalAttribute(xs.boolean),
    SecureStreamingProtocolAlgorithms: optionalAttribute(StringAttrList),
    SigningSupported: optionalAttribute(xs.boolean),
    Encoding: element(xs.string),
    QualityRange: element(FloatRange),
    ResolutionsAvailable: some(VideoResolution2),
    BitrateRange: element(IntRange),
  })
  .open();
export interface VideoEncoder2ConfigurationOptions extends Infer<typeof VideoEncoder2ConfigurationOptions> {}
