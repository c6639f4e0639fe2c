/** A MIKEY message (RFC 3830) as far as SRTP over RTSP needs it: one that carries keys in the clear, under TLS. */
export interface MikeyMessage {
  /** Of the initiator with a pre-shared key (0), which is what is used here; others are kept as they are. */
  readonly dataType: number;
  /** Identifies the crypto session bundle, 0…2^32−1. */
  readonly bundleId: number;
  readonly sessions: readonly MikeySession[];
  readonly policies: readonly MikeyPolicy[];
  readonly keys: readonly MikeyKey[];
  /** Random bytes; empty when the message has none. */
  readonly random: Uint8Array;
  /** NTP time as 8 bytes; undefined where the message has none, or one of another kind. */
  readonly time: Uint8Array | undefined;
}

/** An entry of the crypto session map for SRTP (RFC 3830 §6.1.1). */
export interface MikeySession {
  /** Number of the policy that it follows. */
  readonly policy: number;
  readonly ssrc: number;
  /** Wraps of the sequence number so far. */
  readonly rollovers: number;
}

/** A security policy for SRTP (RFC 3830 §6.10): values by the type of the parameter. */
export interface MikeyPolicy {
  readonly number: number;
  readonly parameters: ReadonlyMap<number, Uint8Array>;
}

/** A key of a KEMAC payload with null encryption (RFC 3830 §6.2, §6.13). */
export interface MikeyKey {
  readonly type: MikeyKeyType;
  readonly key: Uint8Array;
  /** Empty where it has none of its own; the key may still end with one. */
  readonly salt: Uint8Array;
  /** Identifier that packets carry (SPI); empty for none. */
  readonly spi: Uint8Array;
}

/** Key data types: traffic-generating key, and traffic-encrypting key, each with or without salt. */
export const MikeyKeyType = { TGK: 0, TGK_SALT: 1, TEK: 2, TEK_SALT: 3 } as const;
export type MikeyKeyType = (typeof MikeyKeyType)[keyof typeof MikeyKeyType];

/** Payload types (RFC 3830 §6.1). */
export const MikeyPayload = {
  LAST: 0,
  KEMAC: 1,
  T: 5,
  ID: 6,
  CERT: 7,
  V: 9,
  SP: 10,
  RAND: 11,
  ERR: 12,
  EXT: 21,
} as const;

/** Parameters of a policy for SRTP (RFC 3830 §6.10.1, RFC 7714 §14.4). */
export const MikeySrtp = {
  ENCRYPTION: 0,
  KEY_BYTES: 1,
  AUTHENTICATION: 2,
  AUTHENTICATION_KEY_BYTES: 3,
  SALT_BYTES: 4,
  PRF: 5,
  KEY_DERIVATION_RATE: 6,
  RTP_ENCRYPTED: 7,
  RTCP_ENCRYPTED: 8,
  AUTHENTICATED: 10,
  TAG_BYTES: 11,
  PREFIX_BYTES: 12,
  AEAD_TAG_BYTES: 20,
} as const;
