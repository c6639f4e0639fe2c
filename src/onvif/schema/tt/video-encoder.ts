import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional, optionalAttribute, some } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, IntRange } from "./common.js";
import { MulticastConfiguration } from "./multicast.js";

/** Video encoder configurations of the media service (ver10): JPEG, MPEG-4 and H.264. */

export const VideoEncoding = enumeration(xs.string, "JPEG", "MPEG4", "H264");
export type VideoEncoding = Infer<typeof VideoEncoding>;

export const Mpeg4Profile = enumeration(xs.string, "SP", "ASP");
export type Mpeg4Profile = Infer<typeof Mpeg4Profile>;

export const H264Profile = enumeration(xs.string, "Baseline", "Main", "Extended", "High");
export type H264Profile = Infer<typeof H264Profile>;

/** In pixels. */
export const VideoResolution = tt.sequence({ Width: element(xs.int), Height: element(xs.int) });
export interface VideoResolution extends Infer<typeof VideoResolution> {}

/** At most so many frames a second and kbit/s; an `EncodingInterval` of n encodes each n-th frame. */
export const VideoRateControl = tt.sequence({
  FrameRateLimit: element(xs.int),
  EncodingInterval: element(xs.int),
  BitrateLimit: element(xs.int),
});
export interface VideoRateControl extends Infer<typeof VideoRateControl> {}

/** `GovLength` is the number of frames from one I frame to the next. */
export const Mpeg4Configuration = tt.sequence({ GovLength: element(xs.int), Mpeg4Profile: element(Mpeg4Profile) });
export interface Mpeg4Configuration extends Infer<typeof Mpeg4Configuration> {}

/** `GovLength` is the number of frames from one I frame to the next. */
export const H264Configuration = tt.sequence({ GovLength: element(xs.int), H264Profile: element(H264Profile) });
export interface H264Configuration extends Infer<typeof H264Configuration> {}

export const VideoEncoderConfiguration = tt
  .extend(ConfigurationEntity, {
    GuaranteedFrameRate: optionalAttribute(xs.boolean),
    Encoding: element(VideoEncoding),
    Resolution: element(VideoResolution),
    Quality: element(xs.float),
    RateControl: optional(VideoRateControl),
    MPEG4: optional(Mpeg4Configuration),
    H264: optional(H264Configuration),
    Multicast: element(MulticastConfiguration),
    SessionTimeout: element(xs.duration),
  })
  .open();
export interface VideoEncoderConfiguration extends Infer<typeof VideoEncoderConfiguration> {}

export const JpegOptions = tt.sequence({
  ResolutionsAvailable: some(VideoResolution),
  FrameRateRange: element(IntRange),
  EncodingIntervalRange: element(IntRange),
});
export interface JpegOptions extends Infer<typeof JpegOptions> {}

/** With the bit rate in kbit/s. */
export const JpegOptions2 = tt.extend(JpegOptions, { BitrateRange: element(IntRange) }).open();
export interface JpegOptions2 extends Infer<typeof JpegOptions2> {}

export const Mpeg4Options = tt.sequence({
  ResolutionsAvailable: some(VideoResolution),
  GovLengthRange: element(IntRange),
  FrameRateRange: element(IntRange),
  EncodingIntervalRange: element(IntRange),
  Mpeg4ProfilesSupported: some(Mpeg4Profile),
});
export interface Mpeg4Options extends Infer<typeof Mpeg4Options> {}

/** With the bit rate in kbit/s. */
export const Mpeg4Options2 = tt.extend(Mpeg4Options, { BitrateRange: element(IntRange) }).open();
export interface Mpeg4Options2 extends Infer<typeof Mpeg4Options2> {}

export const H264Options = tt.sequence({
  ResolutionsAvailable: some(VideoResolution),
  GovLengthRange: element(IntRange),
  FrameRateRange: element(IntRange),
  EncodingIntervalRange: element(IntRange),
  H264ProfilesSupported: some(H264Profile),
});
export interface H264Options extends Infer<typeof H264Options> {}

/** With the bit rate in kbit/s. */
export const H264Options2 = tt.extend(H264Options, { BitrateRange: element(IntRange) }).open();
export interface H264Options2 extends Infer<typeof H264Options2> {}

export const VideoEncoderOptionsExtension2 = tt.sequence({}).open({ attributes: false });
export interface VideoEncoderOptionsExtension2 extends Infer<typeof VideoEncoderOptionsExtension2> {}

export const VideoEncoderOptionsExtension = tt
  .sequence({
    JPEG: optional(JpegOptions2),
    MPEG4: optional(Mpeg4Options2),
    H264: optional(H264Options2),
    Extension: optional(VideoEncoderOptionsExtension2),
  })
  .open({ attributes: false });
export interface VideoEncoderOptionsExtension extends Infer<typeof VideoEncoderOptionsExtension> {}

export const VideoEncoderConfigurationOptions = tt
  .sequence({
    GuaranteedFrameRateSupported: optionalAttribute(xs.boolean),
    QualityRange: element(IntRange),
    JPEG: optional(JpegOptions),
    MPEG4: optional(Mpeg4Options),
    H264: optional(H264Options),
    Extension: optional(VideoEncoderOptionsExtension),
  })
  .open({ elements: false });
export interface VideoEncoderConfigurationOptions extends Infer<typeof VideoEncoderConfigurationOptions> {}
