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
  const root = readXmlBytes(bytes, limits);
  const version = root.namespace === SOAP_12 ? "1.2" : root.namespace === SOAP_11 ? "1.1" : undefined;
  if (root.name !== "Envelope" || !version)
    throw new DecodeError("soap-version", "the document is not a SOAP 1.2 or 1.1 Envelope", { root: root.name });
  const parts = root.children.filter((child) => child.namespace === root.namespace);
  const bodies = parts.filter((part) => part.name === "Body");
  const headers = parts.filter((part) => part.name === "Header");
  const [body] = bodies;
  if (!body || bodies.length > 1 || headers.length > 1)
    throw new DecodeError("soap-envelope", "a SOAP Envelope holds at most one Header and exactly one Body");
  if (body.children.length > 1)
    throw new DecodeError("soap-envelope", "the Body holds more than one element", { count: body.children.length });
  return { version, headers: headers[0]?.children ?? [], body: body.children[0] };
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
