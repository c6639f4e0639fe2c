import { xs } from "#xml/datatypes";
import { attribute, type Infer } from "#xml/schema";
import { xop } from "./namespaces.js";

/** Stands where binary content was taken out of a message into a MIME part, `cid:` and its Content-ID (XOP 1.0 §2.1). */
export const Include = xop.sequence({ href: attribute(xs.anyURI) }).open();
export interface Include extends Infer<typeof Include> {}
