import { srtpSuite, type SrtpMasterKey } from "../srtp/suite.js";

/** An `a=crypto` line (RFC 4568 §9.1). */
export interface CryptoAttribute {
  /** 1…999999999. */
  readonly tag: number;
  readonly key: SrtpMasterKey;
}

/**
 * The value of `a=crypto`. Nothing but the key stands behind `inline:`, since ffmpeg takes no lifetime and no key
 * identifier; so the key must not have one.
 */
export const formatCrypto = ({ tag, key: { suite, key, salt } }: CryptoAttribute): string =>
  `${tag} ${suite.name} inline:${Buffer.concat([key, salt]).toString("base64")}`;

/**
 * Reads the value of `a=crypto`. Undefined for what cannot be used: a suite that is not known here, a key of the wrong
 * length, session parameters that turn protection off (RFC 4568 §6.3).
 */
export function parseCrypto(value: string): CryptoAttribute | undefined {
  const [tag = "", name = "", parameters = "", ...session] = value.trim().split(/\s+/);
  const suite = srtpSuite(name);
  // The first key of several is the one to begin with.
  const [, base64 = "", rest = ""] = /^inline:([A-Za-z0-9+/]+={0,2})((?:\|[^;]*)?)(?:;|$)/.exec(parameters) ?? [];
  if (!/^\d{1,9}$/.test(tag) || !suite || base64 === "") return undefined;
  if (session.some((one) => /^UN(?:ENCRYPTED_SRTC?P|AUTHENTICATED_SRTP)$/i.test(one))) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const mki = mkiIn(rest);
  if (bytes.length !== suite.keyBytes + suite.saltBytes || !mki) return undefined;
  const key = bytes.subarray(0, suite.keyBytes);
  return { tag: Number(tag), key: { suite, key, salt: bytes.subarray(suite.keyBytes), mki } };
}

/** `|lifetime|value:length`, either of which may be missing; undefined for an identifier that cannot be one. */
function mkiIn(text: string): Uint8Array | undefined {
  const field = text.split("|").find((one) => one.includes(":"));
  if (field === undefined) return new Uint8Array();
  const [, value, length] = /^(\d{1,15}):(\d{1,3})$/.exec(field) ?? [];
  const bytes = Number(length ?? 0);
  if (value === undefined || bytes < 1 || bytes > 128) return undefined;
  const digits = Number(value).toString(16);
  if (digits.length > bytes * 2) return undefined;
  return Buffer.from(digits.padStart(bytes * 2, "0"), "hex");
}
