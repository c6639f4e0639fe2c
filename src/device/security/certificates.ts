import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { X509Certificate as ParsedCertificate } from "@peculiar/x509";
import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { isSupportedKey, signatureAlgorithm } from "./algorithms.js";
import { Asn1Value } from "./asn1.js";
import type { Keys } from "./keys.js";
import { type CertificationPath, fromBase64, type StoredCertificate, toBase64 } from "./objects.js";
import { Shelf } from "./shelf.js";
import { isDer } from "./signing.js";

/** A certificate that is taken into the keystore. */
export interface CertificateUpload {
  readonly der: Uint8Array;
  /** A free id, where the client chooses it. */
  readonly id?: string | undefined;
  readonly alias?: string | undefined;
  /** Of the key, if it is new. */
  readonly keyAlias?: string | undefined;
  /** Refuse the certificate if the keystore has no private key for it. */
  readonly privateKeyRequired: boolean;
}

const MAXIMUM_CERTIFICATES = 128;
const MAXIMUM_PATHS = 64;
/** Most certificates of a path. */
const MAXIMUM_PATH_LENGTH = 16;
/** Longest certificate, in bytes. */
const MAXIMUM_BYTES = 65_536;

/** The certificates of the keystore and the paths that they make (Security §5.2.6.3). */
export class Certificates {
  readonly shelf = new Shelf<StoredCertificate>({
    prefix: "certificate",
    maximum: MAXIMUM_CERTIFICATES,
    missing: "certificate-id",
    full: "maximum-number-of-certificates-reached",
  });
  readonly paths = new Shelf<CertificationPath>({
    prefix: "path",
    maximum: MAXIMUM_PATHS,
    missing: "certification-path-id",
    full: "maximum-number-of-certification-paths-reached",
  });

  constructor(
    private readonly keys: Keys,
    private readonly emit: Emit,
  ) {}

  /** Takes a certificate; the key in it is added unless the keystore has it. */
  upload({ der, id, alias, keyAlias, privateKeyRequired }: CertificateUpload): StoredCertificate {
    const certificate = readCertificate(der);
    if (this.ofDer(der)) throw refusal("duplicate", "the keystore has that certificate");
    const publicKey = spkiOf(certificate);
    const known = this.keys.ofPublicKey(publicKey);
    if (privateKeyRequired && !known?.privateKey)
      throw refusal("no-matching-private-key", "the keystore has no private key for that certificate");
    if (known && known.status !== "ok") throw refusal("invalid-key-status", `the key is ${known.status}`);
    this.shelf.demandRoom();
    const key = known ?? this.keys.ofCertificate(publicKey, keyAlias);
    return this.add(key.id, der, alias, id);
  }

  /** Adds a certificate of which is known that it is good. */
  add(keyId: string, der: Uint8Array, alias: string | undefined, chosenId?: string): StoredCertificate {
    const added = this.shelf.add((id) => ({ id, keyId, alias, der: toBase64(der) }), chosenId);
    this.#changed();
    return added;
  }

  ofDer(der: Uint8Array): StoredCertificate | undefined {
    const wanted = toBase64(der);
    return this.shelf.list().find((one) => one.der === wanted);
  }

  /** Deletes a certificate that nothing refers to; its key stays. */
  delete(id: string, isReferred: boolean): void {
    this.shelf.delete(id, isReferred || this.paths.list().some(({ certificateIds }) => certificateIds.includes(id)));
    this.#changed();
  }

  createPath(certificateIds: readonly string[], alias: string | undefined): CertificationPath {
    this.#demandPath(certificateIds);
    const path = this.paths.add((id) => ({ id, alias, certificateIds: [...certificateIds] }));
    this.#changed();
    return path;
  }

  setPath(id: string, certificateIds: readonly string[], alias: string | undefined): void {
    const path = this.paths.get(id);
    this.#demandPath(certificateIds);
    if (this.paths.isFixed(id)) throw refusal("reference-exists", "that path comes with the camera", { id });
    this.paths.replace({ ...path, certificateIds: [...certificateIds], alias: alias ?? path.alias });
    this.#changed();
  }

  deletePath(id: string, isReferred: boolean): void {
    this.paths.delete(id, isReferred);
    this.#changed();
  }

  /** The certificates of a path, in DER. */
  chain({ certificateIds }: Pick<CertificationPath, "certificateIds">): readonly Buffer[] {
    return certificateIds.map((id) => fromBase64(this.shelf.get(id).der));
  }

  #demandPath(certificateIds: readonly string[]): void {
    const chain = certificateIds.map((id) => fromBase64(this.shelf.get(id).der));
    if (chain.length === 0 || chain.length > MAXIMUM_PATH_LENGTH)
      throw refusal("invalid-certification-path", `a path has 1 to ${MAXIMUM_PATH_LENGTH} certificates`);
    demandChain(chain);
  }

  #changed(): void {
    this.emit({ slice: "security", what: "keystore" });
  }
}

/** Refuses a chain in which a certificate is not signed with the key of the next one. */
export function demandChain(chain: readonly Uint8Array[]): void {
  const certificates = chain.map((der) => new X509Certificate(der));
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1];
    if (issuer && !certificate.verify(issuer.publicKey))
      throw refusal(
        "invalid-certification-path",
        `certificate ${index + 1} is not signed with the key of the next one`,
      );
  }
}

/**
 * Reads a certificate in DER. Refuses with `bad-certificate`, `unsupported-public-key-algorithm` or
 * `unsupported-signature-algorithm`; that it has expired is no reason (Security §5.2.6.3.3).
 */
export function readCertificate(der: Uint8Array): X509Certificate {
  let certificate: X509Certificate;
  let algorithm: string | undefined;
  if (der.length > MAXIMUM_BYTES || !isDer(der)) throw refusal("bad-certificate", "that is no certificate in DER");
  try {
    certificate = new X509Certificate(der);
    algorithm = Asn1Value.read(der)?.at(1, 0)?.oid;
    // Extensions and names are read only now.
    void new ParsedCertificate(new Uint8Array(der)).extensions;
  } catch {
    throw refusal("bad-certificate", "that certificate cannot be read");
  }
  let isUsable: boolean;
  try {
    isUsable = isSupportedKey(certificate.publicKey);
  } catch {
    isUsable = false;
  }
  if (!isUsable)
    throw refusal("unsupported-public-key-algorithm", "keys are RSA, or of the curves secp256r1 to secp521r1");
  if (algorithm === undefined || !signatureAlgorithm(algorithm))
    throw refusal("unsupported-signature-algorithm", "the certificate is signed by an algorithm that is not known");
  return certificate;
}

/** The public key of a certificate, SubjectPublicKeyInfo in DER. */
export const spkiOf = ({ publicKey }: X509Certificate): Buffer => publicKey.export({ type: "spki", format: "der" });
