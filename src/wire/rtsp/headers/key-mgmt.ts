import { DecodeError } from "#util/errors";

/** One entry of a KeyMgmt header (RFC 4567 §3.2). */
export interface KeyMgmt {
  /** Lower case, such as `mikey`. */
  readonly protocol: string;
  /** Empty where none is given. */
  readonly uri: string;
  readonly data: Uint8Array;
}

/**
 * Reads KeyMgmt headers, which may be lists and may be repeated.
 *
 * @throws DecodeError for an entry without protocol or data.
 */
export const parseKeyMgmt = (values: readonly string[]): KeyMgmt[] =>
  values
    .flatMap((value) => splitOutsideQuotes(value, ","))
    .flatMap((entry) => (entry === "" ? [] : [parseEntry(entry)]));

export const formatKeyMgmt = ({ protocol, uri, data }: KeyMgmt): string =>
  `prot=${protocol};uri="${uri.replaceAll('"', "%22")}";data="${Buffer.from(data).toString("base64")}"`;

/** The value of `a=key-mgmt` (RFC 4567 §3.1). */
export const formatKeyMgmtAttribute = ({ protocol, data }: Omit<KeyMgmt, "uri">): string =>
  `${protocol} ${Buffer.from(data).toString("base64")}`;

/** Reads the value of `a=key-mgmt`; a `prot=` in front, which some write, is passed over. Undefined for no such value. */
export function parseKeyMgmtAttribute(value: string): Omit<KeyMgmt, "uri"> | undefined {
  const [, protocol = "", base64 = ""] = /^(?:prot=)?([\w-]+)[ \t]+([A-Za-z0-9+/]+={0,2})$/.exec(value.trim()) ?? [];
  if (base64 === "") return undefined;
  return { protocol: protocol.toLowerCase(), data: Buffer.from(base64, "base64") };
}

function parseEntry(entry: string): KeyMgmt {
  const fields = new Map<string, string>();
  for (const field of splitOutsideQuotes(entry, ";")) {
    const [, name = "", value = ""] = /^([a-z]+)\s*=\s*(.*)$/i.exec(field) ?? [];
    fields.set(name.toLowerCase(), value.replace(/^"(.*)"$/, "$1").trim());
  }
  const protocol = fields.get("prot") ?? "";
  const data = (fields.get("data") ?? "").replaceAll(/\s/g, "");
  if (protocol === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(data))
    throw new DecodeError("rtsp-key-mgmt", "KeyMgmt cannot be read");
  return { protocol: protocol.toLowerCase(), uri: fields.get("uri") ?? "", data: Buffer.from(data, "base64") };
}

function splitOutsideQuotes(text: string, separator: "," | ";"): string[] {
  const parts = text.match(separator === "," ? /(?:"[^"]*"|[^",])+/g : /(?:"[^"]*"|[^";])+/g) ?? [];
  return parts.map((part) => part.trim());
}
