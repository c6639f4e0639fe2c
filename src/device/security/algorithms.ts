import { type KeyObject, type webcrypto } from "node:crypto";

/** Lengths of RSA keys, in bits. */
export const RSA_KEY_LENGTHS: readonly number[] = [2048, 3072, 4096];

/** Names of elliptic curves in the IANA registry of TLS groups, and in OpenSSL and WebCrypto. */
const CURVES = {
  secp256r1: { openssl: "prime256v1", web: "P-256" },
  secp384r1: { openssl: "secp384r1", web: "P-384" },
  secp521r1: { openssl: "secp521r1", web: "P-521" },
} as const;

export type Curve = keyof typeof CURVES;

export const ELLIPTIC_CURVES = Object.keys(CURVES) as readonly Curve[];

export const isCurve = (name: string): name is Curve => Object.hasOwn(CURVES, name);

/** The name that node:crypto has for a curve. */
export const opensslCurve = (curve: Curve): string => CURVES[curve].openssl;

/** One way to sign (RFC 8017, RFC 5758). */
export interface SignatureAlgorithm {
  readonly oid: string;
  readonly key: "rsa" | "ec";
  readonly hash: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
}

/**
 * What this camera signs with and takes in certificates. SHA-1 with RSA is there for clients that ask for it, among them
 * the official test tool.
 */
export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = [
  { oid: "1.2.840.113549.1.1.11", key: "rsa", hash: "SHA-256" },
  { oid: "1.2.840.113549.1.1.12", key: "rsa", hash: "SHA-384" },
  { oid: "1.2.840.113549.1.1.13", key: "rsa", hash: "SHA-512" },
  { oid: "1.2.840.10045.4.3.2", key: "ec", hash: "SHA-256" },
  { oid: "1.2.840.10045.4.3.3", key: "ec", hash: "SHA-384" },
  { oid: "1.2.840.10045.4.3.4", key: "ec", hash: "SHA-512" },
  { oid: "1.2.840.113549.1.1.5", key: "rsa", hash: "SHA-1" },
];

export const signatureAlgorithm = (oid: string): SignatureAlgorithm | undefined =>
  SIGNATURE_ALGORITHMS.find((one) => one.oid === oid);

/** The strongest usual algorithm for a key. */
export const usualAlgorithm = (key: KeyObject): SignatureAlgorithm | undefined =>
  SIGNATURE_ALGORITHMS.find((one) => one.key === key.asymmetricKeyType);

/** WebCrypto's parameters to import a key for, and to sign with, an algorithm. */
export function webAlgorithm(
  key: KeyObject,
  { key: kind, hash }: SignatureAlgorithm,
): { readonly name: string; readonly hash: string; readonly namedCurve?: webcrypto.NamedCurve } {
  if (kind === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash };
  const openssl = key.asymmetricKeyDetails?.namedCurve;
  const curve = Object.values(CURVES).find((one) => one.openssl === openssl);
  return { name: "ECDSA", hash, namedCurve: curve?.web ?? "P-256" };
}

/** Largest public exponent of RSA: with a huge one a single signature takes as long to verify as hundreds. */
const MAXIMUM_EXPONENT = 2n ** 64n;

/** Whether the keystore can use keys of that kind: RSA of 1024 to 8192 bits, and the curves above. */
export function isSupportedKey(key: KeyObject): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === "rsa") {
    const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
    return modulusLength >= 1024 && modulusLength <= 8192 && publicExponent <= MAXIMUM_EXPONENT;
  }
  const openssl = asymmetricKeyDetails?.namedCurve;
  return asymmetricKeyType === "ec" && Object.values(CURVES).some((one) => one.openssl === openssl);
}
