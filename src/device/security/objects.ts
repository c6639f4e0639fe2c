/**
 * What the keystore holds (Security §5.2.1), as plain data. Binary values are DER in base64, so that all of it can be
 * kept as it is. Secrets are in `StoredKey.privateKey` and `StoredPassphrase.passphrase` and nowhere else.
 */

/** The states of a key (Security §5.2.5). */
export type KeyStatus = "ok" | "generating" | "corrupt";

interface Stored {
  /** An XML name of at most 64 characters, unique among its kind. */
  readonly id: string;
  /** What the client calls it. */
  readonly alias?: string | undefined;
}

export interface StoredKey extends Stored {
  readonly status: KeyStatus;
  /** SubjectPublicKeyInfo; empty unless the status is ok. */
  readonly publicKey: string;
  /** PKCS#8; empty where the device does not have it. */
  readonly privateKey: string;
  /** Not made on this device. */
  readonly external: boolean;
}

export interface StoredCertificate extends Stored {
  readonly keyId: string;
  readonly der: string;
}

/** Certificates of which each is signed with the key of the next one. */
export interface CertificationPath extends Stored {
  readonly certificateIds: readonly string[];
}

export interface StoredPassphrase extends Stored {
  readonly passphrase: string;
}

/** A certificate revocation list (RFC 5280 §5). */
export interface StoredCrl extends Stored {
  readonly der: string;
}

/** How certification paths of others are checked (Security §4.3). */
export interface ValidationPolicy extends Stored {
  /** The certificate must have the extended key usage of TLS clients (RFC 5280 §4.2.1.12). */
  readonly requireClientAuthUsage: boolean;
  /** Lists that say what has changed since another one count too (RFC 5280 §5.2.4). */
  readonly useDeltaCrls: boolean;
  /** Ids of certificates that are trusted. */
  readonly trustAnchorIds: readonly string[];
}

/** All of one kind, and the number of the next id, so that ids are not used again. */
export interface ShelfState<T> {
  readonly next: number;
  readonly items: readonly T[];
}

/** What is kept of the keystore. Holds secrets. */
export interface KeystoreState {
  readonly keys: ShelfState<StoredKey>;
  readonly certificates: ShelfState<StoredCertificate>;
  readonly paths: ShelfState<CertificationPath>;
  readonly passphrases: ShelfState<StoredPassphrase>;
  readonly crls: ShelfState<StoredCrl>;
  readonly policies: ShelfState<ValidationPolicy>;
}

/** A key pair, both DER. */
export interface KeyMaterial {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** PKCS#8. */
  readonly privateKey: Uint8Array;
}

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

export const fromBase64 = (text: string): Buffer => Buffer.from(text, "base64");
