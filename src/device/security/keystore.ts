import "reflect-metadata";
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";
import { readCrl } from "./crl.js";
import { Certificates, demandChain, readCertificate, spkiOf } from "./certificates.js";
import { generateKey, type KeyGenerator } from "./key-generation.js";
import { Keys, materialOf } from "./keys.js";
import {
  fromBase64,
  type KeystoreState,
  type StoredCrl,
  type StoredKey,
  type StoredPassphrase,
  toBase64,
  type ValidationPolicy,
} from "./objects.js";
import { readPkcs12 } from "./pkcs12.js";
import { readKeyPair } from "./pkcs8.js";
import { Shelf } from "./shelf.js";
import { makeRequest, makeSelfSigned, type RequestWish, type SelfSignedWish } from "./signing.js";
import type { ServerCertificate } from "./tls-server.js";

/** The certificate that the camera has from the start, PEM: its own first, then those above it, and its key. */
export interface FactoryIdentity {
  readonly certificate: string;
  readonly key: string;
}

export const FACTORY_PATH = "factory-path";
const FACTORY_KEY = "factory-key";

/** What refers to objects of the keystore from outside it. */
export interface References {
  readonly key?: (id: string) => boolean;
  readonly certificate?: (id: string) => boolean;
  readonly path?: (id: string) => boolean;
  readonly passphrase?: (id: string) => boolean;
  readonly policy?: (id: string) => boolean;
}

/** The parameters of a validation policy. */
export type PolicySetting = Omit<ValidationPolicy, "id">;

/** Longest passphrase, in characters; at least 40 of ASCII are to be taken (Security §5.5.7). */
const MAXIMUM_PASSPHRASE_LENGTH = 256;
const MAXIMUM_TRUST_ANCHORS = 32;

/** Keys, certificates and what says whom to trust (Security §5.2). Nothing in it gives a private key to clients. */
export class Keystore {
  readonly keys: Keys;
  readonly certificates: Certificates;
  readonly passphrases = new Shelf<StoredPassphrase>({
    prefix: "passphrase",
    maximum: 64,
    missing: "passphrase-id",
    full: "maximum-number-of-passphrases-reached",
  });
  readonly crls = new Shelf<StoredCrl>({
    prefix: "crl",
    maximum: 16,
    missing: "crl-id",
    full: "maximum-number-of-crls-reached",
  });
  readonly policies = new Shelf<ValidationPolicy>({
    prefix: "policy",
    maximum: 32,
    missing: "cert-path-validation-policy-id",
    full: "maximum-number-of-cert-path-validation-policies-reached",
  });
  readonly #references: References[] = [];
  #signed = 0;

  constructor(
    private readonly now: () => number,
    private readonly emit: Emit,
    generate: KeyGenerator = generateKey,
  ) {
    this.keys = new Keys(generate, emit);
    this.certificates = new Certificates(this.keys, emit);
  }

  /** Tells of references from outside, which keep objects from being deleted. */
  referredBy(references: References): void {
    this.#references.push(references);
  }

  /** Puts in what the camera has from the start. It can be used as all else, but neither changed nor deleted. */
  setFactoryIdentity({ certificate, key }: FactoryIdentity): void {
    const chain = (certificate.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
    const [own] = chain;
    if (!own) return;
    const material = materialOf(createPrivateKey(key));
    this.keys.shelf.fix({
      id: FACTORY_KEY,
      alias: "factory",
      status: "ok",
      publicKey: toBase64(material.publicKey),
      privateKey: toBase64(material.privateKey),
      external: false,
    });
    const certificateIds = chain.map((one, index) => {
      const id = index === 0 ? "factory-certificate" : `factory-certificate-${index + 1}`;
      const keyId = index === 0 ? FACTORY_KEY : `${FACTORY_KEY}-${index + 1}`;
      if (index > 0)
        this.keys.shelf.fix({
          id: keyId,
          status: "ok",
          publicKey: toBase64(spkiOf(one)),
          privateKey: "",
          external: true,
        });
      this.certificates.shelf.fix({ id, keyId, alias: "factory", der: toBase64(one.raw) });
      return id;
    });
    this.certificates.paths.fix({ id: FACTORY_PATH, alias: "factory", certificateIds });
  }

  /** UploadKeyPairInPKCS8. The passphrase, or that of the id, decrypts the key. */
  uploadKeyPair(der: Uint8Array, alias: string | undefined, by: Decryption): StoredKey {
    const passphrase = by.passphrase ?? this.passphraseOf(by.passphraseId);
    const material = materialOf(readKeyPair(der, passphrase));
    if (!this.keys.ofPublicKey(material.publicKey)) this.keys.shelf.demandRoom();
    return this.keys.addPair(material, alias);
  }

  /** UploadCertificateWithPrivateKeyInPKCS12: all of it, or nothing. */
  uploadPkcs12(file: Uint8Array, upload: Pkcs12Upload): { readonly pathId: string; readonly keyId: string } {
    const { passphrase, integrityId, encryptionId } = upload;
    const content = readPkcs12(file, {
      integrity: passphrase ?? this.passphraseOf(integrityId),
      encryption: passphrase ?? this.passphraseOf(encryptionId),
    });
    const chain = upload.firstOnly ? content.certificates.slice(0, 1) : content.certificates;
    const certificates = chain.map(readCertificate);
    const [own] = certificates;
    const material = materialOf(content.privateKey);
    if (!own?.checkPrivateKey(content.privateKey))
      throw refusal("public-private-key-mismatch", "the key is not that of the first certificate");
    demandChain(chain);
    const publicKeys = new Set(certificates.map((one) => toBase64(spkiOf(one))));
    for (const key of this.keys.shelf.list())
      if (publicKeys.delete(key.publicKey) && key.status !== "ok")
        throw refusal("invalid-key-status", `the key is ${key.status}`);
    this.keys.shelf.demandRoom(publicKeys.size);
    this.certificates.shelf.demandRoom(chain.filter((der) => !this.certificates.ofDer(der)).length);
    this.certificates.paths.demandRoom();
    const { id: keyId } = this.keys.addPair(material, upload.keyAlias);
    const certificateIds = chain.map((der) => {
      const known = this.certificates.ofDer(der);
      return (known ?? this.certificates.upload({ der, privateKeyRequired: false })).id;
    });
    return { pathId: this.certificates.createPath(certificateIds, upload.pathAlias).id, keyId };
  }

  deleteKey(id: string): void {
    const isCertified = this.certificates.shelf.list().some(({ keyId }) => keyId === id);
    this.keys.delete(id, isCertified || this.isReferred("key", id));
  }

  /** CreatePKCS10CSR. */
  createRequest(keyId: string, wish: RequestWish): Promise<Uint8Array> {
    return makeRequest(this.keys.usable(keyId), wish);
  }

  /** CreateSelfSignedCertificate; the id of the certificate. */
  async createSelfSigned(
    keyId: string,
    wish: SelfSignedWish,
    alias: string | undefined,
    chosenId?: string,
  ): Promise<string> {
    const key = this.keys.usable(keyId);
    this.certificates.shelf.demandRoom();
    this.#signed += 1;
    const der = await makeSelfSigned(key, wish, this.now(), this.#signed);
    // The key may have gone while the certificate was being signed.
    this.keys.usable(keyId);
    return this.certificates.add(keyId, der, alias, chosenId).id;
  }

  deleteCertificate(id: string): void {
    const isAnchor = this.policies.list().some(({ trustAnchorIds }) => trustAnchorIds.includes(id));
    this.certificates.delete(id, isAnchor || this.isReferred("certificate", id));
  }

  deletePath(id: string): void {
    this.certificates.deletePath(id, this.isReferred("path", id));
  }

  uploadPassphrase(passphrase: string, alias: string | undefined): string {
    const { length } = [...passphrase];
    if (length < 1 || length > MAXIMUM_PASSPHRASE_LENGTH)
      throw refusal("bad-passphrase", `a passphrase has 1 to ${MAXIMUM_PASSPHRASE_LENGTH} characters`);
    const { id } = this.passphrases.add((id) => ({ id, alias, passphrase }));
    this.#changed();
    return id;
  }

  /** The passphrase of an id; undefined where none is named. */
  passphraseOf(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.passphrases.get(id).passphrase;
  }

  deletePassphrase(id: string): void {
    this.passphrases.get(id);
    if (this.isReferred("passphrase", id)) throw refusal("passphrase-deletion-failed", `${id} is in use`, { id });
    this.passphrases.delete(id, false);
    this.#changed();
  }

  uploadCrl(der: Uint8Array, alias: string | undefined): string {
    readCrl(der);
    const { id } = this.crls.add((id) => ({ id, alias, der: toBase64(der) }));
    this.#changed();
    return id;
  }

  deleteCrl(id: string): void {
    this.crls.delete(id, false);
    this.#changed();
  }

  createPolicy(setting: PolicySetting): string {
    this.#demandPolicy(setting);
    const { id } = this.policies.add((id) => ({ id, ...setting }));
    this.#changed();
    return id;
  }

  setPolicy(id: string, setting: PolicySetting): void {
    const { alias } = this.policies.get(id);
    this.#demandPolicy(setting);
    if (this.isReferred("policy", id)) throw refusal("reference-exists", `${id} is in use`, { id });
    this.policies.replace({ id, ...setting, alias: setting.alias ?? alias });
    this.#changed();
  }

  deletePolicy(id: string): void {
    this.policies.delete(id, this.isReferred("policy", id));
    this.#changed();
  }

  /** What a TLS server needs of a path; undefined where there is no path or no private key for it. */
  serverCertificate(pathId: string): ServerCertificate | undefined {
    const path = this.certificates.paths.find(pathId);
    const privateKey = path && this.#privateKeyOf(path.certificateIds[0] ?? "");
    return path && privateKey && { pathId, chain: this.certificates.chain(path), privateKey };
  }

  /**
   * What a TLS client needs of a certificate: it, with the others of the newest path that begins with it, if there is one;
   * undefined where there is no certificate or no private key for it.
   */
  clientCertificate(id: string): Omit<ServerCertificate, "pathId"> | undefined {
    const privateKey = this.#privateKeyOf(id);
    const path = this.certificates.paths.list().findLast(({ certificateIds }) => certificateIds[0] === id);
    return privateKey && { chain: this.certificates.chain(path ?? { certificateIds: [id] }), privateKey };
  }

  #privateKeyOf(certificateId: string): Buffer | undefined {
    const own = this.certificates.shelf.find(certificateId);
    const privateKey = own && this.keys.shelf.find(own.keyId)?.privateKey;
    return privateKey ? fromBase64(privateKey) : undefined;
  }

  /** For the file that it is kept in. Holds secrets. */
  snapshot(): KeystoreState {
    return {
      keys: this.keys.shelf.snapshot(),
      certificates: this.certificates.shelf.snapshot(),
      paths: this.certificates.paths.snapshot(),
      passphrases: this.passphrases.snapshot(),
      crls: this.crls.snapshot(),
      policies: this.policies.snapshot(),
    };
  }

  /** Takes what was kept. Throws for objects that cannot be read. */
  restore(state: KeystoreState): void {
    for (const { der } of state.certificates.items) readCertificate(fromBase64(der));
    for (const { der } of state.crls.items) readCrl(fromBase64(der));
    this.keys.restore(state.keys);
    this.certificates.shelf.restore(state.certificates);
    this.certificates.paths.restore(state.paths);
    this.passphrases.restore(state.passphrases);
    this.crls.restore(state.crls);
    this.policies.restore(state.policies);
  }

  #demandPolicy({ trustAnchorIds }: PolicySetting): void {
    for (const id of trustAnchorIds) this.certificates.shelf.get(id);
    if (trustAnchorIds.length === 0 || trustAnchorIds.length > MAXIMUM_TRUST_ANCHORS)
      throw refusal("cert-path-validation-parameters", `a policy has 1 to ${MAXIMUM_TRUST_ANCHORS} trust anchors`);
  }

  /** Whether something outside the keystore refers to an object of it. */
  isReferred(kind: keyof References, id: string): boolean {
    return this.#references.some((references) => references[kind]?.(id));
  }

  #changed(): void {
    this.emit({ slice: "security", what: "keystore" });
  }
}

/** How an encrypted upload is read. */
export interface Decryption {
  readonly passphrase?: string | undefined;
  readonly passphraseId?: string | undefined;
}

export interface Pkcs12Upload {
  readonly pathAlias?: string | undefined;
  readonly keyAlias?: string | undefined;
  /** Take the first certificate alone. */
  readonly firstOnly: boolean;
  /** Checks and decrypts, whatever passphrases the ids name. */
  readonly passphrase?: string | undefined;
  readonly integrityId?: string | undefined;
  readonly encryptionId?: string | undefined;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
