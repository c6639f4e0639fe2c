import { xs } from "#xml/datatypes";
import { enumeration, type Infer, list, restrict } from "#xml/schema";

/** Identifiers and simple types of the security service. */

export const KeyID = restrict(xs.NCName, { maxLength: 64 });
export type KeyID = Infer<typeof KeyID>;

export const CertificateID = restrict(xs.NCName, { maxLength: 64 });
export type CertificateID = Infer<typeof CertificateID>;

export const CertificationPathID = restrict(xs.NCName, { maxLength: 64 });
export type CertificationPathID = Infer<typeof CertificationPathID>;

export const PassphraseID = restrict(xs.NCName, { maxLength: 64 });
export type PassphraseID = Infer<typeof PassphraseID>;

export const Dot1XID = restrict(xs.NCName, { maxLength: 64 });
export type Dot1XID = Infer<typeof Dot1XID>;

export const CRLID = restrict(xs.NCName, { maxLength: 64 });
export type CRLID = Infer<typeof CRLID>;

export const CertPathValidationPolicyID = restrict(xs.NCName, { maxLength: 64 });
export type CertPathValidationPolicyID = Infer<typeof CertPathValidationPolicyID>;

/** Values that elements of the type string should have. */
export const KeyStatus = enumeration(xs.string, "ok", "generating", "corrupt");
export type KeyStatus = Infer<typeof KeyStatus>;

export const KeyPairAlgorithm = enumeration(xs.string, "RSA", "ECC");
export type KeyPairAlgorithm = Infer<typeof KeyPairAlgorithm>;

export const DotDecimalOID = restrict(xs.string, { pattern: "[0-9]+(.[0-9]+)*" });
export type DotDecimalOID = Infer<typeof DotDecimalOID>;

export const DNAttributeType = restrict(xs.string, {});
export type DNAttributeType = Infer<typeof DNAttributeType>;

export const DNAttributeValue = restrict(xs.string, {});
export type DNAttributeValue = Infer<typeof DNAttributeValue>;

export const Base64DERencodedASN1Value = restrict(xs.base64Binary, {});
export type Base64DERencodedASN1Value = Infer<typeof Base64DERencodedASN1Value>;

export const Dot1XMethods = list(xs.string);
export type Dot1XMethods = Infer<typeof Dot1XMethods>;

export const RSAKeyLengths = list(xs.nonNegativeInteger);
export type RSAKeyLengths = Infer<typeof RSAKeyLengths>;

/** Names of the IANA registry of TLS supported groups. */
export const EllipticCurves = list(xs.string);
export type EllipticCurves = Infer<typeof EllipticCurves>;

export const X509Versions = list(xs.int);
export type X509Versions = Infer<typeof X509Versions>;

/** `1.2`, `1.3`. */
export const TLSVersions = list(xs.string);
export type TLSVersions = Infer<typeof TLSVersions>;

export const PasswordBasedEncryptionAlgorithms = list(xs.string);
export type PasswordBasedEncryptionAlgorithms = Infer<typeof PasswordBasedEncryptionAlgorithms>;

export const PasswordBasedMACAlgorithms = list(xs.string);
export type PasswordBasedMACAlgorithms = Infer<typeof PasswordBasedMACAlgorithms>;

export const AuthorizationServerConfigurationType = enumeration(
  xs.string,
  "OAuthAuthorizationCode",
  "OAuthClientCredentials",
  "OIDC2AuthorizationCode",
);
export type AuthorizationServerConfigurationType = Infer<typeof AuthorizationServerConfigurationType>;

export const ClientAuthenticationMethod = enumeration(
  xs.string,
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth",
  "self_signed_tls_client_auth",
);
export type ClientAuthenticationMethod = Infer<typeof ClientAuthenticationMethod>;
