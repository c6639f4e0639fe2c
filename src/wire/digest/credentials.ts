import { DecodeError } from "#util/errors";
import { digestAlgorithm, type DigestAlgorithm } from "./algorithm.js";
import { parseSchemes, type SchemeFields } from "./fields.js";

export interface BasicCredentials {
  readonly scheme: "basic";
  readonly username: string;
  readonly password: string;
}

export interface DigestCredentials {
  readonly scheme: "digest";
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** As the client wrote it; the response is computed over exactly this text. */
  readonly uri: string;
  readonly response: string;
  /** MD5 when the client did not say. */
  readonly algorithm: DigestAlgorithm;
  /** Absent in the form of RFC 2069. `nc` is the text as sent: 8 hexadecimal digits. */
  readonly protection: { readonly qop: string; readonly nc: string; readonly cnonce: string } | undefined;
}

export type Credentials = BasicCredentials | DigestCredentials;

/**
 * Reads the value of `Authorization` (RFC 7616 §3.4, RFC 7617 §2).
 *
 * @throws DecodeError for another scheme, an unknown algorithm or a missing parameter.
 */
export function parseAuthorization(value: string): Credentials {
  const [first] = parseSchemes(value);
  switch (first?.scheme) {
    case "basic":
      return basicCredentials(first.token68 ?? "");
    case "digest":
      return digestCredentials(first);
    default:
      throw new DecodeError("authorization-scheme", "Authorization names neither Digest nor Basic");
  }
}

/** The value of `Authorization` for Basic. */
export const formatBasic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

function basicCredentials(token: string): BasicCredentials {
  const text = Buffer.from(token, "base64").toString();
  const colon = text.indexOf(":");
  if (colon < 0) throw new DecodeError("authorization-basic", "Basic credentials are not name:password in Base64");
  return { scheme: "basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function digestCredentials({ fields }: SchemeFields): DigestCredentials {
  const required = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new DecodeError("authorization-digest", `Digest credentials lack "${name}"`);
    return value;
  };
  const algorithmText = fields.get("algorithm") || "MD5";
  const algorithm = digestAlgorithm(algorithmText);
  if (algorithm === undefined) throw new DecodeError("authorization-algorithm", "Digest algorithm is not known");
  const qop = fields.get("qop")?.toLowerCase();
  if (qop && qop !== "auth") throw new DecodeError("authorization-qop", "Digest qop is not auth");
  const protection = qop
    ? { qop: fields.get("qop") ?? qop, nc: required("nc"), cnonce: required("cnonce") }
    : undefined;
  if (protection && !/^[0-9a-f]{1,8}$/i.test(protection.nc))
    throw new DecodeError("authorization-nc", "Digest nonce count is not hexadecimal");
  return {
    scheme: "digest",
    username: fields.has("username*") ? extendedValue(required("username*")) : utf8Of(required("username")),
    realm: required("realm"),
    nonce: required("nonce"),
    uri: required("uri"),
    response: required("response").toLowerCase(),
    algorithm,
    protection,
  };
}

/**
 * What stands in a header whose bytes were taken for Latin-1, as HTTP does: clients write names in UTF-8
 * (RFC 7616 §3.3). Text that is no UTF-8 stays as it is.
 */
function utf8Of(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[^\u0000-\u00ff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

/** A value in the notation of RFC 8187 §3.2; only UTF-8. */
function extendedValue(text: string): string {
  const match = /^utf-8'[^']*'(.*)$/i.exec(text);
  try {
    if (match?.[1] !== undefined) return decodeURIComponent(match[1]);
  } catch {
    // Falls through to the refusal.
  }
  throw new DecodeError("authorization-username", "username* is not UTF-8 in the notation of RFC 8187");
}
