import "reflect-metadata";
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { Name } from "@peculiar/x509";
import { refusal } from "../refusal.js";
import { usualAlgorithm } from "./algorithms.js";
import { readCertificate, spkiOf } from "./certificates.js";
import type { Keystore } from "./keystore.js";
import { materialOf } from "./keys.js";
import { type DistinguishedName, nameOf } from "./names.js";
import { fromBase64, type StoredCertificate } from "./objects.js";
import type { TlsServer } from "./tls-server.js";

/** What CreateCertificate asks for. */
export interface NvtCertificateWish {
  readonly id?: string | undefined;
  /** A distinguished name (`CN=camera,O=house`), or a common name. */
  readonly subject?: string | undefined;
  readonly notBeforeMs?: number | undefined;
  readonly notAfterMs?: number | undefined;
}

/** A certificate that comes from outside, under the id that the client has chosen. */
export interface NvtUpload {
  readonly id?: string | undefined;
  readonly der: Uint8Array;
  /** PKCS#8 or PKCS#1, DER or PEM. */
  readonly privateKey?: Uint8Array | undefined;
}

const ID = /^[A-Za-z_][\w.-]{0,63}$/;

/**
 * The certificates as the device service shows them, which had them before the security service (Core, deprecated): the same
 * keystore, with ids that clients choose, and a status that says which one the TLS server shows.
 */
export class NvtCertificates {
  constructor(
    private readonly keystore: Keystore,
    private readonly tlsServer: TlsServer,
  ) {}

  /** Those of the device itself: it has their private key. */
  get own(): readonly StoredCertificate[] {
    return this.#all.filter(({ keyId }) => this.#hasPrivateKey(keyId));
  }

  /** Those of others. */
  get authorities(): readonly StoredCertificate[] {
    return this.#all.filter(({ keyId }) => !this.#hasPrivateKey(keyId));
  }

  /** Makes a key (RSA, 2048 bits) and a certificate that it signs for itself. */
  async create({ id, subject = "CN=camera", notBeforeMs, notAfterMs }: NvtCertificateWish): Promise<StoredCertificate> {
    this.#demandId(id);
    const name = nameFrom(subject);
    // Before the key is made, which nobody would need any more.
    void nameOf(name);
    if (notBeforeMs !== undefined && notAfterMs !== undefined && notAfterMs < notBeforeMs)
      throw refusal("invalid-date-time", "a certificate ends after it begins");
    this.keystore.certificates.shelf.demandRoom();
    const { keyId } = this.keystore.keys.createRsa(2048, id);
    await this.keystore.keys.settled();
    try {
      this.#demandId(id);
      const wish = { subject: name, notBeforeMs, notAfterMs, algorithmOid: this.#algorithmFor(keyId), extensions: [] };
      const made = await this.keystore.createSelfSigned(keyId, wish, undefined, id);
      return this.keystore.certificates.shelf.get(made);
    } catch (error) {
      if (this.keystore.keys.shelf.has(keyId)) this.keystore.deleteKey(keyId);
      throw error;
    }
  }

  /** Takes certificates whose private keys the device has, or that come with them: all or none. */
  load(uploads: readonly NvtUpload[]): void {
    this.#demandUploads(uploads);
    const keys = uploads.map(({ der, privateKey }) => {
      const certificate = readCertificate(der);
      if (privateKey === undefined) {
        if (!this.keystore.keys.ofPublicKey(spkiOf(certificate))?.privateKey)
          throw refusal("no-matching-private-key", "the device has no private key for that certificate");
        return undefined;
      }
      const key = readPrivateKey(privateKey);
      if (!certificate.checkPrivateKey(key))
        throw refusal("public-private-key-mismatch", "the key is not that of the certificate");
      return materialOf(key);
    });
    this.keystore.keys.shelf.demandRoom(keys.filter(Boolean).length);
    uploads.forEach(({ id, der }, index) => {
      const material = keys[index];
      if (material) this.keystore.keys.addPair(material, id);
      this.keystore.certificates.upload({ der, id, privateKeyRequired: true });
    });
  }

  /** Takes certificates of authorities: all or none. */
  loadAuthorities(uploads: readonly NvtUpload[]): void {
    this.#demandUploads(uploads);
    this.keystore.keys.shelf.demandRoom(uploads.length);
    for (const { id, der } of uploads) this.keystore.certificates.upload({ der, id, privateKeyRequired: false });
  }

  /** Deletes certificates, the paths that hold one of them alone, and keys that nothing else needs: all or none. */
  delete(ids: readonly string[]): void {
    const { certificates, policies, keys } = this.keystore;
    const found = [...new Set(ids)].map((id) => certificates.shelf.get(id));
    for (const { id } of found) {
      const isUsed =
        certificates.shelf.isFixed(id) ||
        this.isShown(id) ||
        policies.list().some(({ trustAnchorIds }) => trustAnchorIds.includes(id)) ||
        certificates.paths
          .list()
          .some(({ certificateIds }) => certificateIds.length > 1 && certificateIds.includes(id)) ||
        this.keystore.isReferred("certificate", id) ||
        this.#pathsOf(id).some((path) => this.keystore.isReferred("path", path));
      if (isUsed) throw refusal("reference-exists", "that certificate is in use", { id });
    }
    for (const { id, keyId } of found) {
      for (const path of this.#pathsOf(id)) this.keystore.deletePath(path);
      this.keystore.deleteCertificate(id);
      const isNeeded = certificates.shelf.list().some((one) => one.keyId === keyId);
      if (!isNeeded && !keys.shelf.isFixed(keyId) && !this.keystore.isReferred("key", keyId))
        this.keystore.deleteKey(keyId);
    }
  }

  /** A request (PKCS#10) for the key of a certificate; for its subject unless another is given. */
  request(id: string, subject: string | undefined): Promise<Uint8Array> {
    const { keyId, der } = this.keystore.certificates.shelf.get(id);
    const own = new X509Certificate(fromBase64(der)).subject.replaceAll("\n", ",");
    return this.keystore.createRequest(keyId, {
      subject: nameFrom(subject ?? own),
      algorithmOid: this.#algorithmFor(keyId),
      attributes: [],
    });
  }

  /** Whether the TLS server has that certificate. */
  isShown(id: string): boolean {
    return this.tlsServer.state.pathIds.some(
      (path) => this.keystore.certificates.paths.find(path)?.certificateIds[0] === id,
    );
  }

  /** Has the TLS server show certificates, or not. One at least stays while HTTPS is on. */
  setShown(wishes: readonly { readonly id: string; readonly isShown: boolean }[]): void {
    const { certificates } = this.keystore;
    let pathIds = this.tlsServer.state.pathIds;
    const missing: string[] = [];
    for (const { id, isShown } of wishes) {
      const { keyId } = certificates.shelf.get(id);
      if (isShown && !this.#hasPrivateKey(keyId)) throw refusal("no-private-key", "the device lacks the key", { id });
      if (isShown === this.isShown(id)) continue;
      if (!isShown) pathIds = pathIds.filter((path) => certificates.paths.find(path)?.certificateIds[0] !== id);
      else missing.push(id);
    }
    certificates.paths.demandRoom(missing.length);
    this.tlsServer.demandAssignable(pathIds.length + missing.length);
    const added = missing.map((id) => this.#pathsOf(id)[0] ?? certificates.createPath([id], id).id);
    this.tlsServer.assign([...pathIds, ...added]);
  }

  get #all(): readonly StoredCertificate[] {
    return this.keystore.certificates.shelf.list();
  }

  #hasPrivateKey(keyId: string): boolean {
    return (this.keystore.keys.shelf.find(keyId)?.privateKey ?? "") !== "";
  }

  /** The paths that hold a certificate and nothing else. */
  #pathsOf(id: string): readonly string[] {
    return this.keystore.certificates.paths
      .list()
      .filter(({ certificateIds }) => certificateIds.length === 1 && certificateIds[0] === id)
      .map((path) => path.id);
  }

  #algorithmFor(keyId: string): string {
    return usualAlgorithm(this.keystore.keys.usable(keyId).privateKey)?.oid ?? "";
  }

  #demandId(id: string | undefined): void {
    if (id === undefined) return;
    if (!ID.test(id)) throw refusal("invalid-argument", "an id is an XML name of at most 64 characters");
    if (this.keystore.certificates.shelf.has(id)) throw refusal("certificate-id", "that id is in use", { id });
  }

  #demandUploads(uploads: readonly NvtUpload[]): void {
    for (const { id, der } of uploads) {
      this.#demandId(id);
      readCertificate(der);
      if (this.keystore.certificates.ofDer(der)) throw refusal("duplicate", "the keystore has that certificate");
    }
    const ids = uploads.flatMap(({ id }) => id ?? []);
    const contents = uploads.map(({ der }) => Buffer.from(der).toString("base64"));
    if (new Set(ids).size < ids.length || new Set(contents).size < contents.length)
      throw refusal("duplicate", "a certificate is there twice");
    this.keystore.certificates.shelf.demandRoom(uploads.length);
  }
}

function nameFrom(subject: string): DistinguishedName {
  if (!subject.includes("=")) return [[{ type: "CN", value: subject }]];
  try {
    return new Name(subject)
      .toJSON()
      .map((part) => Object.entries(part).flatMap(([type, values]) => values.map((value) => ({ type, value }))));
  } catch {
    throw refusal("invalid-subject", "the subject is a distinguished name such as CN=camera,O=house");
  }
}

function readPrivateKey(key: Uint8Array): KeyObject {
  const bytes = Buffer.from(key);
  const forms = bytes.toString("latin1").includes("-----BEGIN")
    ? [{ key: bytes }]
    : (["pkcs8", "pkcs1", "sec1"] as const).map((type) => ({ key: bytes, format: "der" as const, type }));
  for (const form of forms)
    try {
      return createPrivateKey(form);
    } catch {
      // The next form, if there is one.
    }
  throw refusal("bad-pkcs8-file", "the private key cannot be read");
}
