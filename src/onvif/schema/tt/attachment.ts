import { xs } from "#xml/datatypes";
import { element, type Infer, optionalAttribute, restrict } from "#xml/schema";
import { tt, xmime, xop } from "../namespaces.js";
import { Include } from "../xop.js";

/** Binary content, inside the message or beside it. */

const contentType = restrict(xs.string, { minLength: 3 });

export const BinaryData = tt.sequence({
  Data: element(xs.base64Binary),
  contentType: optionalAttribute(contentType, { namespace: xmime }),
});
export interface BinaryData extends Infer<typeof BinaryData> {}

/** Content that travels as a MIME part of its own (MTOM). */
export const AttachmentData = tt.sequence({
  Include: element(Include, { namespace: xop }),
  contentType: optionalAttribute(contentType, { namespace: xmime }),
});
export interface AttachmentData extends Infer<typeof AttachmentData> {}
