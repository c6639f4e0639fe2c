import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";
import { ConfigurationEntity, FloatRange, ReferenceToken, Vector1D, Vector2D } from "./common.js";

/** The PTZ part of a profile: which node moves, in which coordinate spaces, how far and how fast. */

export const Space1DDescription = tt.sequence({ URI: element(xs.anyURI), XRange: element(FloatRange) });
export interface Space1DDescription extends Infer<typeof Space1DDescription> {}

export const Space2DDescription = tt.sequence({
  URI: element(xs.anyURI),
  XRange: element(FloatRange),
  YRange: element(FloatRange),
});
export interface Space2DDescription extends Infer<typeof Space2DDescription> {}

export const PTZSpeed = tt.sequence({ PanTilt: optional(Vector2D), Zoom: optional(Vector1D) });
export interface PTZSpeed extends Infer<typeof PTZSpeed> {}

export const PanTiltLimits = tt.sequence({ Range: element(Space2DDescription) });
export interface PanTiltLimits extends Infer<typeof PanTiltLimits> {}

export const ZoomLimits = tt.sequence({ Range: element(Space1DDescription) });
export interface ZoomLimits extends Infer<typeof ZoomLimits> {}

export const EFlipMode = enumeration(xs.string, "OFF", "ON", "Extended");
export type EFlipMode = Infer<typeof EFlipMode>;

export const EFlip = tt.sequence({ Mode: element(EFlipMode) }).open();
export interface EFlip extends Infer<typeof EFlip> {}

export const ReverseMode = enumeration(xs.string, "OFF", "ON", "AUTO", "Extended");
export type ReverseMode = Infer<typeof ReverseMode>;

export const Reverse = tt.sequence({ Mode: element(ReverseMode) }).open();
export interface Reverse extends Infer<typeof Reverse> {}

export const PTControlDirectionExtension = tt.sequence({}).open();
export interface PTControlDirectionExtension extends Infer<typeof PTControlDirectionExtension> {}

export const PTControlDirection = tt
  .sequence({
    EFlip: optional(EFlip),
    Reverse: optional(Reverse),
    Extension: optional(PTControlDirectionExtension),
  })
  .open({ elements: false });
export interface PTControlDirection extends Infer<typeof PTControlDirection> {}

export const PTZConfigurationExtension2 = tt.sequence({}).open({ attributes: false });
export interface PTZConfigurationExtension2 extends Infer<typeof PTZConfigurationExtension2> {}

export const PTZConfigurationExtension = tt
  .sequence({
    PTControlDirection: optional(PTControlDirection),
    Extension: optional(PTZConfigurationExtension2),
  })
  .open({ attributes: false });
export interface PTZConfigurationExtension extends Infer<typeof PTZConfigurationExtension> {}

/** The spelling `PantTilt` is the standard's. */
export const PTZConfiguration = tt
  .extend(ConfigurationEntity, {
    MoveRamp: optionalAttribute(xs.int),
    PresetRamp: optionalAttribute(xs.int),
    PresetTourRamp: optionalAttribute(xs.int),
    NodeToken: element(ReferenceToken),
    DefaultAbsolutePantTiltPositionSpace: optional(xs.anyURI),
    DefaultAbsoluteZoomPositionSpace: optional(xs.anyURI),
    DefaultRelativePanTiltTranslationSpace: optional(xs.anyURI),
    DefaultRelativeZoomTranslationSpace: optional(xs.anyURI),
    DefaultContinuousPanTiltVelocitySpace: optional(xs.anyURI),
    DefaultContinuousZoomVelocitySpace: optional(xs.anyURI),
    DefaultPTZSpeed: optional(PTZSpeed),
    DefaultPTZTimeout: optional(xs.duration),
    PanTiltLimits: optional(PanTiltLimits),
    ZoomLimits: optional(ZoomLimits),
    Extension: optional(PTZConfigurationExtension),
  })
  .open({ elements: false });
export interface PTZConfiguration extends Infer<typeof PTZConfiguration> {}
