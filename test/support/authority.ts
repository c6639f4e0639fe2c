import "reflect-metadata";
import { createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
} from "@peculiar/x509";
import { noon } from "./a-device.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const YEAR_MS = 31_536_000_000;

/** A key pair of a test; EC unless told otherwise. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const aTestKey = (): TestKey => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** PKCS#8 in DER. */
export const pkcs8Of = ({ privateKey }: Pick<TestKey, "privateKey">): Buffer =>
  privateKey.export({ type: "pkcs8", format: "der" });

export interface TestCertificate extends TestKey {
  readonly der: Buffer;
  readonly subject: string;
  readonly serial: string;
}

export interface CertificateWish {
  readonly subject: string;
  /** Whether it may sign others. */
  readonly isAuthority?: boolean;
  readonly isForClients?: boolean;
  /** The address that it is for. */
  readonly address?: string;
  readonly notAfterMs?: number;
  /** Of whom it is; a new key unless given. */
  readonly publicKey?: KeyObject;
  /** Who signs; it signs itself unless given. */
  readonly issuer?: TestCertificate;
}

let serials = 0x1000;

const imported = async (key: TestKey) => ({
  privateKey: await webcrypto.subtle.importKey("pkcs8", new Uint8Array(pkcs8Of(key)), ALGORITHM, true, ["sign"]),
  publicKey: await importedPublic(key.publicKey),
});

const importedPublic = (key: KeyObject) => {
  const spki = new Uint8Array(key.export({ type: "spki", format: "der" }));
  const isRsa = key.asymmetricKeyType === "rsa";
  const algorithm = isRsa ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : ALGORITHM;
  return webcrypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]);
};

/** A certificate of a test, valid at noon of the tests and in the years when they run. */
export async function aCertificate(wish: CertificateWish): Promise<TestCertificate> {
  const { subject, issuer, isAuthority = false } = wish;
  const own = aTestKey();
  const publicKey = wish.publicKey ?? own.publicKey;
  const signer = issuer ?? own;
  serials += 1;
  const serial = serials.toString(16);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serial,
      subject,
      issuer: issuer?.subject ?? subject,
      notBefore: new Date(noon - 2 * YEAR_MS),
      notAfter: new Date(wish.notAfterMs ?? noon + 20 * YEAR_MS),
      publicKey: await importedPublic(publicKey),
      signingKey: (await imported(signer)).privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(isAuthority, undefined, true),
        ...(isAuthority ? [new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)] : []),
        ...(wish.address === undefined
          ? []
          : [new SubjectAlternativeNameExtension([{ type: "ip", value: wish.address }])]),
        ...(wish.isForClients ? [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])] : []),
      ],
    },
    webcrypto,
  );
  return { ...own, publicKey, subject, serial, der: Buffer.from(certificate.rawData) };
}

export const anAuthority = (subject = "CN=ONVIF TT,C=US"): Promise<TestCertificate> =>
  aCertificate({ subject, isAuthority: true });

/** A revocation list of an authority, in DER. */
export async function aCrl(issuer: TestCertificate, revoked: readonly TestCertificate[]): Promise<Buffer> {
  const crl = await X509CrlGenerator.create(
    {
      issuer: new Name(issuer.subject).toString(),
      thisUpdate: new Date(noon),
      nextUpdate: new Date(noon + 20 * YEAR_MS),
      signingKey: (await imported(issuer)).privateKey,
      signingAlgorithm: ALGORITHM,
      entries: revoked.map(({ serial }) => ({ serialNumber: serial, revocationDate: new Date(noon) })),
    },
    webcrypto,
  );
  return Buffer.from(crl.rawData);
}

export const pemOf = (kind: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join("\n")}\n-----END ${kind}-----\n`;
};

/** The public part of a private key. */
export const publicPart = (privateKey: KeyObject): KeyObject => createPublicKey(privateKey);
