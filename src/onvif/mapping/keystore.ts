import type { Keystore, PolicySetting } from "#device/security/keystore";
import {
  fromBase64,
  type StoredCertificate,
  type StoredCrl,
  type StoredKey,
  type ValidationPolicy,
} from "#device/security/objects";
import type { CertificateExtension, RequestAttribute } from "#device/security/signing";
import { invalidArgument } from "../faults.js";
import type { CSRAttribute, X509v3Extension } from "../schema/security/names.js";
import type {
  CertPathValidationParameters,
  CertPathValidationPolicy,
  CRL,
  KeyAttribute,
  TrustAnchor,
  X509Certificate,
} from "../schema/security/types.js";

/** What clients are told of a key. Keys are kept in an encrypted file, but in no hardware that does not give them away. */
export const keyToWire = ({ id, alias, status, privateKey, external }: StoredKey): KeyAttribute => ({
  KeyID: id,
  Alias: alias,
  hasPrivateKey: privateKey !== "",
  KeyStatus: status,
  externallyGenerated: external,
  securelyStored: false,
});

export const certificateToWire = (
  { id, keyId, alias, der }: StoredCertificate,
  { keys }: Pick<Keystore, "keys">,
): X509Certificate => ({
  CertificateID: id,
  KeyID: keyId,
  Alias: alias,
  CertificateContent: fromBase64(der),
  HasPrivateKey: (keys.shelf.find(keyId)?.privateKey ?? "") !== "",
});

export const crlToWire = ({ id, alias = "", der }: StoredCrl): CRL => ({
  CRLID: id,
  Alias: alias,
  CRLContent: fromBase64(der),
});

export const policyToWire = (policy: ValidationPolicy): CertPathValidationPolicy => ({
  CertPathValidationPolicyID: policy.id,
  Alias: policy.alias,
  Parameters: {
    RequireTLSWWWClientAuthExtendedKeyUsage: policy.requireClientAuthUsage,
    UseDeltaCRLs: policy.useDeltaCrls,
  },
  TrustAnchor: policy.trustAnchorIds.map((CertificateID) => ({ CertificateID })),
});

export const policyFromWire = ({ Alias, Parameters, TrustAnchor }: WirePolicy): PolicySetting => ({
  alias: Alias,
  requireClientAuthUsage: Parameters.RequireTLSWWWClientAuthExtendedKeyUsage ?? false,
  useDeltaCrls: Parameters.UseDeltaCRLs ?? false,
  trustAnchorIds: TrustAnchor.map(({ CertificateID }) => CertificateID),
});

interface WirePolicy {
  readonly Alias?: string | undefined;
  readonly Parameters: CertPathValidationParameters;
  readonly TrustAnchor: readonly TrustAnchor[];
}

export const extensionFromWire = ({ extnOID, critical, extnValue }: X509v3Extension): CertificateExtension => ({
  oid: extnOID,
  critical,
  value: extnValue,
});

export function requestAttributeFromWire({ X509v3Extension, BasicRequestAttribute }: CSRAttribute): RequestAttribute {
  if (X509v3Extension) return { kind: "extension", extension: extensionFromWire(X509v3Extension) };
  if (BasicRequestAttribute)
    return { kind: "attribute", oid: BasicRequestAttribute.OID, value: BasicRequestAttribute.value };
  throw invalidArgument("that kind of attribute is not known", "InvalidAttribute");
}
