import "reflect-metadata";
import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { dirname } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Files } from "#host/files";
import { CodedError, messageOf } from "#util/errors";
import { pem } from "#util/pem";

/** A certificate (or chain) and its private key, both PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
}

export interface SelfSigned {
  readonly commonName: string;
  /** DNS names and IP addresses that clients may use. */
  readonly names: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** 8 to 20 bytes. */
  readonly serial: Uint8Array;
}

const DAY_MS = 86_400_000;
const ECDSA_P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Makes a key (ECDSA P-256) and a certificate signed with it, for a TLS server (RFC 5280). */
export async function makeSelfSigned(wish: SelfSigned): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(ECDSA_P256, true, ["sign", "verify"]);
  const names = wish.names.map((value) => ({
    type: /^[\d.]+$|:/.test(value) ? ("ip" as const) : ("dns" as const),
    value,
  }));
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: Buffer.from(wish.serial).toString("hex"),
      name: [{ CN: [wish.commonName] }],
      notBefore: new Date(wish.notBeforeMs),
      notAfter: new Date(wish.notAfterMs),
      keys,
      signingAlgorithm: ECDSA_P256,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names),
      ],
    },
    webcrypto,
  );
  const key = pem("PRIVATE KEY", new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)));
  return { certificate: `${certificate.toString("pem")}\n`, key };
}

/** Checks that certificate and key can be read and belong together; throws `CodedError` `tls-identity` if not. */
export function checkIdentity(identity: TlsIdentity): void {
  let fits: boolean;
  try {
    fits = new X509Certificate(identity.certificate).checkPrivateKey(createPrivateKey(identity.key));
  } catch (error) {
    throw new CodedError("tls-identity", `the certificate or the key cannot be read: ${messageOf(error)}`);
  }
  if (!fits) throw new CodedError("tls-identity", "the key does not belong to the certificate");
}

/** TLS 1.2 and 1.3 with that identity. */
export const secureContextOf = (identity: TlsIdentity): SecureContext =>
  createSecureContext({ cert: identity.certificate, key: identity.key, minVersion: "TLSv1.2" });

export interface KeptIdentity {
  /** Where the certificate and the key are kept. */
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly commonName: string;
  readonly names: readonly string[];
}

/**
 * The self-signed identity kept in these files; made, and kept for the next start, when it is missing, cannot be read
 * or has expired. The key file is readable by its owner only.
 */
export async function keptIdentity(
  files: Files,
  clock: Clock,
  entropy: Entropy,
  kept: KeptIdentity,
): Promise<{ readonly identity: TlsIdentity; readonly isNew: boolean }> {
  const now = clock.now();
  try {
    const identity = {
      certificate: (await files.read(kept.certificatePath)).toString("utf8"),
      key: (await files.read(kept.keyPath)).toString("utf8"),
    };
    checkIdentity(identity);
    if (Date.parse(new X509Certificate(identity.certificate).validTo) > now) return { identity, isNew: false };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
  }
  const serial = entropy.bytes(12);
  // A serial number is positive (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const identity = await makeSelfSigned({
    commonName: kept.commonName,
    names: kept.names,
    notBeforeMs: now - DAY_MS,
    notAfterMs: now + 3650 * DAY_MS,
    serial,
  });
  for (const path of [kept.keyPath, kept.certificatePath]) await files.makeDirectory(dirname(path));
  await files.replace(kept.keyPath, identity.key, 0o600);
  await files.replace(kept.certificatePath, identity.certificate, 0o644);
  return { identity, isNew: true };
}
