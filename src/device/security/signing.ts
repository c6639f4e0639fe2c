import "reflect-metadata";
import { createHash, webcrypto } from "node:crypto";
import { Attribute, Extension, Pkcs10CertificateRequestGenerator, X509CertificateGenerator } from "@peculiar/x509";
import { refusal, type RefusalCode } from "../refusal.js";
import { type SignatureAlgorithm, signatureAlgorithm, webAlgorithm } from "./algorithms.js";
import { type DistinguishedName, nameOf } from "./names.js";
import type { UsableKey } from "./keys.js";

/** An extension of X.509 version 3, its value DER. */
export interface CertificateExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** What a request for a certificate asks for besides (RFC 2986 §4.1): an extension, or any attribute. */
export type RequestAttribute =
  | { readonly kind: "extension"; readonly extension: CertificateExtension }
  | { readonly kind: "attribute"; readonly oid: string; readonly value: Uint8Array };

export interface SelfSignedWish {
  readonly subject: DistinguishedName;
  /** 3 unless given; there are no others. */
  readonly version?: number | undefined;
  /** Default: now. */
  readonly notBeforeMs?: number | undefined;
  /** Default: 9999-12-31T23:59:59Z (RFC 5280 §4.1.2.5). */
  readonly notAfterMs?: number | undefined;
  readonly algorithmOid: string;
  readonly extensions: readonly CertificateExtension[];
}

export interface RequestWish {
  readonly subject: DistinguishedName;
  readonly algorithmOid: string;
  readonly attributes: readonly RequestAttribute[];
}

const NEVER_MS = Date.UTC(9999, 11, 31, 23, 59, 59);
const OID = /^[0-2](\.(0|[1-9]\d{0,15})){1,30}$/;
/** Most extensions or attributes. */
const MAXIMUM_ATTRIBUTES = 32;

/** A certificate that the key signs for itself, in DER. `count` tells it from others for the same subject. */
export async function makeSelfSigned(
  key: UsableKey,
  wish: SelfSignedWish,
  nowMs: number,
  count: number,
): Promise<Uint8Array> {
  const { subject, version = 3, extensions } = wish;
  if (version !== 3) throw refusal("unsupported-x509-version", "certificates are made of version 3", { version });
  const algorithm = algorithmFor(key, wish.algorithmOid);
  const name = nameOf(subject);
  const notBefore = wish.notBeforeMs ?? nowMs;
  const notAfter = wish.notAfterMs ?? NEVER_MS;
  if (notAfter < notBefore || notAfter > NEVER_MS)
    throw refusal("invalid-date-time", "a certificate ends after it begins, and before the year 10000");
  demandExtensions(extensions, "certificate-creation-failed");
  const keys = await keysOf(key, algorithm);
  return failing("certificate-creation-failed", async () => {
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: serialOf(key.id, nowMs, count),
        name,
        notBefore: new Date(notBefore),
        notAfter: new Date(notAfter),
        keys,
        signingAlgorithm: webAlgorithm(key.privateKey, algorithm),
        extensions: extensions.map(({ oid, critical, value }) => new Extension(oid, critical, copied(value))),
      },
      webcrypto,
    );
    return new Uint8Array(certificate.rawData);
  });
}

/** A certification request (PKCS#10) for the key, in DER. */
export async function makeRequest(key: UsableKey, wish: RequestWish): Promise<Uint8Array> {
  const algorithm = algorithmFor(key, wish.algorithmOid);
  const name = nameOf(wish.subject);
  const extensions = wish.attributes.flatMap((one) => (one.kind === "extension" ? [one.extension] : []));
  const others = wish.attributes.flatMap((one) => (one.kind === "attribute" ? [one] : []));
  demandExtensions(extensions, "invalid-attribute");
  if (others.length > MAXIMUM_ATTRIBUTES || others.some(({ oid, value }) => !OID.test(oid) || !isDer(value)))
    throw refusal("invalid-attribute", "an attribute has an OID and a value in DER");
  const keys = await keysOf(key, algorithm);
  return failing("csr-creation-failed", async () => {
    const request = await Pkcs10CertificateRequestGenerator.create(
      {
        name,
        keys,
        signingAlgorithm: webAlgorithm(key.privateKey, algorithm),
        extensions: extensions.map(({ oid, critical, value }) => new Extension(oid, critical, copied(value))),
        attributes: others.map(({ oid, value }) => new Attribute(oid, [copied(value)])),
      },
      webcrypto,
    );
    return new Uint8Array(request.rawData);
  });
}

/** Whether bytes are one DER value (X.690 §8.1) and nothing behind it. */
export function isDer(bytes: Uint8Array): boolean {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4 || bytes.length < 2 + count) return false;
  const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return bytes.length === 2 + count + length;
}

/** The algorithm of that OID. Refuses one that there is not, and one that is for another kind of key. */
function algorithmFor({ privateKey }: UsableKey, oid: string): SignatureAlgorithm {
  const algorithm = signatureAlgorithm(oid);
  if (!algorithm) throw refusal("unsupported-signature-algorithm", "the camera does not sign by that algorithm");
  if (algorithm.key !== privateKey.asymmetricKeyType)
    throw refusal("key-signature-algorithm-mismatch", "the algorithm is for another kind of key");
  return algorithm;
}

function demandExtensions(extensions: readonly CertificateExtension[], code: RefusalCode): void {
  const oids = new Set(extensions.map(({ oid }) => oid));
  const areGood = extensions.every(({ oid, value }) => OID.test(oid) && isDer(value));
  if (!areGood || extensions.length > MAXIMUM_ATTRIBUTES || oids.size < extensions.length)
    throw refusal(code, "an extension has an OID, each once, and a value in DER");
}

/** Positive and unique, 16 bytes (RFC 5280 §4.1.2.2). */
function serialOf(id: string, nowMs: number, count: number): string {
  const bytes = createHash("sha256").update(`${id} ${nowMs} ${count}`).digest().subarray(0, 16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

async function keysOf(
  { publicKey, privateKey }: UsableKey,
  algorithm: SignatureAlgorithm,
): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto;
  const parameters = webAlgorithm(privateKey, algorithm);
  const secret = copied(privateKey.export({ type: "pkcs8", format: "der" }));
  const open = copied(publicKey.export({ type: "spki", format: "der" }));
  return {
    privateKey: await subtle.importKey("pkcs8", secret, parameters, false, ["sign"]),
    publicKey: await subtle.importKey("spki", open, parameters, true, ["verify"]),
  };
}

async function failing<T>(code: RefusalCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw refusal(code, "it cannot be made of these values");
  }
}

/** The bytes in a buffer of their own, as WebCrypto wants them. */
const copied = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
