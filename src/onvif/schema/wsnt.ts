import { any, type Infer } from "#xml/schema";
import { wsnt } from "./namespaces.js";

/** Types of WS-BaseNotification that ONVIF messages contain. */

/**
 * Topic expressions and message content expressions, kept as they were read: their text contains prefixes that only
 * the element can resolve.
 */
export const FilterType = wsnt.sequence({ Any: any() });
export interface FilterType extends Infer<typeof FilterType> {}
