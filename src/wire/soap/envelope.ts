import { DecodeError } from "#util/errors";
import type { XmlNamespace } from "#xml/qname";
import { readXmlBytes, type XmlLimits } from "#xml/reader";
import type { XmlElement } from "#xml/tree";
import { declarations } from "#xml/writer";

export const SOAP_12 = "http://www.w3.org/2003/05/soap-envelope";
export const SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/";

/** SOAP 1.2 (2007 edition) or SOAP 1.1; an answer is in the version of its request. */
export type SoapVersion = "1.2" | "1.1";

export const soapNamespace = (version: SoapVersion): string => (version === "1.2" ? SOAP_12 : SOAP_11);

/** Media type of a message; SOAP 1.1 went as text/xml. */
export const soapContentType = (version: SoapVersion): string =>
  version === "1.2" ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8";

/** A SOAP message, taken apart. */
export interface Envelope {
  readonly version: SoapVersion;
  readonly headers: readonly XmlElement[];
  /** The one element of the body; undefined when the body is empty. */
  readonly body: XmlElement | undefined;
}

/**
 * Takes a SOAP message apart. Throws `DecodeError`: `xml-syntax` and `xml-limit` from the reader,
 * `soap-version` for another root than an Envelope of a known version (SOAP 1.2 part 1 §5.4.7), `soap-envelope` for
 * one without exactly one Body or with several elements in it.
 */
export function readEnvelope(bytes: Uint8Array, limits: XmlLimits = {}): Envelope {
  return envelopeOf(readXmlBytes(bytes, limits));
}

/** The same for a document that has been read. */
export function envelopeOf(root: XmlElement): Envelope {
  const version = root.namespace === SOAP_12 ? "1.2" : root.namespace === SOAP_11 ? "1.1" : undefined;
  if (root.name !== "Envelope" || !version)
    throw new DecodeError("soap-version", "the document is not a SOAP 1.2 or 1.1 Envelope", { root: root.name });
  let header: XmlElement | undefined;
  let body: XmlElement | undefined;
  for (const part of root.children)
    if (part.namespace === root.namespace) {
      if (part.name === "Header") header = header ? refuseParts() : part;
      else if (part.name === "Body") body = body ? refuseParts() : part;
    }
  if (!body) return refuseParts();
  if (body.children.length > 1)
    throw new DecodeError("soap-envelope", "the Body holds more than one element", { count: body.children.length });
  return { version, headers: header?.children ?? [], body: body.children[0] };
}

function refuseParts(): never {
  throw new DecodeError("soap-envelope", "a SOAP Envelope holds at most one Header and exactly one Body");
}

/**
 * The elements of a message whose text is another one each time it is sent: those in its header, as the nonce and the time
 * of a UsernameToken and the number of the message. What is asked for stands in the body.
 */
export function* varyingElements(root: XmlElement): Iterable<XmlElement> {
  const pending = root.children.filter(({ name }) => name === "Header");
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.children.length === 0) yield next;
    pending.push(...next.children);
  }
}

/** Puts a message together. `namespaces` are declared on the Envelope for the prefixes that header and body use. */
export function writeEnvelope(
  version: SoapVersion,
  namespaces: Iterable<XmlNamespace>,
  header: string,
  body: string,
): string {
  const head = header === "" ? "" : `<s:Header>${header}</s:Header>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${soapNamespace(version)}"${declarations(namespaces)}>` +
    `${head}<s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** True when a header block says that it must be understood (SOAP 1.2 part 1 §5.2.3, SOAP 1.1 §4.2.3). */
export function mustUnderstand(block: XmlElement, version: SoapVersion): boolean {
  const value = block.attribute("mustUnderstand", soapNamespace(version))?.trim();
  return value === "1" || value === "true";
}
