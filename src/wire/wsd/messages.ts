import { DecodeError } from "#util/errors";
import { readAddressing, WSA_10, WSA_2004 } from "../soap/addressing.js";
import { readEnvelope } from "../soap/envelope.js";
import type { XmlNamespace } from "#xml/qname";
import type { XmlElement } from "#xml/tree";
import { declarations, escapeText } from "#xml/writer";

/** The two generations of WS-Discovery: the 2005/04 submission that ONVIF uses, and OASIS 1.1. */
export type Dialect = "2005/04" | "1.1";

interface DialectNames {
  readonly wsd: string;
  readonly wsa: string;
  /** `To` of multicast messages. */
  readonly to: string;
  readonly anonymous: string;
}

const NAMES: Readonly<Record<Dialect, DialectNames>> = {
  "2005/04": {
    wsd: "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    wsa: WSA_2004,
    to: "urn:schemas-xmlsoap-org:ws:2005:04:discovery",
    anonymous: `${WSA_2004}/role/anonymous`,
  },
  "1.1": {
    wsd: "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
    wsa: WSA_10,
    to: "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01",
    anonymous: `${WSA_10}/anonymous`,
  },
};

/** A type that a probe asks for. Its namespace is undefined where the client did not declare the prefix. */
export interface ProbedType {
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface Probe {
  readonly kind: "probe";
  readonly dialect: Dialect;
  readonly messageId: string;
  readonly types: readonly ProbedType[];
  readonly scopes: readonly string[];
  /** URI of the matching rule; undefined for the default. */
  readonly matchBy: string | undefined;
}

export interface Resolve {
  readonly kind: "resolve";
  readonly dialect: Dialect;
  readonly messageId: string;
  /** The endpoint's address that is looked for. */
  readonly endpoint: string;
}

/** What a target service says of itself. */
export interface Endpoint {
  /** `urn:uuid:…`, the same for ever. */
  readonly address: string;
  /** Types, with the prefixes they are written under. */
  readonly types: readonly { readonly namespace: XmlNamespace; readonly name: string }[];
  readonly scopes: readonly string[];
  readonly xaddrs: readonly string[];
  /** Grows with each change of types, scopes or addresses. */
  readonly metadataVersion: number;
}

/** The place of a message in a sender's sequence (WS-Discovery 1.1 §7). */
export interface AppSequence {
  readonly instanceId: number;
  readonly messageNumber: number;
}

const LIMITS = { maxLength: 65_536, maxDepth: 24, maxElements: 500, maxAttributes: 64 };

/**
 * Reads a datagram that a device may answer. Undefined for a well-formed message of another kind; throws `DecodeError`
 * for what is none.
 */
export function readRequest(datagram: Uint8Array): Probe | Resolve | undefined {
  const { headers, body } = readEnvelope(datagram, LIMITS);
  if (!body) throw new DecodeError("wsd-body", "the Body is empty");
  const dialect = (Object.keys(NAMES) as Dialect[]).find((one) => NAMES[one].wsd === body.namespace);
  if (!dialect || (body.name !== "Probe" && body.name !== "Resolve")) return undefined;
  const messageId = readAddressing(headers)?.messageId;
  if (!messageId) throw new DecodeError("wsd-message-id", "a probe without MessageID cannot be answered");
  if (body.name === "Resolve") {
    const endpoint = body.child("EndpointReference")?.child("Address")?.text.trim() ?? "";
    return { kind: "resolve", dialect, messageId, endpoint };
  }
  const scopes = body.child("Scopes");
  return {
    kind: "probe",
    dialect,
    messageId,
    types: typesOf(body.child("Types")),
    scopes: words(scopes?.text),
    matchBy: scopes?.attribute("MatchBy")?.trim(),
  };
}

const words = (text: string | undefined): readonly string[] => text?.trim().split(/\s+/).filter(Boolean) ?? [];

function typesOf(element: XmlElement | undefined): readonly ProbedType[] {
  return words(element?.text).map(
    (word) => element?.resolve(word) ?? { namespace: undefined, name: word.slice(word.indexOf(":") + 1) },
  );
}

/** The matching rules' URIs of a dialect (WS-Discovery 2005/04 and 1.1, §5.1). */
export function matchingRule(
  uri: string | undefined,
  dialect: Dialect,
): "rfc3986" | "uuid" | "ldap" | "strcmp0" | "none" | undefined {
  if (uri === undefined || uri === "") return "rfc3986";
  const { wsd } = NAMES[dialect];
  if (!uri.startsWith(`${wsd}/`)) return undefined;
  const name = uri.slice(wsd.length + 1);
  switch (name) {
    case "rfc2396":
    case "rfc3986":
      return "rfc3986";
    case "uuid":
    case "ldap":
    case "strcmp0":
    case "none":
      return name;
    default:
      return undefined;
  }
}

interface Outgoing {
  readonly dialect: Dialect;
  readonly messageId: string;
  readonly sequence: AppSequence;
}

/** The announcement that a target service has come, or has changed. */
export const writeHello = (message: Outgoing, endpoint: Endpoint): string =>
  write(message, "Hello", `<d:Hello>${describe(endpoint)}</d:Hello>`, endpoint);

/** The announcement that it goes. */
export const writeBye = (message: Outgoing, endpoint: Endpoint): string =>
  write(message, "Bye", `<d:Bye>${reference(endpoint)}</d:Bye>`, endpoint);

/** The answer to a probe with what matched it. */
export const writeProbeMatches = (message: Outgoing & { relatesTo: string }, endpoint: Endpoint): string =>
  write(
    message,
    "ProbeMatches",
    `<d:ProbeMatches><d:ProbeMatch>${describe(endpoint)}</d:ProbeMatch></d:ProbeMatches>`,
    endpoint,
  );

/** The answer to a resolve. */
export const writeResolveMatches = (message: Outgoing & { relatesTo: string }, endpoint: Endpoint): string =>
  write(
    message,
    "ResolveMatches",
    `<d:ResolveMatches><d:ResolveMatch>${describe(endpoint)}</d:ResolveMatch></d:ResolveMatches>`,
    endpoint,
  );

function write(message: Outgoing & { relatesTo?: string }, kind: string, body: string, endpoint: Endpoint): string {
  const { wsd, wsa, to, anonymous } = NAMES[message.dialect];
  const { instanceId, messageNumber } = message.sequence;
  const prefixes = new Map(endpoint.types.map(({ namespace }) => [namespace.prefix, namespace]));
  const spaces = [
    { prefix: "s", uri: "http://www.w3.org/2003/05/soap-envelope" },
    { prefix: "a", uri: wsa },
    { prefix: "d", uri: wsd },
    ...prefixes.values(),
  ];
  const relates = message.relatesTo === undefined ? "" : `<a:RelatesTo>${escapeText(message.relatesTo)}</a:RelatesTo>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><s:Envelope${declarations(spaces)}><s:Header>` +
    `<a:MessageID>${escapeText(message.messageId)}</a:MessageID>${relates}` +
    `<a:To>${relates === "" ? to : anonymous}</a:To><a:Action>${wsd}/${kind}</a:Action>` +
    `<d:AppSequence InstanceId="${instanceId}" MessageNumber="${messageNumber}"/></s:Header>` +
    `<s:Body>${body}</s:Body></s:Envelope>`
  );
}

const reference = ({ address }: Endpoint): string =>
  `<a:EndpointReference><a:Address>${escapeText(address)}</a:Address></a:EndpointReference>`;

function describe(endpoint: Endpoint): string {
  const types = endpoint.types.map(({ namespace, name }) => `${namespace.prefix}:${name}`).join(" ");
  return (
    `${reference(endpoint)}<d:Types>${types}</d:Types>` +
    `<d:Scopes>${escapeText(endpoint.scopes.map(encodeScope).join(" "))}</d:Scopes>` +
    `<d:XAddrs>${escapeText(endpoint.xaddrs.join(" "))}</d:XAddrs>` +
    `<d:MetadataVersion>${endpoint.metadataVersion}</d:MetadataVersion>`
  );
}

/** A scope as one word of the list: blanks and what a URI cannot hold are percent-encoded. */
const encodeScope = (scope: string): string =>
  scope.replace(/[^\u0021-\u007e]|["<>\\^`{|}]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
