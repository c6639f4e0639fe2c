import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { ExtendedKeyUsageExtension, KeyUsagesExtension, X509Certificate as ParsedCertificate } from "@peculiar/x509";
import { signatureAlgorithm } from "#device/security/algorithms";
import { Asn1Value } from "#device/security/asn1";
import { fromBase64, type StoredCertificate } from "#device/security/objects";
import type { CertificateInformation } from "../schema/tt/certificate.js";

/** Names of the bits of the key usage (RFC 5280 §4.2.1.3). */
const KEY_USAGES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
];

/** What a certificate says, for people. */
export function certificateInformation({ id, der }: StoredCertificate): CertificateInformation {
  const certificate = new X509Certificate(fromBase64(der));
  const parsed = new ParsedCertificate(new Uint8Array(fromBase64(der)));
  const algorithm = signatureAlgorithm(Asn1Value.read(fromBase64(der))?.at(1, 0)?.oid ?? "");
  const usage = parsed.getExtension(KeyUsagesExtension);
  const extended = parsed.getExtension(ExtendedKeyUsageExtension);
  return {
    CertificateID: id,
    IssuerDN: parsed.issuer,
    SubjectDN: parsed.subject,
    KeyUsage: usage
      ? {
          content: KEY_USAGES.filter((_, bit) => (usage.usages & (1 << bit)) !== 0).join(" "),
          Critical: usage.critical,
        }
      : undefined,
    ExtendedKeyUsage: extended
      ? { content: extended.usages.map(String).join(" "), Critical: extended.critical }
      : undefined,
    KeyLength: certificate.publicKey.asymmetricKeyDetails?.modulusLength,
    Version: "3",
    SerialNum: certificate.serialNumber,
    SignatureAlgorithm: algorithm && `${algorithm.hash} with ${algorithm.key === "rsa" ? "RSA" : "ECDSA"}`,
    Validity: { From: parsed.notBefore, Until: parsed.notAfter },
  };
}
