/** How packets are encrypted and authenticated: one of the suites of RFC 3711, RFC 6188 and RFC 7714. */
export interface SrtpSuite {
  /** As in `a=crypto` (IANA, SDP Security Descriptions). */
  readonly name: SrtpSuiteName;
  readonly keyBytes: 16 | 32;
  readonly saltBytes: 12 | 14;
  /** Length of the tag of an RTP packet; that of an RTCP packet is never shorter than 10. */
  readonly tagBytes: 4 | 10 | 16;
  /** The cipher authenticates too (RFC 7714); otherwise HMAC-SHA1 does. */
  readonly isAead: boolean;
}

export type SrtpSuiteName =
  | "AES_CM_128_HMAC_SHA1_80"
  | "AES_CM_128_HMAC_SHA1_32"
  | "AES_256_CM_HMAC_SHA1_80"
  | "AES_256_CM_HMAC_SHA1_32"
  | "AEAD_AES_128_GCM"
  | "AEAD_AES_256_GCM";

const SUITES: readonly SrtpSuite[] = [
  { name: "AES_CM_128_HMAC_SHA1_80", keyBytes: 16, saltBytes: 14, tagBytes: 10, isAead: false },
  { name: "AES_CM_128_HMAC_SHA1_32", keyBytes: 16, saltBytes: 14, tagBytes: 4, isAead: false },
  { name: "AES_256_CM_HMAC_SHA1_80", keyBytes: 32, saltBytes: 14, tagBytes: 10, isAead: false },
  { name: "AES_256_CM_HMAC_SHA1_32", keyBytes: 32, saltBytes: 14, tagBytes: 4, isAead: false },
  { name: "AEAD_AES_128_GCM", keyBytes: 16, saltBytes: 12, tagBytes: 16, isAead: true },
  { name: "AEAD_AES_256_GCM", keyBytes: 32, saltBytes: 12, tagBytes: 16, isAead: true },
];

/** All suites that there are here. */
export const srtpSuites: readonly SrtpSuite[] = SUITES;

export const isSrtpSuiteName = (name: string): name is SrtpSuiteName => SUITES.some((suite) => suite.name === name);

/** The suite of that name; undefined for one that is not known here. */
export function srtpSuite(name: SrtpSuiteName): SrtpSuite;
export function srtpSuite(name: string): SrtpSuite | undefined;
export function srtpSuite(name: string): SrtpSuite | undefined {
  return SUITES.find((suite) => suite.name === name);
}

/** Tag of an RTCP packet, which is not shortened (RFC 3711 §5.2, RFC 4568 §6.2). */
export const rtcpTagBytes = ({ tagBytes }: SrtpSuite): number => Math.max(tagBytes, 10);

/** A master key with its salt, and the identifier that packets carry with it (RFC 3711 §3.2.1). */
export interface SrtpMasterKey {
  readonly suite: SrtpSuite;
  /** `suite.keyBytes` long. */
  readonly key: Uint8Array;
  /** `suite.saltBytes` long. */
  readonly salt: Uint8Array;
  /** Master key identifier in each packet, 1…128 bytes; empty for none. */
  readonly mki: Uint8Array;
}
