import { quote } from "./fields.js";

/** Longest token, in characters. */
export const MAXIMUM_TOKEN_LENGTH = 8192;

/**
 * The token of an `Authorization` (RFC 6750 §2.1): empty where none follows, and where it is longer than any that is taken.
 * Undefined for credentials of another kind.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  const scheme = authorization?.slice(0, 7).toLowerCase();
  if (authorization === undefined || (scheme !== "bearer" && scheme !== "bearer ")) return undefined;
  const token = authorization.length <= MAXIMUM_TOKEN_LENGTH + 64 ? authorization.slice(7).trim() : "";
  return token.length <= MAXIMUM_TOKEN_LENGTH && /^[\x21-\x7e]*$/.test(token) ? token : "";
}

/** Why a token does not help (RFC 6750 §3.1): it is not good, or its bearer lacks the right. */
export type BearerError = "invalid_token" | "insufficient_scope";

/** The value of one `WWW-Authenticate` header for tokens (RFC 6750 §3). */
export const formatBearerChallenge = (realm: string, error?: BearerError): string =>
  `Bearer realm=${quote(realm)}${error === undefined ? "" : `, error="${error}"`}`;
