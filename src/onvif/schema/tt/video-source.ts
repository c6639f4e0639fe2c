import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, optionalAttribute, some } from "#xml/schema";
import { tt } from "../namespaces.js";
import {
  ConfigurationEntity,
  DeviceEntity,
  IntItems,
  IntRectangle,
  IntRectangleRange,
  ReferenceToken,
} from "./common.js";
import { ImagingSettings } from "./imaging-settings.js";
import { ImagingSettings20 } from "./imaging-settings20.js";
import { VideoResolution } from "./video-encoder.js";

/** Video sources, their configurations (crop, rotation, lens, orientation) and the options of these. */

export const VideoSourceExtension2 = tt.sequence({}).open({ attributes: false });
export interface VideoSourceExtension2 extends Infer<typeof VideoSourceExtension2> {}

export const VideoSourceExtension = tt
  .sequence({
    Imaging: optional(ImagingSettings20),
    Extension: optional(VideoSourceExtension2),
  })
  .open({ attributes: false });
export interface VideoSourceExtension extends Infer<typeof VideoSourceExtension> {}

/** A sensor; `Framerate` in frames a second. */
export const VideoSource = tt
  .extend(DeviceEntity, {
    Framerate: element(xs.float),
    Resolution: element(VideoResolution),
    Imaging: optional(ImagingSettings),
    Extension: optional(VideoSourceExtension),
  })
  .open({ elements: false });
export interface VideoSource extends Infer<typeof VideoSource> {}

/** Values of `ViewMode`. */
export const ViewModes = enumeration(
  xs.string,
  "tt:Fisheye",
  "tt:360Panorama",
  "tt:180Panorama",
  "tt:Quad",
  "tt:Original",
  "tt:LeftHalf",
  "tt:RightHalf",
  "tt:Dewarp",
);
export type ViewModes = Infer<typeof ViewModes>;

export const RotateMode = enumeration(xs.string, "OFF", "ON", "AUTO");
export type RotateMode = Infer<typeof RotateMode>;

export const RotateExtension = tt.sequence({}).open({ attributes: false });
export interface RotateExtension extends Infer<typeof RotateExtension> {}

/** `Degree` clockwise, 0 to 360; 180 where it is absent. */
export const Rotate = tt
  .sequence({
    Mirror: optionalAttribute(xs.boolean),
    Mode: element(RotateMode),
    Degree: optional(xs.int),
    Extension: optional(RotateExtension),
  })
  .open({ elements: false });
export interface Rotate extends Infer<typeof Rotate> {}

/** One point of the lens curve: from the incident angle to the distance on the sensor (Media2 7). */
export const LensProjection = tt
  .sequence({
    Angle: element(xs.float),
    Radius: element(xs.float),
    Transmittance: optional(xs.float),
  })
  .open();
export interface LensProjection extends Infer<typeof LensProjection> {}

export const LensOffset = tt
  .sequence({ x: optionalAttribute(xs.float), y: optionalAttribute(xs.float) })
  .open({ elements: false });
export interface LensOffset extends Infer<typeof LensOffset> {}

export const LensDescription = tt
  .sequence({
    FocalLength: optionalAttribute(xs.float),
    Offset: element(LensOffset),
    Projection: some(LensProjection),
    XFactor: element(xs.float),
  })
  .open();
export interface LensDescription extends Infer<typeof LensDescription> {}

export const SceneOrientationMode = enumeration(xs.string, "MANUAL", "AUTO");
export type SceneOrientationMode = Infer<typeof SceneOrientationMode>;

/** Values of `Orientation`: where the camera looks. */
export const SceneOrientationOption = enumeration(xs.string, "Below", "Horizon", "Above");
export type SceneOrientationOption = Infer<typeof SceneOrientationOption>;

export const SceneOrientation = tt.sequence({
  Mode: element(SceneOrientationMode),
  Orientation: optional(xs.string),
});
export interface SceneOrientation extends Infer<typeof SceneOrientation> {}

export const VideoSourceConfigurationExtension2 = tt
  .sequence({
    LensDescription: many(LensDescription),
    SceneOrientation: optional(SceneOrientation),
  })
  .open({ attributes: false });
export interface VideoSourceConfigurationExtension2 extends Infer<typeof VideoSourceConfigurationExtension2> {}

export const VideoSourceConfigurationExtension = tt.sequence({
  Rotate: optional(Rotate),
  Extension: optional(VideoSourceConfigurationExtension2),
});
export interface VideoSourceConfigurationExtension extends Infer<typeof VideoSourceConfigurationExtension> {}

/** The part of a sensor's picture that is used, `Bounds` in pixels. */
export const VideoSourceConfiguration = tt
  .extend(ConfigurationEntity, {
    ViewMode: optionalAttribute(xs.string),
    SourceToken: element(ReferenceToken),
    Bounds: element(IntRectangle),
    Extension: optional(VideoSourceConfigurationExtension),
  })
  .open();
export interface VideoSourceConfiguration extends Infer<typeof VideoSourceConfiguration> {}

export const RotateOptionsExtension = tt.sequence({}).open({ attributes: false });
export interface RotateOptionsExtension extends Infer<typeof RotateOptionsExtension> {}

export const RotateOptions = tt
  .sequence({
    Reboot: optionalAttribute(xs.boolean),
    Mirror: optionalAttribute(xs.boolean),
    Mode: some(RotateMode),
    DegreeList: optional(IntItems),
    Extension: optional(RotateOptionsExtension),
  })
  .open({ elements: false });
export interface RotateOptions extends Infer<typeof RotateOptions> {}

export const VideoSourceConfigurationOptionsExtension2 = tt
  .sequence({ SceneOrientationMode: many(SceneOrientationMode) })
  .open({ attributes: false });
export interface VideoSourceConfigurationOptionsExtension2 extends Infer<
  typeof VideoSourceConfigurationOptionsExtension2
> {}

export const VideoSourceConfigurationOptionsExtension = tt
  .sequence({
    Rotate: optional(RotateOptions),
    Extension: optional(VideoSourceConfigurationOptionsExtension2),
  })
  .open({ attributes: false });
export interface VideoSourceConfigurationOptionsExtension extends Infer<
  typeof VideoSourceConfigurationOptionsExtension
> {}

export const VideoSourceConfigurationOptions = tt
  .sequence({
    MaximumNumberOfProfiles: optionalAttribute(xs.int),
    BoundsRange: element(IntRectangleRange),
    VideoSourceTokensAvailable: some(ReferenceToken),
    Extension: optional(VideoSourceConfigurationOptionsExtension),
  })
  .open({ elements: false });
export interface VideoSourceConfigurationOptions extends Infer<typeof VideoSourceConfigurationOptions> {}
