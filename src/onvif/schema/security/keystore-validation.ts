import { xs } from "#xml/datatypes";
import { element, many, optional, some } from "#xml/schema";
import { operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { Base64DERencodedASN1Value, CRLID, CertPathValidationPolicyID, PassphraseID } from "./identifiers.js";
import {
  CRL,
  CertPathValidationParameters,
  CertPathValidationPolicy,
  PassphraseAttribute,
  TrustAnchor,
} from "./types.js";

/** Passphrases, revocation lists and validation policies of the keystore (Security §5.2.6). */
export const validation = {
  UploadPassphrase: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.1.1",
    request: tas.sequence({ Passphrase: element(xs.string), PassphraseAlias: optional(xs.string) }),
    response: tas.sequence({ PassphraseID: element(PassphraseID) }),
  }),
  GetAllPassphrases: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.1.2",
    request: tas.sequence({}),
    response: tas.sequence({ PassphraseAttribute: many(PassphraseAttribute) }),
  }),
  DeletePassphrase: operation({
    access: "UNRECOVERABLE",
    spec: "Security 5.2.6.1.3",
    request: tas.sequence({ PassphraseID: element(PassphraseID) }),
    response: tas.sequence({}),
  }),
  UploadCRL: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.4.1",
    request: tas.sequence({
      Crl: element(Base64DERencodedASN1Value),
      Alias: optional(xs.string),
      anyParameters: optional(tas.sequence({}).open({ attributes: false })),
    }),
    response: tas.sequence({ CrlID: element(CRLID) }),
  }),
  GetCRL: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.4.2",
    request: tas.sequence({ CrlID: element(CRLID) }),
    response: tas.sequence({ Crl: element(CRL) }),
  }),
  GetAllCRLs: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.4.3",
    request: tas.sequence({}),
    response: tas.sequence({ Crl: many(CRL) }),
  }),
  DeleteCRL: operation({
    access: "UNRECOVERABLE",
    spec: "Security 5.2.6.4.4",
    request: tas.sequence({ CrlID: element(CRLID) }),
    response: tas.sequence({}),
  }),
  CreateCertPathValidationPolicy: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.5.1",
    request: tas.sequence({
      Alias: optional(xs.string),
      Parameters: element(CertPathValidationParameters),
      TrustAnchor: some(TrustAnchor),
      anyParameters: optional(tas.sequence({}).open({ attributes: false })),
    }),
    response: tas.sequence({ CertPathValidationPolicyID: element(CertPathValidationPolicyID) }),
  }),
  GetCertPathValidationPolicy: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.5.2",
    request: tas.sequence({ CertPathValidationPolicyID: element(CertPathValidationPolicyID) }),
    response: tas.sequence({ CertPathValidationPolicy: element(CertPathValidationPolicy) }),
  }),
  GetAllCertPathValidationPolicies: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.5.3",
    request: tas.sequence({}),
    response: tas.sequence({ CertPathValidationPolicy: many(CertPathValidationPolicy) }),
  }),
  SetCertPathValidationPolicy: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.5.4",
    request: tas.sequence({
      CertPathValidationPolicyID: optional(CertPathValidationPolicyID),
      CertPathValidationPolicy: element(CertPathValidationPolicy),
    }),
    response: tas.sequence({}),
  }),
  DeleteCertPathValidationPolicy: operation({
    access: "UNRECOVERABLE",
    spec: "Security 5.2.6.5.5",
    request: tas.sequence({ CertPathValidationPolicyID: element(CertPathValidationPolicyID) }),
    response: tas.sequence({}),
  }),
};
