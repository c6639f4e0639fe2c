import { xs } from "#xml/datatypes";
import { element, type Infer, many, optional, optionalAttribute } from "#xml/schema";
import { tas } from "../namespaces.js";
import { StringList } from "../tt/common.js";
import {
  Dot1XMethods,
  EllipticCurves,
  PasswordBasedEncryptionAlgorithms,
  PasswordBasedMACAlgorithms,
  RSAKeyLengths,
  TLSVersions,
  X509Versions,
} from "./identifiers.js";
import { AlgorithmIdentifier } from "./names.js";

/** What the security service can do (Security §5.5.7). */

export const KeystoreCapabilities = tas
  .sequence({
    SignatureAlgorithms: many(AlgorithmIdentifier),
    anyElement: optional(tas.sequence({}).open({ attributes: false })),
    MaximumNumberOfKeys: optionalAttribute(xs.positiveInteger),
    MaximumNumberOfCertificates: optionalAttribute(xs.positiveInteger),
    MaximumNumberOfCertificationPaths: optionalAttribute(xs.positiveInteger),
    SetCertPath: optionalAttribute(xs.boolean),
    RSAKeyPairGeneration: optionalAttribute(xs.boolean),
    ECCKeyPairGeneration: optionalAttribute(xs.boolean),
    KeyPairGeneration: optionalAttribute(StringList),
    RSAKeyLengths: optionalAttribute(RSAKeyLengths),
    EllipticCurves: optionalAttribute(EllipticCurves),
    PKCS10ExternalCertificationWithRSA: optionalAttribute(xs.boolean),
    PKCS10: optionalAttribute(xs.boolean),
    SelfSignedCertificateCreationWithRSA: optionalAttribute(xs.boolean),
    SelfSignedCertificateCreation: optionalAttribute(xs.boolean),
    X509Versions: optionalAttribute(X509Versions),
    MaximumNumberOfPassphrases: optionalAttribute(xs.nonNegativeInteger),
    PKCS8RSAKeyPairUpload: optionalAttribute(xs.boolean),
    PKCS8: optionalAttribute(xs.boolean),
    PKCS12CertificateWithRSAPrivateKeyUpload: optionalAttribute(xs.boolean),
    PKCS12: optionalAttribute(xs.boolean),
    PasswordBasedEncryptionAlgorithms: optionalAttribute(PasswordBasedEncryptionAlgorithms),
    PasswordBasedMACAlgorithms: optionalAttribute(PasswordBasedMACAlgorithms),
    MaximumNumberOfCRLs: optionalAttribute(xs.nonNegativeInteger),
    MaximumNumberOfCertificationPathValidationPolicies: optionalAttribute(xs.nonNegativeInteger),
    EnforceTLSWebClientAuthExtKeyUsage: optionalAttribute(xs.boolean),
    NoPrivateKeySharing: optionalAttribute(xs.boolean),
  })
  .open({ elements: false });
export interface KeystoreCapabilities extends Infer<typeof KeystoreCapabilities> {}

export const TLSServerCapabilities = tas
  .sequence({
    TLSServerSupported: optionalAttribute(TLSVersions),
    EnabledVersionsSupported: optionalAttribute(xs.boolean),
    MaximumNumberOfTLSCertificationPaths: optionalAttribute(xs.positiveInteger),
    TLSClientAuthSupported: optionalAttribute(xs.boolean),
    CnMapsToUserSupported: optionalAttribute(xs.boolean),
    MaximumNumberOfTLSCertificationPathValidationPolicies: optionalAttribute(xs.nonNegativeInteger),
  })
  .open({ attributes: false });
export interface TLSServerCapabilities extends Infer<typeof TLSServerCapabilities> {}

export const Dot1XCapabilities = tas
  .sequence({
    MaximumNumberOfDot1XConfigurations: optionalAttribute(xs.positiveInteger),
    Dot1XMethods: optionalAttribute(Dot1XMethods),
  })
  .open();
export interface Dot1XCapabilities extends Infer<typeof Dot1XCapabilities> {}

export const AuthorizationServerConfigurationCapabilities = tas
  .sequence({
    MaxConfigurations: optionalAttribute(xs.int),
    ConfigurationTypesSupported: optionalAttribute(StringList),
    ClientAuthenticationMethodsSupported: optionalAttribute(StringList),
  })
  .open({ elements: false });
export interface AuthorizationServerConfigurationCapabilities extends Infer<
  typeof AuthorizationServerConfigurationCapabilities
> {}

export const MediaSigningCapabilities = tas
  .sequence({
    MediaSigningSupported: optionalAttribute(xs.boolean),
    UserMediaSigningKeySupported: optionalAttribute(xs.boolean),
  })
  .open({ elements: false });
export interface MediaSigningCapabilities extends Infer<typeof MediaSigningCapabilities> {}

export const Capabilities = tas
  .sequence({
    KeystoreCapabilities: element(KeystoreCapabilities),
    TLSServerCapabilities: element(TLSServerCapabilities),
    Dot1XCapabilities: optional(Dot1XCapabilities),
    AuthorizationServer: optional(AuthorizationServerConfigurationCapabilities),
    MediaSigning: optional(MediaSigningCapabilities),
  })
  .open();
export interface Capabilities extends Infer<typeof Capabilities> {}
