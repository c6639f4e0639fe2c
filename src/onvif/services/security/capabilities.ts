import { ELLIPTIC_CURVES, RSA_KEY_LENGTHS, SIGNATURE_ALGORITHMS } from "#device/security/algorithms";
import { AUTHORIZATION_SERVER_TYPES, CLIENT_AUTHENTICATION_METHODS } from "#device/security/authorization-servers";
import { DOT1X_METHODS } from "#device/security/dot1x";
import { PASSWORD_ENCRYPTION_OIDS } from "#device/security/password-encryption";
import { MAXIMUM_TLS_PATHS, MAXIMUM_TLS_POLICIES, TLS_VERSIONS } from "#device/security/tls-server";
import type { Call } from "../../call.js";
import type { Capabilities, KeystoreCapabilities } from "../../schema/security/capabilities.js";

/** What the security service says of this camera (Security §5.5.7). */
export const securityCapabilities = (call: Call): Capabilities => ({
  KeystoreCapabilities: keystoreCapabilities(call),
  TLSServerCapabilities: {
    TLSServerSupported: TLS_VERSIONS,
    EnabledVersionsSupported: true,
    MaximumNumberOfTLSCertificationPaths: MAXIMUM_TLS_PATHS,
    TLSClientAuthSupported: true,
    CnMapsToUserSupported: true,
    MaximumNumberOfTLSCertificationPathValidationPolicies: MAXIMUM_TLS_POLICIES,
  },
  Dot1XCapabilities: {
    MaximumNumberOfDot1XConfigurations: call.camera.device.security.dot1x.configurations.rules.maximum,
    Dot1XMethods: DOT1X_METHODS,
  },
  AuthorizationServer: {
    MaxConfigurations: call.camera.device.security.authorizationServers.shelf.rules.maximum,
    ConfigurationTypesSupported: AUTHORIZATION_SERVER_TYPES,
    ClientAuthenticationMethodsSupported: CLIENT_AUTHENTICATION_METHODS,
  },
  MediaSigning: { MediaSigningSupported: false, UserMediaSigningKeySupported: false },
});

/** Old attributes say the same again, for clients that look for these. */
function keystoreCapabilities({ camera }: Call): KeystoreCapabilities {
  const { keys, certificates, passphrases, crls, policies } = camera.device.security.keystore;
  return {
    SignatureAlgorithms: SIGNATURE_ALGORITHMS.map(({ oid }) => ({ algorithm: oid })),
    MaximumNumberOfKeys: keys.shelf.rules.maximum,
    MaximumNumberOfCertificates: certificates.shelf.rules.maximum,
    MaximumNumberOfCertificationPaths: certificates.paths.rules.maximum,
    SetCertPath: true,
    RSAKeyPairGeneration: true,
    ECCKeyPairGeneration: true,
    KeyPairGeneration: ["RSA", "ECC"],
    RSAKeyLengths: RSA_KEY_LENGTHS,
    EllipticCurves: ELLIPTIC_CURVES,
    PKCS10ExternalCertificationWithRSA: true,
    PKCS10: true,
    SelfSignedCertificateCreationWithRSA: true,
    SelfSignedCertificateCreation: true,
    X509Versions: [3],
    MaximumNumberOfPassphrases: passphrases.rules.maximum,
    PKCS8RSAKeyPairUpload: true,
    PKCS8: true,
    PKCS12CertificateWithRSAPrivateKeyUpload: true,
    PKCS12: true,
    PasswordBasedEncryptionAlgorithms: PASSWORD_ENCRYPTION_OIDS,
    MaximumNumberOfCRLs: crls.rules.maximum,
    MaximumNumberOfCertificationPathValidationPolicies: policies.rules.maximum,
    EnforceTLSWebClientAuthExtKeyUsage: true,
    NoPrivateKeySharing: false,
  };
}
