import { xs } from "#xml/datatypes";
import { any, element, type Infer, optional, text } from "#xml/schema";
import { wsa } from "./namespaces.js";

/** Addresses of WS-Addressing 1.0 (core §2). */

export const AttributedURIType = wsa.sequence({ URI: text(xs.anyURI) }).open({ elements: false });
export interface AttributedURIType extends Infer<typeof AttributedURIType> {}

export const ReferenceParametersType = wsa.sequence({ Any: any() }).open({ elements: false });
export interface ReferenceParametersType extends Infer<typeof ReferenceParametersType> {}

export const MetadataType = wsa.sequence({ Any: any() }).open({ elements: false });
export interface MetadataType extends Infer<typeof MetadataType> {}

/** Where something can be reached; `ReferenceParameters` go as headers into what is sent there. */
export const EndpointReferenceType = wsa
  .sequence({
    Address: element(AttributedURIType),
    ReferenceParameters: optional(ReferenceParametersType),
    Metadata: optional(MetadataType),
  })
  .open();
export interface EndpointReferenceType extends Infer<typeof EndpointReferenceType> {}
