import { readFileSync } from "node:fs";
import "reflect-metadata";
import { Pkcs10CertificateRequest, X509Certificate } from "@peculiar/x509";
import { expect } from "vitest";
import { Keystore } from "#onvif/schema/security/keystore";
import { aCertificate, aCrl, anAuthority, aTestKey, pkcs8Of } from "../../support/authority.js";
import { createPullPoint, messageIn, pulled, topicFilter } from "../../support/event-client.js";
import { call, soap } from "../../support/soap.js";
import {
  aDut,
  certificateIds,
  certificationPath,
  certified,
  keyIds,
  keyReady,
  pathIds,
  policyOf,
  REFERENCED,
  refuses,
  rsaKey,
  selfSigned,
  SHA1_RSA,
  SUBJECT,
  uploadedAuthority,
  WHOLE_SUBJECT,
} from "./steps.js";

const pfx = (name: string): Buffer => readFileSync(new URL(`../../fixtures/pkcs12/${name}.p12`, import.meta.url));
const VALUE = "Sender InvalidArgVal";
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Uploads the PKCS#12 file of a test; the passphrase is uploaded first. */
async function uploadedPfx(camera: ReturnType<typeof aDut>) {
  const { PassphraseID } = await call(camera, Keystore, "UploadPassphrase", { Passphrase: "opensesame" });
  return call(camera, Keystore, "UploadCertificateWithPrivateKeyInPKCS12", {
    CertWithPrivateKey: pfx("triple-des"),
    CertificationPathAlias: "ONVIF_CertificationPath_Test",
    KeyAlias: "ONVIF_Key_Test",
    IgnoreAdditionalCertificates: false,
    IntegrityPassphraseID: PassphraseID,
    EncryptionPassphraseID: PassphraseID,
  });
}

/** One after another, each of the two kinds of certificate. */
const ofBothKinds = (
  ids: readonly [string, string],
  title: string,
  run: (kind: "self-signed" | "CA") => Promise<void>,
) =>
  Object.fromEntries(
    (["self-signed", "CA"] as const).map((kind, index) => [`${ids[index]} ${title}: ${kind}`, () => run(kind)]),
  );

/** Key and certificate management: chapters 1, 2, 6 and 8. */
export const keystoreCases: Readonly<Record<string, () => Promise<void>>> = {
  "ADVANCED_SECURITY-1-1-1 RSA key, status by polling": async () => {
    const camera = aDut();
    const { KeyID, EstimatedCreationTime } = await call(camera, Keystore, "CreateRSAKeyPair", { KeyLength: 2048 });
    expect(EstimatedCreationTime).toBeGreaterThan(0);
    await keyReady(camera, KeyID);
  },

  "ADVANCED_SECURITY-1-1-2 RSA key, status by event": async () => {
    const camera = aDut();
    const address = await createPullPoint(camera, topicFilter("tns1:Advancedsecurity/Keystore/KeyStatus"));
    const { KeyID } = await call(camera, Keystore, "CreateRSAKeyPair", { KeyLength: 2048 });
    await keyReady(camera, KeyID);
    const { NotificationMessage = [] } = await pulled(camera, address);
    const told = NotificationMessage.map((holder) =>
      ["Source", "Data"].flatMap((part) =>
        (messageIn(holder).child(part)?.children ?? []).map(
          (item) => `${item.attribute("Name")}=${item.attribute("Value")}`,
        ),
      ),
    );
    expect(told).toEqual([
      [`KeyID=${KeyID}`, "NewStatus=generating"],
      [`KeyID=${KeyID}`, "OldStatus=generating", "NewStatus=ok"],
    ]);
  },

  "ADVANCED_SECURITY-1-1-3 private key status": async () => {
    const camera = aDut();
    const KeyID = await rsaKey(camera);
    expect((await call(camera, Keystore, "GetPrivateKeyStatus", { KeyID })).hasPrivateKey).toBe(true);
  },

  "ADVANCED_SECURITY-1-1-4 all keys": async () => {
    const camera = aDut();
    const before = await keyIds(camera);
    const KeyID = await rsaKey(camera);
    expect(await keyIds(camera)).toEqual([...before, KeyID]);
    await call(camera, Keystore, "DeleteKey", { KeyID });
    expect(await keyIds(camera)).toEqual(before);
  },

  "ADVANCED_SECURITY-1-1-5 delete a key": async () => {
    const camera = aDut();
    const KeyID = await rsaKey(camera);
    await call(camera, Keystore, "DeleteKey", { KeyID });
    await refuses(camera, "GetKeyStatus", `<tas:KeyID>${KeyID}</tas:KeyID>`, `${VALUE} KeyID`);
  },

  "ADVANCED_SECURITY-2-1-1 request for a certificate": async () => {
    const camera = aDut();
    const KeyID = await rsaKey(camera);
    const { PKCS10CSR } = await call(camera, Keystore, "CreatePKCS10CSR", {
      Subject: WHOLE_SUBJECT,
      KeyID,
      SignatureAlgorithm: SHA1_RSA,
    });
    const request = new Pkcs10CertificateRequest(new Uint8Array(PKCS10CSR));
    expect(request.subjectName.getField("CN")).toEqual(["ONVIF TT"]);
    expect(request.subjectName.getField("C")).toEqual(["US"]);
    expect(await request.verify()).toBe(true);
  },

  "ADVANCED_SECURITY-2-1-2 self-signed certificate": async () => {
    const camera = aDut();
    const { certificateId, keyId } = await selfSigned(camera);
    const { Certificate } = await call(camera, Keystore, "GetCertificate", { CertificateID: certificateId });
    expect(Certificate).toMatchObject({ CertificateID: certificateId, KeyID: keyId, HasPrivateKey: true });
    const certificate = new X509Certificate(new Uint8Array(Certificate.CertificateContent));
    expect(await certificate.verify({ signatureOnly: true })).toBe(true);
    expect(certificate.subjectName.getField("CN")).toEqual(SUBJECT.CommonName);
    expect(certificate.notAfter.getUTCFullYear()).toBe(9999);
  },

  "ADVANCED_SECURITY-2-1-3 certificate for a private key": async () => {
    const camera = aDut();
    const { certificateId, keyId } = await certified(camera);
    const { Certificate } = await call(camera, Keystore, "GetCertificate", { CertificateID: certificateId });
    expect(Certificate.KeyID).toBe(keyId);
  },

  "ADVANCED_SECURITY-2-1-4 certificate without the private key that is wanted": async () => {
    const camera = aDut();
    const { der } = await anAuthority();
    await refuses(
      camera,
      "UploadCertificate",
      `<tas:Certificate>${base64(der)}</tas:Certificate><tas:PrivateKeyRequired>true</tas:PrivateKeyRequired>`,
      "Receiver Action NoMatchingPrivateKey",
    );
    expect(await keyIds(camera)).toEqual([]);
  },

  "ADVANCED_SECURITY-2-1-5 certificate without a private key": async () => {
    const camera = aDut();
    const { keyId } = await uploadedAuthority(camera);
    const { KeyAttribute } = await call(camera, Keystore, "GetAllKeys", {});
    expect(KeyAttribute).toMatchObject([
      { KeyID: keyId, KeyStatus: "ok", hasPrivateKey: false, externallyGenerated: true },
    ]);
  },

  "ADVANCED_SECURITY-2-1-6 get a self-signed certificate": async () => {
    const camera = aDut();
    const { certificateId } = await selfSigned(camera);
    const { Certificate } = await call(camera, Keystore, "GetCertificate", { CertificateID: certificateId });
    expect(Certificate.Alias).toBe("ONVIF_Certificate_Test");
  },

  "ADVANCED_SECURITY-2-1-7 get a certificate of a CA": async () => {
    const camera = aDut();
    const { certificateId, der } = await uploadedAuthority(camera);
    const { Certificate } = await call(camera, Keystore, "GetCertificate", { CertificateID: certificateId });
    expect(Buffer.from(Certificate.CertificateContent)).toEqual(der);
  },

  "ADVANCED_SECURITY-2-1-8 all certificates: self-signed": async () => {
    const camera = aDut();
    const { certificateId } = await selfSigned(camera);
    expect(await certificateIds(camera)).toEqual([certificateId]);
  },

  "ADVANCED_SECURITY-2-1-9 all certificates: CA": async () => {
    const camera = aDut();
    const { certificateId } = await uploadedAuthority(camera);
    expect(await certificateIds(camera)).toEqual([certificateId]);
  },

  "ADVANCED_SECURITY-2-1-10 delete a certificate: self-signed": async () => {
    const camera = aDut();
    const { certificateId } = await selfSigned(camera);
    await call(camera, Keystore, "DeleteCertificate", { CertificateID: certificateId });
    expect(await certificateIds(camera)).toEqual([]);
  },

  "ADVANCED_SECURITY-2-1-11 delete a certificate: CA": async () => {
    const camera = aDut();
    const { certificateId } = await uploadedAuthority(camera);
    await call(camera, Keystore, "DeleteCertificate", { CertificateID: certificateId });
    expect(await certificateIds(camera)).toEqual([]);
  },

  ...ofBothKinds(["ADVANCED_SECURITY-2-1-12", "ADVANCED_SECURITY-2-1-13"], "make a path", async (kind) => {
    const camera = aDut();
    const { pathId } = await certificationPath(camera, kind);
    expect(await pathIds(camera)).toEqual([pathId]);
  }),

  ...ofBothKinds(["ADVANCED_SECURITY-2-1-14", "ADVANCED_SECURITY-2-1-15"], "get a path", async (kind) => {
    const camera = aDut();
    const { pathId, certificateId } = await certificationPath(camera, kind);
    const { CertificationPath } = await call(camera, Keystore, "GetCertificationPath", { CertificationPathID: pathId });
    expect(CertificationPath.Alias).toBe("ONVIF_CertificationPath_Test");
    expect(CertificationPath.CertificateID[0]).toBe(certificateId);
    expect(CertificationPath.CertificateID.length).toBe(kind === "CA" ? 2 : 1);
  }),

  ...ofBothKinds(["ADVANCED_SECURITY-2-1-16", "ADVANCED_SECURITY-2-1-17"], "all paths", async (kind) => {
    const camera = aDut();
    const made = [await certificationPath(camera, kind), await certificationPath(camera, kind)];
    expect(await pathIds(camera)).toEqual(made.map(({ pathId }) => pathId));
  }),

  ...ofBothKinds(["ADVANCED_SECURITY-2-1-18", "ADVANCED_SECURITY-2-1-19"], "delete a path", async (kind) => {
    const camera = aDut();
    const { pathId, certificateId } = await certificationPath(camera, kind);
    await call(camera, Keystore, "DeleteCertificationPath", { CertificationPathID: pathId });
    expect(await pathIds(camera)).toEqual([]);
    expect(await certificateIds(camera)).toContain(certificateId);
  }),

  "ADVANCED_SECURITY-2-1-20 request for a key that is being made": async () => {
    const camera = aDut();
    const { KeyID, EstimatedCreationTime } = await call(camera, Keystore, "CreateRSAKeyPair", { KeyLength: 3072 });
    expect(EstimatedCreationTime).toBeGreaterThan(2_000);
    await refuses(
      camera,
      "CreatePKCS10CSR",
      `<tas:Subject><tas:CommonName>x</tas:CommonName></tas:Subject><tas:KeyID>${KeyID}</tas:KeyID><tas:SignatureAlgorithm><tas:algorithm>${SHA1_RSA.algorithm}</tas:algorithm></tas:SignatureAlgorithm>`,
      `${VALUE} InvalidKeyStatus`,
    );
    await call(camera, Keystore, "DeleteKey", { KeyID });
    expect(await keyIds(camera)).toEqual([]);
  },

  "ADVANCED_SECURITY-2-1-21 the key outlives its certificate": async () => {
    const camera = aDut();
    const { certificateId, keyId } = await uploadedAuthority(camera);
    await call(camera, Keystore, "DeleteCertificate", { CertificateID: certificateId });
    expect(await keyIds(camera)).toContain(keyId);
  },

  "ADVANCED_SECURITY-2-1-22 a key with a certificate is not deleted": async () => {
    const camera = aDut();
    const { keyId } = await certified(camera);
    await refuses(camera, "DeleteKey", `<tas:KeyID>${keyId}</tas:KeyID>`, REFERENCED);
  },

  "ADVANCED_SECURITY-2-1-23 malformed certificate": async () => {
    const camera = aDut();
    const { der } = await anAuthority();
    const corrupted = Buffer.concat([der.subarray(0, 40), der.subarray(60)]);
    await refuses(
      camera,
      "UploadCertificate",
      `<tas:Certificate>${base64(corrupted)}</tas:Certificate>`,
      `${VALUE} BadCertificate`,
    );
  },

  "ADVANCED_SECURITY-2-1-24 expired certificate": async () => {
    const camera = aDut();
    const expired = await aCertificate({ subject: "CN=late", isAuthority: true, notAfterMs: Date.UTC(2025, 0, 1) });
    const { CertificateID } = await call(camera, Keystore, "UploadCertificate", { Certificate: expired.der });
    expect(await certificateIds(camera)).toEqual([CertificateID]);
  },

  "ADVANCED_SECURITY-2-1-27 self-signed certificate for a key of PKCS#12": async () => {
    const camera = aDut();
    const { KeyID } = await uploadedPfx(camera);
    const { CertificateID } = await call(camera, Keystore, "CreateSelfSignedCertificate", {
      KeyID,
      Subject: WHOLE_SUBJECT,
      SignatureAlgorithm: SHA1_RSA,
    });
    const { Certificate } = await call(camera, Keystore, "GetCertificate", { CertificateID });
    expect(Certificate.KeyID).toBe(KeyID);
    const { subjectName } = new X509Certificate(new Uint8Array(Certificate.CertificateContent));
    expect(subjectName.getField("2.5.4.65")).toEqual(["Eye"]);
    expect((await call(camera, Keystore, "GetAllCertificates", {})).Certificate).toContainEqual(Certificate);
  },

  "ADVANCED_SECURITY-2-1-28 request for a key of PKCS#12": async () => {
    const camera = aDut();
    const { KeyID } = await uploadedPfx(camera);
    const { PKCS10CSR } = await call(camera, Keystore, "CreatePKCS10CSR", {
      KeyID,
      Subject: SUBJECT,
      SignatureAlgorithm: SHA1_RSA,
    });
    expect(await new Pkcs10CertificateRequest(new Uint8Array(PKCS10CSR)).verify()).toBe(true);
  },

  "ADVANCED_SECURITY-6-1-1 upload a passphrase": async () => {
    const camera = aDut();
    const Passphrase = "0123456789012345678901234567890123456789";
    const { PassphraseID } = await call(camera, Keystore, "UploadPassphrase", {
      Passphrase,
      PassphraseAlias: "ONVIF_Passphrase_Test",
    });
    const reply = await soap(camera, { service: Keystore, operation: "GetAllPassphrases" });
    expect(reply.text).toContain(PassphraseID);
    expect(reply.text).not.toContain(Passphrase);
  },

  "ADVANCED_SECURITY-6-1-2 delete a passphrase": async () => {
    const camera = aDut();
    const { PassphraseID } = await call(camera, Keystore, "UploadPassphrase", { Passphrase: "secret" });
    await call(camera, Keystore, "DeletePassphrase", { PassphraseID });
    expect((await call(camera, Keystore, "GetAllPassphrases", {})).PassphraseAttribute ?? []).toEqual([]);
  },

  "ADVANCED_SECURITY-6-2-1 upload PKCS#8": async () => {
    const camera = aDut();
    const { KeyID } = await call(camera, Keystore, "UploadKeyPairInPKCS8", {
      KeyPair: pkcs8Of(aTestKey()),
      Alias: "ONVIF_Key_Test",
    });
    const { KeyAttribute } = await call(camera, Keystore, "GetAllKeys", {});
    expect(KeyAttribute).toMatchObject([
      { KeyID, Alias: "ONVIF_Key_Test", KeyStatus: "ok", hasPrivateKey: true, externallyGenerated: true },
    ]);
  },

  "ADVANCED_SECURITY-6-2-2 PKCS#8 with the wrong passphrase": async () => {
    const camera = aDut();
    const { PassphraseID } = await call(camera, Keystore, "UploadPassphrase", { Passphrase: "wrong" });
    const { privateKey } = aTestKey();
    const key = privateKey.export({ type: "pkcs8", format: "der", cipher: "aes-128-cbc", passphrase: "right" });
    await refuses(
      camera,
      "UploadKeyPairInPKCS8",
      `<tas:KeyPair>${base64(key)}</tas:KeyPair><tas:EncryptionPassphraseID>${PassphraseID}</tas:EncryptionPassphraseID>`,
      `${VALUE} DecryptionFailed`,
    );
    expect(await keyIds(camera)).toEqual([]);
  },

  "ADVANCED_SECURITY-6-3-1 upload PKCS#12": async () => {
    const camera = aDut();
    const { CertificationPathID, KeyID } = await uploadedPfx(camera);
    const { KeyAttribute = [] } = await call(camera, Keystore, "GetAllKeys", {});
    expect(KeyAttribute[0]).toMatchObject({ KeyID, Alias: "ONVIF_Key_Test", hasPrivateKey: true, KeyStatus: "ok" });
    const { CertificationPath } = await call(camera, Keystore, "GetCertificationPath", { CertificationPathID });
    expect(CertificationPath.Alias).toBe("ONVIF_CertificationPath_Test");
    expect(CertificationPath.CertificateID.length).toBe(1);
  },

  "ADVANCED_SECURITY-6-3-2 PKCS#12 with the wrong passphrase": async () => {
    const camera = aDut();
    const { PassphraseID } = await call(camera, Keystore, "UploadPassphrase", { Passphrase: "wrong" });
    const id = (name: string): string => `<tas:${name}PassphraseID>${PassphraseID}</tas:${name}PassphraseID>`;
    await refuses(
      camera,
      "UploadCertificateWithPrivateKeyInPKCS12",
      `<tas:CertWithPrivateKey>${base64(pfx("triple-des"))}</tas:CertWithPrivateKey>${id("Integrity")}${id("Encryption")}`,
      `${VALUE} DecryptionFailed`,
    );
    expect([await keyIds(camera), await certificateIds(camera), await pathIds(camera)]).toEqual([[], [], []]);
  },

  "ADVANCED_SECURITY-6-3-4 key and certificate of PKCS#12": async () => {
    const camera = aDut();
    const { KeyID, CertificationPathID } = await uploadedPfx(camera);
    expect((await call(camera, Keystore, "GetKeyStatus", { KeyID })).KeyStatus).toBe("ok");
    const { CertificationPath } = await call(camera, Keystore, "GetCertificationPath", { CertificationPathID });
    const { Certificate = [] } = await call(camera, Keystore, "GetAllCertificates", {});
    expect(Certificate.map(({ CertificateID }) => CertificateID)).toEqual(CertificationPath.CertificateID);
    expect(Certificate[0]?.KeyID).toBe(KeyID);
  },

  "ADVANCED_SECURITY-8-1-1 upload a CRL": async () => {
    const camera = aDut();
    const crl = await aCrl(await anAuthority(), []);
    const { CrlID } = await call(camera, Keystore, "UploadCRL", { Crl: crl, Alias: "ONVIF_CRL_Test" });
    const { Crl = [] } = await call(camera, Keystore, "GetAllCRLs", {});
    expect(Crl.map(({ CRLID, Alias, CRLContent }) => [CRLID, Alias, base64(CRLContent)])).toEqual([
      [CrlID, "ONVIF_CRL_Test", base64(crl)],
    ]);
  },

  "ADVANCED_SECURITY-8-1-2 delete a CRL": async () => {
    const camera = aDut();
    const { CrlID } = await call(camera, Keystore, "UploadCRL", { Crl: await aCrl(await anAuthority(), []) });
    await call(camera, Keystore, "DeleteCRL", { CrlID });
    expect((await call(camera, Keystore, "GetAllCRLs", {})).Crl ?? []).toEqual([]);
  },

  "ADVANCED_SECURITY-8-1-3 get a CRL": async () => {
    const camera = aDut();
    const crl = await aCrl(await anAuthority(), []);
    const { CrlID } = await call(camera, Keystore, "UploadCRL", { Crl: crl, Alias: "ONVIF_CRL_Test" });
    const { Crl } = await call(camera, Keystore, "GetCRL", { CrlID });
    expect([Crl.CRLID, Crl.Alias, base64(Crl.CRLContent)]).toEqual([CrlID, "ONVIF_CRL_Test", base64(crl)]);
  },

  "ADVANCED_SECURITY-8-1-4 make a validation policy": async () => {
    const camera = aDut();
    const { certificateId } = await selfSigned(camera);
    const id = await policyOf(camera, certificateId);
    const { CertPathValidationPolicy = [] } = await call(camera, Keystore, "GetAllCertPathValidationPolicies", {});
    expect(CertPathValidationPolicy.map((policy) => policy.CertPathValidationPolicyID)).toEqual([id]);
  },

  "ADVANCED_SECURITY-8-1-5 get a validation policy": async () => {
    const camera = aDut();
    const { certificateId } = await selfSigned(camera);
    const id = await policyOf(camera, certificateId);
    const { CertPathValidationPolicy } = await call(camera, Keystore, "GetCertPathValidationPolicy", {
      CertPathValidationPolicyID: id,
    });
    expect(CertPathValidationPolicy).toEqual({
      CertPathValidationPolicyID: id,
      Alias: "Test CertPathValidationPolicy Alias",
      Parameters: { RequireTLSWWWClientAuthExtendedKeyUsage: false, UseDeltaCRLs: true },
      TrustAnchor: [{ CertificateID: certificateId }],
    });
  },

  "ADVANCED_SECURITY-8-1-6 delete a validation policy": async () => {
    const camera = aDut();
    const { certificateId } = await selfSigned(camera);
    const id = await policyOf(camera, certificateId);
    await refuses(camera, "DeleteCertificate", `<tas:CertificateID>${certificateId}</tas:CertificateID>`, REFERENCED);
    await call(camera, Keystore, "DeleteCertPathValidationPolicy", { CertPathValidationPolicyID: id });
    const { CertPathValidationPolicy = [] } = await call(camera, Keystore, "GetAllCertPathValidationPolicies", {});
    expect(CertPathValidationPolicy).toEqual([]);
  },
};
