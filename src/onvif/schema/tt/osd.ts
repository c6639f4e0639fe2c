import { xs } from "#xml/datatypes";
import {
  attribute,
  element,
  enumeration,
  type Infer,
  many,
  optional,
  optionalAttribute,
  some,
  text,
} from "#xml/schema";
import { tt } from "../namespaces.js";
import { Color, ColorOptions, DeviceEntity, IntRange, ReferenceToken, StringAttrList, Vector } from "./common.js";

/** Text and pictures laid over the video (on-screen display), and what is possible there. */

/** A token as text of its element. */
export const OSDReference = tt.sequence({ content: text(ReferenceToken) }).open({ elements: false });
export interface OSDReference extends Infer<typeof OSDReference> {}

export const OSDType = enumeration(xs.string, "Text", "Image", "Extended");
export type OSDType = Infer<typeof OSDType>;

export const OSDPosConfigurationExtension = tt.sequence({}).open();
export interface OSDPosConfigurationExtension extends Infer<typeof OSDPosConfigurationExtension> {}

/** `Pos` counts where `Type` is Custom: -1 to 1 to the right and upwards. */
export const OSDPosConfiguration = tt
  .sequence({
    Type: element(xs.string),
    Pos: optional(Vector),
    Extension: optional(OSDPosConfigurationExtension),
  })
  .open({ elements: false });
export interface OSDPosConfiguration extends Infer<typeof OSDPosConfiguration> {}

export const OSDColor = tt
  .sequence({ Transparent: optionalAttribute(xs.int), Color: element(Color) })
  .open({ elements: false });
export interface OSDColor extends Infer<typeof OSDColor> {}

export const OSDTextConfigurationExtension = tt.sequence({}).open();
export interface OSDTextConfigurationExtension extends Infer<typeof OSDTextConfigurationExtension> {}

export const OSDTextConfiguration = tt
  .sequence({
    IsPersistentText: optionalAttribute(xs.boolean),
    Type: element(xs.string),
    DateFormat: optional(xs.string),
    TimeFormat: optional(xs.string),
    FontSize: optional(xs.int),
    FontColor: optional(OSDColor),
    BackgroundColor: optional(OSDColor),
    PlainText: optional(xs.string),
    Extension: optional(OSDTextConfigurationExtension),
  })
  .open({ elements: false });
export interface OSDTextConfiguration extends Infer<typeof OSDTextConfiguration> {}

export const OSDImgConfigurationExtension = tt.sequence({}).open();
export interface OSDImgConfigurationExtension extends Infer<typeof OSDImgConfigurationExtension> {}

export const OSDImgConfiguration = tt
  .sequence({ ImgPath: element(xs.anyURI), Extension: optional(OSDImgConfigurationExtension) })
  .open({ elements: false });
export interface OSDImgConfiguration extends Infer<typeof OSDImgConfiguration> {}

export const OSDConfigurationExtension = tt.sequence({}).open();
export interface OSDConfigurationExtension extends Infer<typeof OSDConfigurationExtension> {}

export const OSDConfiguration = tt
  .extend(DeviceEntity, {
    VideoSourceConfigurationToken: element(OSDReference),
    Type: element(OSDType),
    Position: element(OSDPosConfiguration),
    TextString: optional(OSDTextConfiguration),
    Image: optional(OSDImgConfiguration),
    Extension: optional(OSDConfigurationExtension),
  })
  .open({ elements: false });
export interface OSDConfiguration extends Infer<typeof OSDConfiguration> {}

export const OSDColorOptionsExtension = tt.sequence({}).open();
export interface OSDColorOptionsExtension extends Infer<typeof OSDColorOptionsExtension> {}

export const OSDColorOptions = tt
  .sequence({
    Color: optional(ColorOptions),
    Transparent: optional(IntRange),
    Extension: optional(OSDColorOptionsExtension),
  })
  .open({ elements: false });
export interface OSDColorOptions extends Infer<typeof OSDColorOptions> {}

export const OSDTextOptionsExtension = tt.sequence({}).open();
export interface OSDTextOptionsExtension extends Infer<typeof OSDTextOptionsExtension> {}

export const OSDTextOptions = tt
  .sequence({
    Type: some(xs.string),
    FontSizeRange: optional(IntRange),
    DateFormat: many(xs.string),
    TimeFormat: many(xs.string),
    FontColor: optional(OSDColorOptions),
    BackgroundColor: optional(OSDColorOptions),
    Extension: optional(OSDTextOptionsExtension),
  })
  .open({ elements: false });
export interface OSDTextOptions extends Infer<typeof OSDTextOptions> {}

export const OSDImgOptionsExtension = tt.sequence({}).open();
export interface OSDImgOptionsExtension extends Infer<typeof OSDImgOptionsExtension> {}

/** Sizes in bytes and pixels. */
export const OSDImgOptions = tt
  .sequence({
    FormatsSupported: optionalAttribute(StringAttrList),
    MaxSize: optionalAttribute(xs.int),
    MaxWidth: optionalAttribute(xs.int),
    MaxHeight: optionalAttribute(xs.int),
    ImagePath: some(xs.anyURI),
    Extension: optional(OSDImgOptionsExtension),
  })
  .open({ elements: false });
export interface OSDImgOptions extends Infer<typeof OSDImgOptions> {}

export const MaximumNumberOfOSDs = tt
  .sequence({
    Total: attribute(xs.int),
    Image: optionalAttribute(xs.int),
    PlainText: optionalAttribute(xs.int),
    Date: optionalAttribute(xs.int),
    Time: optionalAttribute(xs.int),
    DateAndTime: optionalAttribute(xs.int),
  })
  .open({ elements: false });
export interface MaximumNumberOfOSDs extends Infer<typeof MaximumNumberOfOSDs> {}

export const OSDConfigurationOptionsExtension = tt.sequence({}).open();
export interface OSDConfigurationOptionsExtension extends Infer<typeof OSDConfigurationOptionsExtension> {}

export const OSDConfigurationOptions = tt
  .sequence({
    MaximumNumberOfOSDs: element(MaximumNumberOfOSDs),
    Type: some(OSDType),
    PositionOption: some(xs.string),
    TextOption: optional(OSDTextOptions),
    ImageOption: optional(OSDImgOptions),
    Extension: optional(OSDConfigurationOptionsExtension),
  })
  .open({ elements: false });
export interface OSDConfigurationOptions extends Infer<typeof OSDConfigurationOptions> {}
