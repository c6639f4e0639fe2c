import { xs } from "#xml/datatypes";
import {
  attribute,
  element,
  type Infer,
  lazy,
  many,
  optional,
  optionalAttribute,
  type Schema,
  some,
} from "#xml/schema";
import { tas } from "../namespaces.js";
import { DeviceEntity, StringList } from "../tt/common.js";
import {
  Base64DERencodedASN1Value,
  CRLID,
  CertPathValidationPolicyID,
  CertificateID,
  CertificationPathID,
  Dot1XID,
  KeyID,
  PassphraseID,
} from "./identifiers.js";

/** The objects of the keystore as clients see them. */

/** What is told of a key; never the key. */
export const KeyAttribute = tas
  .sequence({
    KeyID: element(KeyID),
    Alias: optional(xs.string),
    hasPrivateKey: optional(xs.boolean),
    KeyStatus: element(xs.string),
    externallyGenerated: optional(xs.boolean),
    securelyStored: optional(xs.boolean),
    Extension: optional(tas.sequence({}).open({ attributes: false })),
  })
  .open();
export interface KeyAttribute extends Infer<typeof KeyAttribute> {}

export const X509Certificate = tas
  .sequence({
    CertificateID: element(CertificateID),
    KeyID: element(KeyID),
    Alias: optional(xs.string),
    CertificateContent: element(Base64DERencodedASN1Value),
    HasPrivateKey: optional(xs.boolean),
  })
  .open();
export interface X509Certificate extends Infer<typeof X509Certificate> {}

export const CertificateIDs = tas.sequence({ CertificateID: some(CertificateID) }).open({ elements: false });
export interface CertificateIDs extends Infer<typeof CertificateIDs> {}

/** Certificates of which each is signed by the next one. */
export const CertificationPath = tas
  .sequence({
    CertificateID: some(CertificateID),
    Alias: optional(xs.string),
    anyElement: optional(tas.sequence({}).open({ attributes: false })),
  })
  .open({ elements: false });
export interface CertificationPath extends Infer<typeof CertificationPath> {}

export const PassphraseAttribute = tas
  .sequence({ PassphraseID: element(PassphraseID), Alias: optional(xs.string) })
  .open();
export interface PassphraseAttribute extends Infer<typeof PassphraseAttribute> {}

export const CRL = tas
  .sequence({ CRLID: element(CRLID), Alias: element(xs.string), CRLContent: element(Base64DERencodedASN1Value) })
  .open({ attributes: false });
export interface CRL extends Infer<typeof CRL> {}

export const CertPathValidationParameters = tas.sequence({
  RequireTLSWWWClientAuthExtendedKeyUsage: optional(xs.boolean),
  UseDeltaCRLs: optional(xs.boolean),
  anyParameters: optional(tas.sequence({}).open({ attributes: false })),
});
export interface CertPathValidationParameters extends Infer<typeof CertPathValidationParameters> {}

export const TrustAnchor = tas.sequence({ CertificateID: element(CertificateID) }).open({ attributes: false });
export interface TrustAnchor extends Infer<typeof TrustAnchor> {}

/** How paths of other parties are checked: trust anchors and parameters. */
export const CertPathValidationPolicy = tas.sequence({
  CertPathValidationPolicyID: element(CertPathValidationPolicyID),
  Alias: optional(xs.string),
  Parameters: element(CertPathValidationParameters),
  TrustAnchor: some(TrustAnchor),
  anyParameters: optional(tas.sequence({}).open({ attributes: false })),
});
export interface CertPathValidationPolicy extends Infer<typeof CertPathValidationPolicy> {}

export const Dot1XStageExtension = tas.sequence({}).open({ attributes: false });
export interface Dot1XStageExtension extends Infer<typeof Dot1XStageExtension> {}

/** One stage of the authentication; an outer method may hold an inner one. */
export const Dot1XStage = tas
  .sequence({
    Identity: optional(xs.string),
    CertificationPathID: optional(CertificationPathID),
    PassphraseID: optional(PassphraseID),
    Inner: optional(lazy((): Schema<Dot1XStage> => Dot1XStage)),
    Extension: optional(Dot1XStageExtension),
    Method: attribute(xs.string),
    CertPathValidationPolicyID: optionalAttribute(CertPathValidationPolicyID),
  })
  .open({ elements: false });
export interface Dot1XStage extends Infer<typeof Dot1XStage> {}

export const Dot1XConfiguration = tas
  .sequence({ Dot1XID: optional(Dot1XID), Alias: optional(xs.string), Outer: element(Dot1XStage) })
  .open();
export interface Dot1XConfiguration extends Infer<typeof Dot1XConfiguration> {}

/** How the device reaches an authorization server and proves there who it is. */
export const AuthorizationServerConfigurationData = tas
  .sequence({
    ServerUri: element(xs.anyURI),
    ClientID: optional(xs.string),
    ClientSecret: optional(xs.string),
    Scope: optional(xs.string),
    KeyID: optional(KeyID),
    CertificateID: optional(CertificateID),
    CertPathValidationPolicyID: optional(CertPathValidationPolicyID),
    Type: attribute(xs.string),
    ClientAuth: optionalAttribute(xs.string),
  })
  .open();
export interface AuthorizationServerConfigurationData extends Infer<typeof AuthorizationServerConfigurationData> {}

export const AuthorizationServerConfiguration = tas
  .extend(DeviceEntity, { Data: element(AuthorizationServerConfigurationData) })
  .open();
export interface AuthorizationServerConfiguration extends Infer<typeof AuthorizationServerConfiguration> {}

/** A claim that tokens have to make, and the values of which it has to have one. */
export const CustomClaim = tas.sequence({ Name: element(xs.string), SupportedValues: element(StringList) }).open();
export interface CustomClaim extends Infer<typeof CustomClaim> {}

/** Which JSON Web Tokens log a client in. */
export const JWTConfiguration = tas
  .sequence({
    Audiences: element(StringList),
    TrustedIssuers: many(xs.anyURI),
    KeyID: many(KeyID),
    ValidationPolicy: optional(CertPathValidationPolicyID),
    CustomClaims: many(CustomClaim),
  })
  .open();
export interface JWTConfiguration extends Infer<typeof JWTConfiguration> {}
