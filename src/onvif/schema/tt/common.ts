import { xs } from "#xml/datatypes";
import {
  any,
  attribute,
  element,
  enumeration,
  type Infer,
  list,
  many,
  optional,
  optionalAttribute,
  restrict,
  some,
} from "#xml/schema";
import { tt } from "../namespaces.js";

/** Types of the ONVIF schema that every service uses: tokens, ranges, geometry, colours, addresses, item lists. */

/** Unique identifier of a physical or logical resource. */
export const ReferenceToken = restrict(xs.string, { maxLength: 64 });
export type ReferenceToken = Infer<typeof ReferenceToken>;

/** Name that a person reads. */
export const Name = restrict(xs.string, { maxLength: 64 });
export type Name = Infer<typeof Name>;

export const DeviceEntity = tt.sequence({ token: attribute(ReferenceToken) });
export interface DeviceEntity extends Infer<typeof DeviceEntity> {}

export const IntRange = tt.sequence({ Min: element(xs.int), Max: element(xs.int) });
export interface IntRange extends Infer<typeof IntRange> {}

export const FloatRange = tt.sequence({ Min: element(xs.float), Max: element(xs.float) });
export interface FloatRange extends Infer<typeof FloatRange> {}

export const DurationRange = tt.sequence({ Min: element(xs.duration), Max: element(xs.duration) });
export interface DurationRange extends Infer<typeof DurationRange> {}

export const IntItems = tt.sequence({ Items: many(xs.int) });
export interface IntItems extends Infer<typeof IntItems> {}

export const FloatItems = tt.sequence({ Items: many(xs.float) });
export interface FloatItems extends Infer<typeof FloatItems> {}

export const IntList = list(xs.int);
export type IntList = Infer<typeof IntList>;

export const FloatList = list(xs.float);
export type FloatList = Infer<typeof FloatList>;

export const StringAttrList = list(xs.string);
export type StringAttrList = Infer<typeof StringAttrList>;

export const StringList = list(xs.string);
export type StringList = Infer<typeof StringList>;

export const ReferenceTokenList = list(ReferenceToken);
export type ReferenceTokenList = Infer<typeof ReferenceTokenList>;

export const IntRectangle = tt.sequence({
  x: attribute(xs.int),
  y: attribute(xs.int),
  width: attribute(xs.int),
  height: attribute(xs.int),
});
export interface IntRectangle extends Infer<typeof IntRectangle> {}

export const IntRectangleRange = tt.sequence({
  XRange: element(IntRange),
  YRange: element(IntRange),
  WidthRange: element(IntRange),
  HeightRange: element(IntRange),
});
export interface IntRectangleRange extends Infer<typeof IntRectangleRange> {}

/** In the normalized coordinates of the picture: x and y from -1 to 1, y upwards. */
export const Rectangle = tt.sequence({
  bottom: attribute(xs.float),
  top: attribute(xs.float),
  right: attribute(xs.float),
  left: attribute(xs.float),
});
export interface Rectangle extends Infer<typeof Rectangle> {}

export const Vector = tt.sequence({ x: attribute(xs.float), y: attribute(xs.float) });
export interface Vector extends Infer<typeof Vector> {}

export const Vector1D = tt.sequence({ x: attribute(xs.float), space: optionalAttribute(xs.anyURI) });
export interface Vector1D extends Infer<typeof Vector1D> {}

export const Vector2D = tt.sequence({
  x: attribute(xs.float),
  y: attribute(xs.float),
  space: optionalAttribute(xs.anyURI),
});
export interface Vector2D extends Infer<typeof Vector2D> {}

export const Polygon = tt.sequence({ Point: some(Vector, { min: 3 }) });
export interface Polygon extends Infer<typeof Polygon> {}

export const Color = tt
  .sequence({
    X: attribute(xs.float),
    Y: attribute(xs.float),
    Z: attribute(xs.float),
    Colorspace: optionalAttribute(xs.anyURI),
    Likelihood: optionalAttribute(xs.float),
  })
  .open({ elements: false });
export interface Color extends Infer<typeof Color> {}

export const ColorspaceRange = tt
  .sequence({
    X: element(FloatRange),
    Y: element(FloatRange),
    Z: element(FloatRange),
    Colorspace: element(xs.anyURI),
  })
  .open({ elements: false });
export interface ColorspaceRange extends Infer<typeof ColorspaceRange> {}

/** Either the colours one by one, or the ranges they may be taken from. */
export const ColorOptions = tt
  .sequence({ ColorList: many(Color), ColorspaceRange: many(ColorspaceRange) })
  .oneOf("ColorList", "ColorspaceRange")
  .open({ elements: false });
export interface ColorOptions extends Infer<typeof ColorOptions> {}

export const IPType = enumeration(xs.string, "IPv4", "IPv6");
export type IPType = Infer<typeof IPType>;

export const IPv4Address = restrict(xs.token, {});
export type IPv4Address = Infer<typeof IPv4Address>;

export const IPv6Address = restrict(xs.token, {});
export type IPv6Address = Infer<typeof IPv6Address>;

export const IPAddress = tt.sequence({
  Type: element(IPType),
  IPv4Address: optional(IPv4Address),
  IPv6Address: optional(IPv6Address),
});
export interface IPAddress extends Infer<typeof IPAddress> {}

export const DateTimeRange = tt.sequence({ From: element(xs.dateTime), Until: element(xs.dateTime) }).open();
export interface DateTimeRange extends Infer<typeof DateTimeRange> {}

/** An auxiliary command or its answer, `tt:Wiper|On`. */
export const AuxiliaryData = restrict(xs.string, { maxLength: 128 });
export type AuxiliaryData = Infer<typeof AuxiliaryData>;

export const ItemListExtension = tt.sequence({}).open({ attributes: false });
export interface ItemListExtension extends Infer<typeof ItemListExtension> {}

/** Named parameters: simple ones as text, others as an element of any name. */
export const ItemList = tt
  .sequence({
    SimpleItem: many(tt.sequence({ Name: attribute(xs.string), Value: attribute(xs.anySimpleType) })),
    ElementItem: many(tt.sequence({ Any: any({ min: 1, max: 1 }), Name: attribute(xs.string) })),
    Extension: optional(ItemListExtension),
  })
  .open({ elements: false });
export interface ItemList extends Infer<typeof ItemList> {}

/** A configured rule or analytics module: what it is called, what it is, its parameters. */
export const Config = tt.sequence({
  Parameters: element(ItemList),
  Name: attribute(xs.string),
  Type: attribute(xs.QName),
});
export interface Config extends Infer<typeof Config> {}

/** Text for people. */
export const Description = restrict(xs.string, {});
export type Description = Infer<typeof Description>;

/** What every configuration of a media profile has; `UseCount` is the number of profiles that it is in. */
export const ConfigurationEntity = tt.sequence({
  token: attribute(ReferenceToken),
  Name: element(Name),
  UseCount: element(xs.int),
});
export interface ConfigurationEntity extends Infer<typeof ConfigurationEntity> {}
