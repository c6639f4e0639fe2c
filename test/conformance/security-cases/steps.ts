import { expect } from "vitest";
import { generateKey as generateReally, type KeyGenerator } from "#device/security/key-generation";
import type { KeyMaterial } from "#device/security/objects";
import { Device } from "#onvif/schema/device/service";
import { Keystore } from "#onvif/schema/security/keystore";
import { TLSServer } from "#onvif/schema/security/tls-server";
import { aCertificate, anAuthority, type TestCertificate } from "../../support/authority.js";
import { aCamera, call, soap, type TestCamera } from "../../support/soap.js";

/** What the cases about security have in common: the annexes of the specification. */

/** The camera's clock is at noon of a day on which the certificates of the tests are valid. */
export const aDut = (): TestCamera => {
  let next = 0;
  const generateKey: KeyGenerator = (wish) => {
    if (wish.kind === "ec" || wish.lengthBits > 2048) return generateReally(wish);
    next += 1;
    return pooledKey(next - 1);
  };
  return aCamera({ setup: { security: { generateKey } } });
};

/** RSA keys take long, so cameras have the same ones: each of them different ones for itself. */
const pool: Promise<KeyMaterial>[] = [];
const pooledKey = (index: number): Promise<KeyMaterial> =>
  (pool[index] ??= generateReally({ kind: "rsa", lengthBits: 2048 }));

/** Annex: a camera with HTTPS off. */
export async function aDutWithoutHttps(): Promise<TestCamera> {
  const camera = aDut();
  await call(camera, Device, "SetNetworkProtocols", {
    NetworkProtocols: [{ Name: "HTTPS", Enabled: false, Port: [443] }],
  });
  return camera;
}

export const SHA1_RSA = { algorithm: "1.2.840.113549.1.1.5" };
const VALUE = "Sender InvalidArgVal";
export const REFERENCED = `${VALUE} ReferenceExists`;

export const SUBJECT = { CommonName: ["192.0.2.10"], Country: ["US"] };

/** All kinds of attribute that have an element of their own. */
export const WHOLE_SUBJECT = {
  Country: ["US"],
  Organization: ["ONVIF"],
  OrganizationalUnit: ["Test"],
  DistinguishedNameQualifier: ["7"],
  StateOrProvinceName: ["California"],
  CommonName: ["ONVIF TT"],
  SerialNumber: ["1234"],
  Locality: ["San Ramon"],
  Title: ["Camera"],
  Surname: ["Lens"],
  GivenName: ["Glass"],
  Initials: ["GL"],
  Pseudonym: ["Eye"],
  GenerationQualifier: ["I"],
};

/** Annex: makes an RSA key and asks for its status until it is there. */
export async function rsaKey(camera: TestCamera): Promise<string> {
  const { KeyID } = await call(camera, Keystore, "CreateRSAKeyPair", { KeyLength: 2048, Alias: "ONVIF_Key_Test" });
  await keyReady(camera, KeyID);
  return KeyID;
}

export async function keyReady(camera: TestCamera, KeyID: string): Promise<void> {
  for (;;) {
    const { KeyStatus } = await call(camera, Keystore, "GetKeyStatus", { KeyID });
    if (KeyStatus === "ok") return;
    expect(KeyStatus).toBe("generating");
    await new Promise((turn) => void setImmediate(turn));
  }
}

export interface Made {
  readonly keyId: string;
  readonly certificateId: string;
}

/** Annex: a self-signed certificate with its key. */
export async function selfSigned(camera: TestCamera): Promise<Made> {
  const KeyID = await rsaKey(camera);
  const { CertificateID } = await call(camera, Keystore, "CreateSelfSignedCertificate", {
    KeyID,
    Subject: SUBJECT,
    Alias: "ONVIF_Certificate_Test",
    SignatureAlgorithm: SHA1_RSA,
  });
  return { keyId: KeyID, certificateId: CertificateID };
}

/** Annex: a certificate of an authority for a key that the camera has. */
export async function certified(camera: TestCamera): Promise<Made & { readonly authority: TestCertificate }> {
  const keyId = await rsaKey(camera);
  const { PKCS10CSR } = await call(camera, Keystore, "CreatePKCS10CSR", {
    Subject: SUBJECT,
    KeyID: keyId,
    SignatureAlgorithm: SHA1_RSA,
  });
  expect(PKCS10CSR.length).toBeGreaterThan(100);
  const authority = await anAuthority();
  const { publicKey } = camera.device.security.keystore.keys.usable(keyId);
  const own = await aCertificate({ subject: "CN=192.0.2.10,C=US", issuer: authority, publicKey });
  const { CertificateID } = await call(camera, Keystore, "UploadCertificate", {
    Certificate: own.der,
    Alias: "ONVIF_Test",
    PrivateKeyRequired: true,
  });
  return { keyId, certificateId: CertificateID, authority };
}

/** Annex: the certificate of an authority, whose private key the camera does not have. */
export async function uploadedAuthority(camera: TestCamera): Promise<Made & { readonly der: Buffer }> {
  const { der } = await anAuthority();
  const { CertificateID, KeyID } = await call(camera, Keystore, "UploadCertificate", {
    Certificate: der,
    Alias: "ONVIF_Test",
    PrivateKeyRequired: false,
  });
  return { keyId: KeyID, certificateId: CertificateID, der };
}

export interface Path extends Made {
  readonly pathId: string;
}

/** Annex: a certification path: of a self-signed certificate, or of one with its authority. */
export async function certificationPath(camera: TestCamera, kind: "self-signed" | "CA"): Promise<Path> {
  if (kind === "self-signed") return pathOf(camera, await selfSigned(camera), []);
  const made = await certified(camera);
  const { CertificateID } = await call(camera, Keystore, "UploadCertificate", { Certificate: made.authority.der });
  return pathOf(camera, made, [CertificateID]);
}

async function pathOf(camera: TestCamera, made: Made, more: readonly string[]): Promise<Path> {
  const { CertificationPathID } = await call(camera, Keystore, "CreateCertificationPath", {
    CertificateIDs: { CertificateID: [made.certificateId, ...more] },
    Alias: "ONVIF_CertificationPath_Test",
  });
  return { ...made, pathId: CertificationPathID };
}

export async function assigned(camera: TestCamera): Promise<readonly string[]> {
  const { CertificationPathID = [] } = await call(camera, TLSServer, "GetAssignedServerCertificates", {});
  return CertificationPathID;
}

/** Annex: a validation policy with a certificate as its trust anchor. */
export async function policyOf(camera: TestCamera, certificateId: string): Promise<string> {
  const { CertPathValidationPolicyID } = await call(camera, Keystore, "CreateCertPathValidationPolicy", {
    Alias: "Test CertPathValidationPolicy Alias",
    Parameters: { UseDeltaCRLs: true },
    TrustAnchor: [{ CertificateID: certificateId }],
  });
  return CertPathValidationPolicyID;
}

/** The request is refused with that fault. */
export async function refuses(
  camera: TestCamera,
  operation: string,
  content: string,
  fault: string,
  service: Parameters<typeof call>[1] = Keystore,
): Promise<void> {
  expect((await soap(camera, { service, operation, content })).fault).toBe(fault);
}

export const keyIds = async (camera: TestCamera): Promise<readonly string[]> =>
  ((await call(camera, Keystore, "GetAllKeys", {})).KeyAttribute ?? []).map(({ KeyID }) => KeyID);

export const certificateIds = async (camera: TestCamera): Promise<readonly string[]> =>
  ((await call(camera, Keystore, "GetAllCertificates", {})).Certificate ?? []).map(
    ({ CertificateID }) => CertificateID,
  );

export const pathIds = async (camera: TestCamera): Promise<readonly string[]> =>
  (await call(camera, Keystore, "GetAllCertificationPaths", {})).CertificationPathID ?? [];
