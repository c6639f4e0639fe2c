import { xs } from "#xml/datatypes";
import { attribute, enumeration, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tt } from "../namespaces.js";

/** What notifications hold, and how that is described (Core §9.4). */

export const PropertyOperation = enumeration(xs.string, "Initialized", "Deleted", "Changed");
export type PropertyOperation = Infer<typeof PropertyOperation>;

export const MessageExtension = tt.sequence({}).open({ attributes: false });
export interface MessageExtension extends Infer<typeof MessageExtension> {}

export const ItemListDescriptionExtension = tt.sequence({}).open({ attributes: false });
export interface ItemListDescriptionExtension extends Infer<typeof ItemListDescriptionExtension> {}

/** The names of items, and the types of their values. */
export const ItemListDescription = tt
  .sequence({
    SimpleItemDescription: many(tt.sequence({ Name: attribute(xs.string), Type: attribute(xs.QName) })),
    ElementItemDescription: many(tt.sequence({ Name: attribute(xs.string), Type: attribute(xs.QName) })),
    Extension: optional(ItemListDescriptionExtension),
  })
  .open({ elements: false });
export interface ItemListDescription extends Infer<typeof ItemListDescription> {}

export const MessageDescriptionExtension = tt.sequence({}).open({ attributes: false });
export interface MessageDescriptionExtension extends Infer<typeof MessageDescriptionExtension> {}

export const MessageDescription = tt
  .sequence({
    IsProperty: optionalAttribute(xs.boolean),
    Source: optional(ItemListDescription),
    Key: optional(ItemListDescription),
    Data: optional(ItemListDescription),
    Extension: optional(MessageDescriptionExtension),
  })
  .open({ elements: false });
export interface MessageDescription extends Infer<typeof MessageDescription> {}
