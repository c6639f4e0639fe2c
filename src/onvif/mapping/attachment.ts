import { xs } from "#xml/datatypes";
import { raw, type RawSchema } from "#xml/schema";
import { XmlElement } from "#xml/tree";
import type { Call } from "../call.js";
import { missingArgument } from "../faults.js";
import type { AttachmentData } from "../schema/tt/attachment.js";

/** Content beside the message, or what clients write in its place. */
export const AnyAttachment: RawSchema<AttachmentData | XmlElement> = raw;

/**
 * The content that an element names or holds; undefined where it has not come. The type has nothing but an xop:Include;
 * clients that know no MTOM (gSOAP without it) write the content itself in base64, into the Include or in its place.
 */
export function contentOf(data: AttachmentData | XmlElement, call: Pick<Call, "attachment">): Uint8Array | undefined {
  if (!(data instanceof XmlElement)) return call.attachment(data.Include.href);
  const include = data.child("Include");
  const href = include?.attribute("href");
  if (href !== undefined) return call.attachment(href);
  const { text } = include ?? data;
  if (text.trim() === "") throw missingArgument(`${data.name}: element Include is missing`);
  return xs.base64Binary.parse(text);
}
