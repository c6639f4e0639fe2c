import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { Rectangle, StringAttrList } from "./common.js";
import {
  AutoFocusMode,
  BacklightCompensationMode,
  ExposureMode,
  ExposurePriority,
  IrCutFilterMode,
  WhiteBalanceMode,
  WideDynamicMode,
} from "./imaging-settings.js";

/** Imaging settings of the imaging service (ver20). */

export const BacklightCompensation20 = tt.sequence({
  Mode: element(BacklightCompensationMode),
  Level: optional(xs.float),
});
export interface BacklightCompensation20 extends Infer<typeof BacklightCompensation20> {}

/** Exposure times in µs, gains and irises in dB. */
export const Exposure20 = tt.sequence({
  Mode: element(ExposureMode),
  Priority: optional(ExposurePriority),
  Window: optional(Rectangle),
  MinExposureTime: optional(xs.float),
  MaxExposureTime: optional(xs.float),
  MinGain: optional(xs.float),
  MaxGain: optional(xs.float),
  MinIris: optional(xs.float),
  MaxIris: optional(xs.float),
  ExposureTime: optional(xs.float),
  Gain: optional(xs.float),
  Iris: optional(xs.float),
});
export interface Exposure20 extends Infer<typeof Exposure20> {}

export const FocusConfiguration20Extension = tt.sequence({}).open({ attributes: false });
export interface FocusConfiguration20Extension extends Infer<typeof FocusConfiguration20Extension> {}

/** Limits in metres. */
export const FocusConfiguration20 = tt
  .sequence({
    AFMode: optionalAttribute(StringAttrList),
    AutoFocusMode: element(AutoFocusMode),
    DefaultSpeed: optional(xs.float),
    NearLimit: optional(xs.float),
    FarLimit: optional(xs.float),
    Extension: optional(FocusConfiguration20Extension),
  })
  .open({ elements: false });
export interface FocusConfiguration20 extends Infer<typeof FocusConfiguration20> {}

export const WideDynamicRange20 = tt.sequence({ Mode: element(WideDynamicMode), Level: optional(xs.float) });
export interface WideDynamicRange20 extends Infer<typeof WideDynamicRange20> {}

export const WhiteBalance20Extension = tt.sequence({}).open({ attributes: false });
export interface WhiteBalance20Extension extends Infer<typeof WhiteBalance20Extension> {}

export const WhiteBalance20 = tt
  .sequence({
    Mode: element(WhiteBalanceMode),
    CrGain: optional(xs.float),
    CbGain: optional(xs.float),
    Extension: optional(WhiteBalance20Extension),
  })
  .open({ elements: false });
export interface WhiteBalance20 extends Infer<typeof WhiteBalance20> {}

export const ImageStabilizationMode = enumeration(xs.string, "OFF", "ON", "AUTO", "Extended");
export type ImageStabilizationMode = Infer<typeof ImageStabilizationMode>;

export const ImageStabilizationExtension = tt.sequence({}).open({ attributes: false });
export interface ImageStabilizationExtension extends Infer<typeof ImageStabilizationExtension> {}

export const ImageStabilization = tt
  .sequence({
    Mode: element(ImageStabilizationMode),
    Level: optional(xs.float),
    Extension: optional(ImageStabilizationExtension),
  })
  .open({ elements: false });
export interface ImageStabilization extends Infer<typeof ImageStabilization> {}

/** Values of `BoundaryType`. */
export const IrCutFilterAutoBoundaryType = enumeration(xs.string, "Common", "ToOn", "ToOff", "Extended");
export type IrCutFilterAutoBoundaryType = Infer<typeof IrCutFilterAutoBoundaryType>;

export const IrCutFilterAutoAdjustmentExtension = tt.sequence({}).open({ attributes: false });
export interface IrCutFilterAutoAdjustmentExtension extends Infer<typeof IrCutFilterAutoAdjustmentExtension> {}

/** When the filter switches by itself; the offset is -1 (darker) to 1 (brighter). */
export const IrCutFilterAutoAdjustment = tt
  .sequence({
    BoundaryType: element(xs.string),
    BoundaryOffset: optional(xs.float),
    ResponseTime: optional(xs.duration),
    Extension: optional(IrCutFilterAutoAdjustmentExtension),
  })
  .open({ elements: false });
export interface IrCutFilterAutoAdjustment extends Infer<typeof IrCutFilterAutoAdjustment> {}

/** Values of `ToneCompensation.Mode`. */
export const ToneCompensationMode = enumeration(xs.string, "OFF", "ON", "AUTO");
export type ToneCompensationMode = Infer<typeof ToneCompensationMode>;

export const ToneCompensationExtension = tt.sequence({}).open({ attributes: false });
export interface ToneCompensationExtension extends Infer<typeof ToneCompensationExtension> {}

export const ToneCompensation = tt
  .sequence({
    Mode: element(xs.string),
    Level: optional(xs.float),
    Extension: optional(ToneCompensationExtension),
  })
  .open({ elements: false });
export interface ToneCompensation extends Infer<typeof ToneCompensation> {}

/** Values of `Defogging.Mode`. */
export const DefoggingMode = enumeration(xs.string, "OFF", "ON", "AUTO");
export type DefoggingMode = Infer<typeof DefoggingMode>;

export const DefoggingExtension = tt.sequence({}).open({ attributes: false });
export interface DefoggingExtension extends Infer<typeof DefoggingExtension> {}

export const Defogging = tt
  .sequence({
    Mode: element(xs.string),
    Level: optional(xs.float),
    Extension: optional(DefoggingExtension),
  })
  .open({ elements: false });
export interface Defogging extends Infer<typeof Defogging> {}

export const NoiseReduction = tt.sequence({ Level: element(xs.float) }).open();
export interface NoiseReduction extends Infer<typeof NoiseReduction> {}

export const ImagingSettingsExtension204 = tt.sequence({}).open({ attributes: false });
export interface ImagingSettingsExtension204 extends Infer<typeof ImagingSettingsExtension204> {}

export const ImagingSettingsExtension203 = tt.sequence({
  ToneCompensation: optional(ToneCompensation),
  Defogging: optional(Defogging),
  NoiseReduction: optional(NoiseReduction),
  Extension: optional(ImagingSettingsExtension204),
});
export interface ImagingSettingsExtension203 extends Infer<typeof ImagingSettingsExtension203> {}

export const ImagingSettingsExtension202 = tt.sequence({
  IrCutFilterAutoAdjustment: many(IrCutFilterAutoAdjustment),
  Extension: optional(ImagingSettingsExtension203),
});
export interface ImagingSettingsExtension202 extends Infer<typeof ImagingSettingsExtension202> {}

export const ImagingSettingsExtension20 = tt
  .sequence({
    ImageStabilization: optional(ImageStabilization),
    Extension: optional(ImagingSettingsExtension202),
  })
  .open({ attributes: false });
export interface ImagingSettingsExtension20 extends Infer<typeof ImagingSettingsExtension20> {}

export const ImagingSettings20 = tt
  .sequence({
    BacklightCompensation: optional(BacklightCompensation20),
    Brightness: optional(xs.float),
    ColorSaturation: optional(xs.float),
    Contrast: optional(xs.float),
    Exposure: optional(Exposure20),
    Focus: optional(FocusConfiguration20),
    IrCutFilter: optional(IrCutFilterMode),
    Sharpness: optional(xs.float),
    WideDynamicRange: optional(WideDynamicRange20),
    WhiteBalance: optional(WhiteBalance20),
    Extension: optional(ImagingSettingsExtension20),
  })
  .open({ elements: false });
export interface ImagingSettings20 extends Infer<typeof ImagingSettings20> {}
