import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional } from "#xml/schema";
import { tt } from "../namespaces.js";
import { Rectangle } from "./common.js";

/** Imaging settings as the first release had them, inside a video source, and the modes that later ones share. */

export const BacklightCompensationMode = enumeration(xs.string, "OFF", "ON");
export type BacklightCompensationMode = Infer<typeof BacklightCompensationMode>;

export const BacklightCompensation = tt.sequence({
  Mode: element(BacklightCompensationMode),
  Level: element(xs.float),
});
export interface BacklightCompensation extends Infer<typeof BacklightCompensation> {}

export const ExposureMode = enumeration(xs.string, "AUTO", "MANUAL");
export type ExposureMode = Infer<typeof ExposureMode>;

export const ExposurePriority = enumeration(xs.string, "LowNoise", "FrameRate");
export type ExposurePriority = Infer<typeof ExposurePriority>;

/** Exposure times in µs, gains and irises in dB. */
export const Exposure = tt.sequence({
  Mode: element(ExposureMode),
  Priority: element(ExposurePriority),
  Window: element(Rectangle),
  MinExposureTime: element(xs.float),
  MaxExposureTime: element(xs.float),
  MinGain: element(xs.float),
  MaxGain: element(xs.float),
  MinIris: element(xs.float),
  MaxIris: element(xs.float),
  ExposureTime: element(xs.float),
  Gain: element(xs.float),
  Iris: element(xs.float),
});
export interface Exposure extends Infer<typeof Exposure> {}

export const AutoFocusMode = enumeration(xs.string, "AUTO", "MANUAL");
export type AutoFocusMode = Infer<typeof AutoFocusMode>;

/** Values of `AFMode` beside the plain ones. */
export const AFModes = enumeration(xs.string, "OnceAfterMove");
export type AFModes = Infer<typeof AFModes>;

/** Limits in metres. */
export const FocusConfiguration = tt
  .sequence({
    AutoFocusMode: element(AutoFocusMode),
    DefaultSpeed: element(xs.float),
    NearLimit: element(xs.float),
    FarLimit: element(xs.float),
  })
  .open();
export interface FocusConfiguration extends Infer<typeof FocusConfiguration> {}

export const IrCutFilterMode = enumeration(xs.string, "ON", "OFF", "AUTO");
export type IrCutFilterMode = Infer<typeof IrCutFilterMode>;

export const WideDynamicMode = enumeration(xs.string, "OFF", "ON");
export type WideDynamicMode = Infer<typeof WideDynamicMode>;

export const WideDynamicRange = tt.sequence({ Mode: element(WideDynamicMode), Level: element(xs.float) });
export interface WideDynamicRange extends Infer<typeof WideDynamicRange> {}

export const WhiteBalanceMode = enumeration(xs.string, "AUTO", "MANUAL");
export type WhiteBalanceMode = Infer<typeof WhiteBalanceMode>;

export const WhiteBalance = tt
  .sequence({
    Mode: element(WhiteBalanceMode),
    CrGain: element(xs.float),
    CbGain: element(xs.float),
  })
  .open();
export interface WhiteBalance extends Infer<typeof WhiteBalance> {}

export const ImagingSettingsExtension = tt.sequence({}).open({ attributes: false });
export interface ImagingSettingsExtension extends Infer<typeof ImagingSettingsExtension> {}

export const ImagingSettings = tt
  .sequence({
    BacklightCompensation: optional(BacklightCompensation),
    Brightness: optional(xs.float),
    ColorSaturation: optional(xs.float),
    Contrast: optional(xs.float),
    Exposure: optional(Exposure),
    Focus: optional(FocusConfiguration),
    IrCutFilter: optional(IrCutFilterMode),
    Sharpness: optional(xs.float),
    WideDynamicRange: optional(WideDynamicRange),
    WhiteBalance: optional(WhiteBalance),
    Extension: optional(ImagingSettingsExtension),
  })
  .open({ elements: false });
export interface ImagingSettings extends Infer<typeof ImagingSettings> {}
