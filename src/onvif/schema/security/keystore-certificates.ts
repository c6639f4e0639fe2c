import { xs } from "#xml/datatypes";
import { element, many, optional } from "#xml/schema";
import { operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { Base64DERencodedASN1Value, CertificateID, CertificationPathID, KeyID } from "./identifiers.js";
import { AlgorithmIdentifier, CSRAttribute, DistinguishedName, X509v3Extension } from "./names.js";
import { CertificateIDs, CertificationPath, X509Certificate } from "./types.js";

/** Certificates and certification paths of the keystore (Security §5.2.6.3). */
export const certificates = {
  CreatePKCS10CSR: operation({
    access: "READ_SYSTEM",
    spec: "Security 5.2.6.3.1",
    request: tas.sequence({
      Subject: element(DistinguishedName),
      KeyID: element(KeyID),
      CSRAttribute: many(CSRAttribute),
      SignatureAlgorithm: element(AlgorithmIdentifier),
    }),
    response: tas.sequence({ PKCS10CSR: element(Base64DERencodedASN1Value) }),
  }),
  CreateSelfSignedCertificate: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.3.2",
    request: tas.sequence({
      X509Version: optional(xs.positiveInteger),
      Subject: element(DistinguishedName),
      KeyID: element(KeyID),
      Alias: optional(xs.string),
      notValidBefore: optional(xs.dateTime),
      notValidAfter: optional(xs.dateTime),
      SignatureAlgorithm: element(AlgorithmIdentifier),
      Extension: many(X509v3Extension),
    }),
    response: tas.sequence({ CertificateID: element(CertificateID) }),
  }),
  UploadCertificate: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.3.3",
    request: tas.sequence({
      Certificate: element(Base64DERencodedASN1Value),
      Alias: optional(xs.string),
      KeyAlias: optional(xs.string),
      PrivateKeyRequired: optional(xs.boolean),
    }),
    response: tas.sequence({ CertificateID: element(CertificateID), KeyID: element(KeyID) }),
  }),
  GetCertificate: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.3.5",
    request: tas.sequence({ CertificateID: element(CertificateID) }),
    response: tas.sequence({ Certificate: element(X509Certificate) }),
  }),
  GetAllCertificates: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.3.6",
    request: tas.sequence({}),
    response: tas.sequence({ Certificate: many(X509Certificate) }),
  }),
  DeleteCertificate: operation({
    access: "UNRECOVERABLE",
    spec: "Security 5.2.6.3.7",
    request: tas.sequence({ CertificateID: element(CertificateID) }),
    response: tas.sequence({}),
  }),
  CreateCertificationPath: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.3.8",
    request: tas.sequence({ CertificateIDs: element(CertificateIDs), Alias: optional(xs.string) }),
    response: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
  }),
  GetCertificationPath: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.3.9",
    request: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
    response: tas.sequence({ CertificationPath: element(CertificationPath) }),
  }),
  GetAllCertificationPaths: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.3.10",
    request: tas.sequence({}),
    response: tas.sequence({ CertificationPathID: many(CertificationPathID) }),
  }),
  SetCertificationPath: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.3.11",
    request: tas.sequence({
      CertificationPathID: element(CertificationPathID),
      CertificationPath: element(CertificationPath),
    }),
    response: tas.sequence({}),
  }),
  DeleteCertificationPath: operation({
    access: "UNRECOVERABLE",
    spec: "Security 5.2.6.3.12",
    request: tas.sequence({ CertificationPathID: element(CertificationPathID) }),
    response: tas.sequence({}),
  }),
};
