import { any, type Infer, optional } from "#xml/schema";
import { wstop } from "./namespaces.js";

/** Types of WS-Topics 1.3 that ONVIF messages contain. */

export const Documentation = wstop.sequence({ Any: any() }).mixed();
export interface Documentation extends Infer<typeof Documentation> {}

export const ExtensibleDocumented = wstop
  .sequence({ documentation: optional(Documentation) })
  .open({ elements: false });
export interface ExtensibleDocumented extends Infer<typeof ExtensibleDocumented> {}

/** Topics as a tree of elements of their own names; those that are topics have the attribute `wstop:topic`. */
export const TopicSetType = wstop.extend(ExtensibleDocumented, { Any: any() });
export interface TopicSetType extends Infer<typeof TopicSetType> {}
