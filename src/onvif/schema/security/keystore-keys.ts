import { xs } from "#xml/datatypes";
import { element, many, optional } from "#xml/schema";
import { operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { Base64DERencodedASN1Value, CertificationPathID, KeyID, PassphraseID } from "./identifiers.js";
import { KeyAttribute } from "./types.js";

/** Keys of the keystore, and PKCS#8 and PKCS#12 that bring them (Security §5.2.6.2, §5.2.6.3). */
export const keys = {
  CreateRSAKeyPair: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.2.1",
    request: tas.sequence({ KeyLength: element(xs.nonNegativeInteger), Alias: optional(xs.string) }),
    response: tas.sequence({ KeyID: element(KeyID), EstimatedCreationTime: element(xs.duration) }),
  }),
  CreateECCKeyPair: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.2.2",
    request: tas.sequence({ EllipticCurve: element(xs.string), Alias: optional(xs.string) }),
    response: tas.sequence({ KeyID: element(KeyID), EstimatedCreationTime: element(xs.duration) }),
  }),
  UploadKeyPairInPKCS8: operation({
    access: "WRITE_SYSTEM",
    spec: "Security ?",
    request: tas.sequence({
      KeyPair: element(Base64DERencodedASN1Value),
      Alias: optional(xs.string),
      EncryptionPassphraseID: optional(PassphraseID),
      EncryptionPassphrase: optional(xs.string),
    }),
    response: tas.sequence({ KeyID: element(KeyID) }),
  }),
  UploadCertificateWithPrivateKeyInPKCS12: operation({
    access: "WRITE_SYSTEM",
    spec: "Security 5.2.6.3.4",
    request: tas.sequence({
      CertWithPrivateKey: element(Base64DERencodedASN1Value),
      CertificationPathAlias: optional(xs.string),
      KeyAlias: optional(xs.string),
      IgnoreAdditionalCertificates: optional(xs.boolean),
      IntegrityPassphraseID: optional(PassphraseID),
      EncryptionPassphraseID: optional(PassphraseID),
      Passphrase: optional(xs.string),
    }),
    response: tas.sequence({ CertificationPathID: element(CertificationPathID), KeyID: element(KeyID) }),
  }),
  GetKeyStatus: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.2.3",
    request: tas.sequence({ KeyID: element(KeyID) }),
    response: tas.sequence({ KeyStatus: element(xs.string) }),
  }),
  GetPrivateKeyStatus: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.2.4",
    deprecated: "22.12",
    request: tas.sequence({ KeyID: element(KeyID) }),
    response: tas.sequence({ hasPrivateKey: element(xs.boolean) }),
  }),
  GetAllKeys: operation({
    access: "READ_SYSTEM_SECRET",
    spec: "Security 5.2.6.2.5",
    request: tas.sequence({}),
    response: tas.sequence({ KeyAttribute: many(KeyAttribute) }),
  }),
  DeleteKey: operation({
    access: "UNRECOVERABLE",
    spec: "Security 5.2.6.2.6",
    request: tas.sequence({ KeyID: element(KeyID) }),
    response: tas.sequence({}),
  }),
};
