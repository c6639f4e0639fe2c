import type { RefusalCode } from "#device/refusal";
import { CodedError, DecodeError, Refusal } from "#util/errors";
import type { Fault, FaultCode } from "#wire/soap/fault";

/** A fault that is named where it arises, in place of a refusal of the model. */
export class OnvifFault extends CodedError {
  readonly fault: Fault;

  constructor(code: FaultCode, subcodes: readonly string[], reason: string, detail?: string) {
    super("fault", reason);
    this.fault = { code, subcodes, reason, ...(detail !== undefined && { detail }) };
  }
}

export const notAuthorized = (reason: string): OnvifFault => new OnvifFault("Sender", ["NotAuthorized"], reason);

/** An operation that this camera does not have, with the operation's own subcode where the standard names one. */
export const actionNotSupported = (reason: string, subcode?: string): OnvifFault =>
  new OnvifFault("Receiver", subcode ? ["ActionNotSupported", subcode] : ["ActionNotSupported"], reason);

/** An argument whose value is not acceptable, with the operation's own subcode where it has one. */
export const invalidArgument = (reason: string, subcode?: string): OnvifFault =>
  new OnvifFault("Sender", subcode ? ["InvalidArgVal", subcode] : ["InvalidArgVal"], reason);

/** An argument that is not there. */
export const missingArgument = (reason: string): OnvifFault => new OnvifFault("Sender", ["InvalidArgs"], reason);

/**
 * The fault for anything that was thrown while a request was served (Core §5.8.2). Its reason begins with the words that
 * the standard gives for the generic fault: clients look for them where they do not look at the code.
 */
export function faultOf(error: unknown): Fault {
  const fault = plainFault(error);
  const generic = GENERIC_REASONS[fault.subcodes[0] ?? fault.code];
  return generic === undefined ? fault : { ...fault, reason: `${generic}: ${fault.reason}` };
}

function plainFault(error: unknown): Fault {
  if (error instanceof OnvifFault) return error.fault;
  if (error instanceof Refusal) return refusalFault(error);
  if (error instanceof DecodeError) return decodeFault(error);
  return { code: "Receiver", subcodes: ["Action"], reason: "the camera's log says why" };
}

function refusalFault({ code, message }: Refusal): Fault {
  const [role, ...subcodes] = (REFUSALS[code as RefusalCode] ?? "Receiver Action").split(" ");
  return { code: role === "Sender" ? "Sender" : "Receiver", subcodes, reason: message };
}

function decodeFault(error: DecodeError): Fault {
  const reason = error.message;
  switch (error.code) {
    case "soap-version":
      return { code: "VersionMismatch", subcodes: [], reason };
    case "xml-syntax":
    case "xml-limit":
    case "soap-envelope":
    case "mime-related":
      return { code: "Sender", subcodes: ["WellFormed"], reason };
    default:
      return {
        code: "Sender",
        subcodes: [error.context["reason"] === "value" ? "InvalidArgVal" : "InvalidArgs"],
        reason,
      };
  }
}

/** Reasons of the generic faults, by first subcode, or by code where there is none. */
const GENERIC_REASONS: Readonly<Record<string, string>> = {
  VersionMismatch: "SOAP version mismatch",
  MustUnderstand: "SOAP header blocks not understood",
  WellFormed: "Well-formed Error",
  InvalidArgs: "Invalid Args",
  InvalidArgVal: "Argument Value Invalid",
  OperationProhibited: "Operation not Permitted",
  NotAuthorized: "Sender not Authorized",
  ActionNotSupported: "Optional Action Not Implemented",
  Action: "Action Failed",
};

/** The fault that the specifications name for each refusal of the model: code and subcodes. */
const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  "invalid-argument": "Sender InvalidArgVal",
  "action-not-supported": "Receiver ActionNotSupported",
  "state-mismatch": "Receiver Action",
  "invalid-time-zone": "Sender InvalidArgVal InvalidTimeZone",
  "invalid-date-time": "Sender InvalidArgVal InvalidDateTime",
  "ntp-server-undefined": "Sender InvalidArgVal NtpServerUndefined",
  "invalid-hostname": "Sender InvalidArgVal InvalidHostname",
  "invalid-ipv4-address": "Sender InvalidArgVal InvalidIPv4Address",
  "invalid-ipv6-address": "Sender InvalidArgVal InvalidIPv6Address",
  "invalid-dns-name": "Sender InvalidArgVal InvalidDnsName",
  "time-synced-to-ntp": "Sender InvalidArgVal TimeSyncedToNtp",
  "service-not-supported": "Sender InvalidArgVal ServiceNotSupported",
  "port-already-in-use": "Sender InvalidArgVal PortAlreadyInUse",
  "enabling-tls-failed": "Receiver ActionNotSupported EnablingTlsFailed",
  "invalid-gateway-address": "Sender InvalidArgVal InvalidGatewayAddress",
  "ip-filter-list-is-full": "Sender InvalidArgVal IPFilterListIsFull",
  "no-ipv4-address": "Sender InvalidArgVal NoIPv4Address",
  "no-ipv6-address": "Sender InvalidArgVal NoIPv6Address",
  "invalid-mtu-value": "Sender InvalidArgVal InvalidMtuValue",
  "invalid-interface-speed": "Sender InvalidArgVal InvalidInterfaceSpeed",
  "invalid-dhcpv6": "Receiver ActionNotSupported InvalidDHCPv6",
  "invalid-dot11": "Receiver ActionNotSupported InvalidDot11",
  "not-dot11": "Sender InvalidArgVal NotDot11",
  "not-connected-dot11": "Receiver Action NotConnectedDot11",
  "invalid-station-mode": "Sender InvalidArgVal InvalidStationMode",
  "invalid-security-mode": "Sender InvalidArgVal InvalidSecurityMode",
  "missing-psk": "Sender InvalidArgVal MissingPSK",
  "missing-dot1x": "Sender InvalidArgVal MissingDot1X",
  "incompatible-dot1x": "Sender InvalidArgVal IncompatibleDot1X",
  "invalid-network-interface": "Sender InvalidArgVal InvalidNetworkInterface",
  "too-many-scopes": "Receiver Action TooManyScopes",
  "fixed-scope": "Sender OperationProhibited FixedScope",
  "no-scope": "Sender InvalidArgVal NoScope",
  "invalid-backup-file": "Sender InvalidArgVal InvalidBackupFile",
  "invalid-firmware": "Sender InvalidArgs InvalidFirmware",
  "too-many-locations": "Receiver Action TooManyEntries",
  "no-auto-geo": "Sender InvalidArgVal NoAutoGeo",
  "fixed-location": "Sender InvalidArgVal Fixed",
  "max-storage-configurations": "Receiver OperationProhibited MaxStorageConfigurations",
  "auxiliary-data-not-supported": "Sender InvalidArgVal AuxiliaryDataNotSupported",
  "no-relay": "Sender InvalidArgVal RelayToken",
  "relay-mode": "Sender InvalidArgVal ModeError",
  "settings-invalid": "Sender InvalidArgVal SettingsInvalid",
  "no-serial-port": "Sender InvalidArgVal InvalidSerialPort",
  "data-length-over": "Sender OperationProhibited DataLengthOver",
  "delimiter-not-supported": "Sender OperationProhibited DelimiterNotSupported",
  "serial-port-busy": "Receiver Action",
  "no-video-output": "Sender InvalidArgVal NoVideoOutput",
  "audio-output-not-supported": "Receiver ActionNotSupported AudioOutputNotSupported",
  "audio-decoding-not-supported": "Receiver ActionNotSupported AudioDecodingNotSupported",
  "no-audio-output": "Sender InvalidArgVal NoAudioOutput",
  "no-audio-source": "Sender InvalidArgVal NoAudioSource",
  "too-many-event-brokers": "Receiver Action TooManyEventBrokers",
  "invalid-broker-address": "Sender InvalidArgVal InvalidAddress",
  "invalid-broker-protocol": "Sender InvalidArgVal InvalidProtocol",
  "username-clash": "Sender OperationProhibited UsernameClash",
  "username-too-long": "Sender OperationProhibited UsernameTooLong",
  "username-too-short": "Sender OperationProhibited UsernameTooShort",
  "password-too-long": "Sender OperationProhibited PasswordTooLong",
  password: "Sender OperationProhibited Password",
  "password-too-weak": "Sender OperationProhibited PasswordTooWeak",
  "too-many-users": "Receiver Action TooManyUsers",
  "anonymous-not-allowed": "Sender OperationProhibited AnonymousNotAllowed",
  "username-missing": "Sender InvalidArgVal UsernameMissing",
  "fixed-user": "Sender InvalidArgVal FixedUser",
  "policy-format": "Sender InvalidArgs PolicyFormat",
  "invalid-user-role": "Sender InvalidArgVal InvalidUserRole",
  "onvif-prefix": "Sender OperationProhibited OnvifPrefix",
  "too-many-user-roles": "Receiver Action TooManyUserRoles",
  "function-not-implemented": "Receiver Action FunctionNotImplemented",
  "no-profile": "Sender InvalidArgVal NoProfile",
  "profile-exists": "Sender InvalidArgVal ProfileExists",
  "max-nvt-profiles": "Receiver Action MaxNVTProfiles",
  "deletion-of-fixed-profile": "Sender Action DeletionOfFixedProfile",
  "no-config": "Sender InvalidArgVal NoConfig",
  "config-modify": "Sender InvalidArgVal ConfigModify",
  "configuration-conflict": "Receiver Action ConfigurationConflict",
  "incompatible-configuration": "Sender InvalidArgVal IncompatibleConfiguration",
  "incomplete-configuration": "Receiver Action IncompleteConfiguration",
  "invalid-stream-setup": "Sender InvalidArgVal InvalidStreamSetup",
  "invalid-multicast-settings": "Sender InvalidArgVal InvalidMulticastSettings",
  "no-video-source": "Sender InvalidArgVal NoVideoSource",
  "audio-not-supported": "Receiver ActionNotSupported AudioNotSupported",
  "key-id": "Sender InvalidArgVal KeyID",
  "key-length": "Sender InvalidArgVal KeyLength",
  "unsupported-elliptic-curve": "Sender InvalidArgVal UnsupportedEllipticCurve",
  "certificate-id": "Sender InvalidArgVal CertificateID",
  "certification-path-id": "Sender InvalidArgVal CertificationPathID",
  "passphrase-id": "Sender InvalidArgVal PassphraseID",
  "crl-id": "Sender InvalidArgVal CRLID",
  "cert-path-validation-policy-id": "Sender InvalidArgVal CertPathValidationPolicyID",
  "reference-exists": "Sender InvalidArgVal ReferenceExists",
  "invalid-key-status": "Sender InvalidArgVal InvalidKeyStatus",
  "unsupported-signature-algorithm": "Sender InvalidArgVal UnsupportedSignatureAlgorithm",
  "unsupported-public-key-algorithm": "Sender InvalidArgVal UnsupportedPublicKeyAlgorithm",
  "key-signature-algorithm-mismatch": "Sender InvalidArgVal KeySignatureAlgorithmMismatch",
  "invalid-subject": "Sender InvalidArgVal InvalidSubject",
  "invalid-attribute": "Sender InvalidArgVal InvalidAttribute",
  "passphrase-deletion-failed": "Receiver Action PassphraseDeletionFailed",
  "unsupported-x509-version": "Sender InvalidArgVal UnsupportedX509Version",
  "x509-version-extensions-mismatch": "Sender InvalidArgVal X509VersionExtensionsMismatch",
  "bad-certificate": "Sender InvalidArgVal BadCertificate",
  duplicate: "Sender InvalidArgVal Duplicate",
  "decryption-failed": "Sender InvalidArgVal DecryptionFailed",
  "bad-pkcs8-file": "Sender InvalidArgVal BadPKCS8File",
  "bad-pkcs12-file": "Sender InvalidArgVal BadPKCS12File",
  "public-private-key-mismatch": "Sender InvalidArgVal PublicPrivateKeyMismatch",
  "invalid-certification-path": "Sender InvalidArgVal InvalidCertificationPath",
  "bad-passphrase": "Sender InvalidArgVal BadPassphrase",
  "bad-crl": "Sender InvalidArgVal BadCRL",
  "cert-path-validation-parameters": "Sender InvalidArgVal CertPathValidationParameters",
  "no-private-key": "Sender InvalidArgVal NoPrivateKey",
  "old-certification-path-id": "Sender InvalidArgVal OldCertificationPathID",
  "new-certification-path-id": "Sender InvalidArgVal NewCertificationPathID",
  "old-cert-path-validation-policy-id": "Sender InvalidArgVal OldCertPathValidationPolicyID",
  "new-cert-path-validation-policy-id": "Sender InvalidArgVal NewCertPathValidationPolicyID",
  "empty-list": "Sender InvalidArgVal EmptyList",
  "tls-version": "Sender InvalidArgVal TLSVersion",
  "dot1x-method": "Sender InvalidArgVal Dot1XMethod",
  "dot1x-method-combination": "Sender InvalidArgVal Dot1XMethodCombination",
  "dot1x-configuration-id": "Sender InvalidArgVal Dot1XConfigurationID",
  "invalid-config": "Sender InvalidArgVal InvalidConfig",
  "too-many-audiences": "Sender InvalidArgVal TooManyAudiences",
  "max-issuers-exceeded": "Sender InvalidArgVal MaxIssuersExceeded",
  "no-matching-private-key": "Receiver Action NoMatchingPrivateKey",
  "certificate-creation-failed": "Receiver Action CertificateCreationFailed",
  "csr-creation-failed": "Receiver Action CSRCreationFailed",
  "maximum-number-of-keys-reached": "Receiver Action MaximumNumberOfKeysReached",
  "maximum-number-of-certificates-reached": "Receiver Action MaximumNumberOfCertificatesReached",
  "maximum-number-of-certification-paths-reached": "Receiver Action MaximumNumberOfCertificationPathsReached",
  "maximum-number-of-passphrases-reached": "Receiver Action MaximumNumberOfPassphrasesReached",
  "maximum-number-of-crls-reached": "Receiver Action MaximumNumberOfCRLsReached",
  "maximum-number-of-cert-path-validation-policies-reached":
    "Receiver Action MaximumNumberOfCertPathValidationPoliciesReached",
  "maximum-number-of-tls-certification-paths-reached": "Receiver Action MaximumNumberOfTLSCertificationPathsReached",
  "maximum-number-of-tls-cert-path-validation-policies-reached":
    "Receiver Action MaximumNumberOfTLSCertPathValidationPoliciesReached",
  "maximum-number-of-dot1x-configurations-reached": "Receiver Action MaximumNumberOfDot1XConfigurationsReached",
  "max-authorization-servers": "Receiver Action MaxAuthorizationServers",
  "enabling-client-authentication-failed": "Receiver ActionNotSupported EnablingClientAuthenticationFailed",
  "cn-maps-to-user-failed": "Receiver ActionNotSupported CnMapsToUserFailed",
};
