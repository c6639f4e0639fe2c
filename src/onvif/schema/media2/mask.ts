import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, optional, optionalAttribute, some } from "#xml/schema";
import { tr2 } from "../namespaces.js";
import { Color, ColorOptions, Polygon, ReferenceToken } from "../tt/common.js";

/** Privacy masks: parts of the picture that nobody may see. */

/** Values of `Mask.Type`. */
export const MaskType = enumeration(xs.string, "Color", "Pixelated", "Blurred");
export type MaskType = Infer<typeof MaskType>;

/** Each mask belongs to a video source configuration. */
export const Mask = tr2
  .sequence({
    token: optionalAttribute(ReferenceToken),
    ConfigurationToken: element(ReferenceToken),
    Polygon: element(Polygon),
    Type: element(xs.string),
    Color: optional(Color),
    Enabled: element(xs.boolean),
  })
  .open();
export interface Mask extends Infer<typeof Mask> {}

export const MaskOptions = tr2
  .sequence({
    RectangleOnly: optionalAttribute(xs.boolean),
    SingleColorOnly: optionalAttribute(xs.boolean),
    MaxMasks: element(xs.int),
    MaxPoints: element(xs.int),
    Types: some(xs.string),
    Color: element(ColorOptions),
  })
  .open();
export interface MaskOptions extends Infer<typeof MaskOptions> {}
