import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { Device } from "#onvif/schema/device/service";
import { AuthorizationServer } from "#onvif/schema/security/authorization-server";
import { Dot1X } from "#onvif/schema/security/dot1x";
import { Keystore } from "#onvif/schema/security/keystore";
import { TLSServer } from "#onvif/schema/security/tls-server";
import {
  aCertificate,
  aCrl,
  anAuthority,
  aTestKey,
  pkcs8Of,
  type TestCertificate,
} from "../../../support/authority.js";
import { pkcs12Of } from "../../../support/pkcs12-file.js";
import { type BadInput, row } from "./row.js";

/* What the services of Advanced Security refuse because of what is there, or is there too often. */

const VALUE = "Sender InvalidArgVal";
const ACTION = "Receiver Action";
const REFERENCED = `${VALUE} ReferenceExists`;

type Before = NonNullable<BadInput["before"]>;
type Request = Before[number];

const element = (name: string, text: string): string => `<tas:${name}>${text}</tas:${name}>`;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const keystore = (operation: string, content: string): Request => ({ operation, content, service: Keystore });
const tlsServer = (operation: string, content: string): Request => ({ operation, content, service: TLSServer });

const authority = await anAuthority();
const own = await aCertificate({ subject: "CN=camera", issuer: authority });
const stranger = await aCertificate({ subject: "CN=stranger" });
const others = await Promise.all(
  Array.from({ length: 128 }, () => aCertificate({ subject: "CN=other", publicKey: own.publicKey, issuer: authority })),
);
const crl = await aCrl(authority, [own]);

/** The first key is key-1, and so on. */
const key = (of = pkcs8Of(own)): Request => keystore("UploadKeyPairInPKCS8", element("KeyPair", base64(of)));
const certificate = ({ der }: Pick<TestCertificate, "der">): Request =>
  keystore("UploadCertificate", element("Certificate", base64(der)));
const pathOf = (...numbers: readonly number[]): string =>
  numbers.map((number) => element("CertificateID", `certificate-${number}`)).join("");
const path = (...numbers: readonly number[]): Request =>
  keystore("CreateCertificationPath", element("CertificateIDs", pathOf(...numbers)));
const trusting = (number: number): string =>
  `<tas:Parameters/>${element("TrustAnchor", element("CertificateID", `certificate-${number}`))}`;
const policy = keystore("CreateCertPathValidationPolicy", trusting(1));
const times = (count: number, request: Request): Before => Array.from({ length: count }, () => request);

const keys = Array.from({ length: 64 }, () => key(pkcs8Of(aTestKey())));
const withKey: Before = [key(), certificate(own)];
const FULL_OF_KEYS = `${ACTION} MaximumNumberOfKeysReached`;
const FULL_OF_CERTIFICATES = `${ACTION} MaximumNumberOfCertificatesReached`;

const subject = element("Subject", element("CommonName", "camera"));
const algorithm = (oid: string): string => element("SignatureAlgorithm", element("algorithm", oid));
const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const KEY = element("KeyID", "key-1");
const signing = (oid: string, before = subject, middle = ""): string => before + KEY + middle + algorithm(oid);

/** The same certificate for a key that is of no curve that the camera knows: prime192v2. */
const oddlyKeyed = (der: Uint8Array): Buffer =>
  Buffer.from(hexOf(der).replaceAll("2a8648ce3d030107", "2a8648ce3d030102"), "hex");

/** The same certificate or list with an algorithm of signatures that is not known: ECDSA with SHA-224. */
const oddlySigned = (der: Uint8Array): Buffer =>
  Buffer.from(hexOf(der).replaceAll("2a8648ce3d040302", "2a8648ce3d040301"), "hex");
const hexOf = (der: Uint8Array): string => Buffer.from(der).toString("hex");

const pkcs12 = (name: string, more = ""): string =>
  element(
    "CertWithPrivateKey",
    base64(readFileSync(new URL(`../../../fixtures/pkcs12/${name}.p12`, import.meta.url))),
  ) + more;
/** A file with the key of `own`, and these certificates. */
const madePkcs12 = (...certificates: readonly Uint8Array[]): string =>
  element("CertWithPrivateKey", base64(pkcs12Of(own, certificates)));
const encryptedPkcs8 = own.privateKey.export({
  type: "pkcs8",
  format: "der",
  cipher: "aes-256-cbc",
  passphrase: "opensesame",
});
const edwards = generateKeyPairSync("ed25519");
/** A key that is being made for seconds. */
const slowKey = keystore("CreateRSAKeyPair", element("KeyLength", "4096"));
const passphrase = (text: string): Request => keystore("UploadPassphrase", element("Passphrase", text));
const bothPassphrases =
  element("IntegrityPassphraseID", "passphrase-1") + element("EncryptionPassphraseID", "passphrase-1");

const dot1xContent = element(
  "Dot1XConfiguration",
  `<tas:Outer Method="EAP-PEAP"><tas:Inner Method="MSCHAPv2">${element("Identity", "camera")}${element("PassphraseID", "passphrase-1")}</tas:Inner></tas:Outer>`,
);
const dot1x: Request = { operation: "AddDot1XConfiguration", content: dot1xContent, service: Dot1X };

const PKCS12 = "UploadCertificateWithPrivateKeyInPKCS12";
const CSR = "CreatePKCS10CSR";
const SELF_SIGNED = "CreateSelfSignedCertificate";

export const keystoreStateRows: readonly BadInput[] = [
  row("CreateRSAKeyPair", "no room", element("KeyLength", "2048"), FULL_OF_KEYS, keys),
  row("CreateECCKeyPair", "no room", element("EllipticCurve", "secp256r1"), FULL_OF_KEYS, keys),
  row("UploadKeyPairInPKCS8", "no room", element("KeyPair", base64(pkcs8Of(own))), FULL_OF_KEYS, keys),
  row("UploadCertificate", "no room for its key", element("Certificate", base64(own.der)), FULL_OF_KEYS, keys),
  row(PKCS12, "no room for its key", pkcs12("aes-256-few-rounds", bothPassphrases), FULL_OF_KEYS, [
    ...keys,
    passphrase("opensesame"),
  ]),
  row(PKCS12, "another passphrase", pkcs12("aes-256-few-rounds", bothPassphrases), `${VALUE} DecryptionFailed`, [
    passphrase("open barley"),
  ]),
  row(
    PKCS12,
    "no room for its path",
    pkcs12("aes-256-few-rounds", bothPassphrases),
    `${ACTION} MaximumNumberOfCertificationPathsReached`,
    [...withKey, ...times(64, path(1)), passphrase("opensesame")],
  ),
  row(PKCS12, "no room for its certificates", madePkcs12(own.der, authority.der), FULL_OF_CERTIFICATES, [
    key(),
    ...others.map(certificate),
  ]),
  row(PKCS12, "a key of another certificate", madePkcs12(stranger.der), `${VALUE} PublicPrivateKeyMismatch`),
  row(
    PKCS12,
    "certificates that do not follow",
    madePkcs12(own.der, stranger.der),
    `${VALUE} InvalidCertificationPath`,
  ),
  row(PKCS12, "what is no certificate in it", madePkcs12(Buffer.from([0x30, 0])), `${VALUE} BadCertificate`),
  row(PKCS12, "no certificate in it", madePkcs12(), `${VALUE} BadPKCS12File`),
  row(
    PKCS12,
    "a certificate whose key is of another kind",
    madePkcs12(oddlyKeyed(own.der)),
    `${VALUE} UnsupportedPublicKeyAlgorithm`,
  ),
  row(
    PKCS12,
    "an algorithm that is not known",
    madePkcs12(oddlySigned(own.der)),
    `${VALUE} UnsupportedSignatureAlgorithm`,
  ),
  row(
    PKCS12,
    "a passphrase for decryption that there is not",
    madePkcs12(own.der) + element("EncryptionPassphraseID", "nobody"),
    `${VALUE} PassphraseID`,
  ),
  row(
    "UploadKeyPairInPKCS8",
    "another passphrase",
    element("KeyPair", base64(encryptedPkcs8)) + element("EncryptionPassphraseID", "passphrase-1"),
    `${VALUE} DecryptionFailed`,
    [passphrase("open barley")],
  ),
  row(
    "UploadKeyPairInPKCS8",
    "a key of another kind",
    element("KeyPair", base64(pkcs8Of(edwards))),
    `${VALUE} UnsupportedPublicKeyAlgorithm`,
  ),
  row(
    "DeletePassphrase",
    "a configuration of IEEE 802.1X with it",
    element("PassphraseID", "passphrase-1"),
    `${ACTION} PassphraseDeletionFailed`,
    [passphrase("secret"), dot1x],
  ),
  row("DeleteKey", "a certificate of it", KEY, REFERENCED, withKey),

  ...[CSR, SELF_SIGNED].flatMap((operation) => [
    row(operation, "a key without its private part", signing(ECDSA_SHA256), `${VALUE} KeyID`, [certificate(own)]),
    row(operation, "a key that is being made", signing(ECDSA_SHA256), `${VALUE} InvalidKeyStatus`, [slowKey]),
    row(operation, "an algorithm that is none", signing("1.2.3.4"), `${VALUE} UnsupportedSignatureAlgorithm`, [key()]),
    row(
      operation,
      "an algorithm for other keys",
      signing("1.2.840.113549.1.1.11"),
      `${VALUE} KeySignatureAlgorithmMismatch`,
      [key()],
    ),
    row(operation, "an empty subject", signing(ECDSA_SHA256, "<tas:Subject/>"), `${VALUE} InvalidSubject`, [key()]),
    row(
      operation,
      "a country that is none",
      signing(ECDSA_SHA256, element("Subject", element("Country", "Nowhere"))),
      `${VALUE} InvalidSubject`,
      [key()],
    ),
  ]),
  row(
    CSR,
    "an attribute that is no DER",
    signing(
      ECDSA_SHA256,
      subject,
      element(
        "CSRAttribute",
        element("BasicRequestAttribute", element("OID", "1.2.840.113549.1.9.7") + element("value", "AAAA")),
      ),
    ),
    `${VALUE} InvalidAttribute`,
    [key()],
  ),
  row(
    SELF_SIGNED,
    "an extension that is no DER",
    signing(ECDSA_SHA256) +
      element(
        "Extension",
        element("extnOID", "2.5.29.19") + element("critical", "true") + element("extnValue", "AAAA"),
      ),
    `${ACTION} CertificateCreationFailed`,
    [key()],
  ),
  row(
    SELF_SIGNED,
    "another version of X.509",
    signing(ECDSA_SHA256, element("X509Version", "2") + subject),
    `${VALUE} UnsupportedX509Version`,
    [key()],
  ),
  row(
    SELF_SIGNED,
    "an end before the beginning",
    signing(
      ECDSA_SHA256,
      subject,
      element("notValidBefore", "2026-02-01T00:00:00Z") + element("notValidAfter", "2026-01-01T00:00:00Z"),
    ),
    `${VALUE} InvalidDateTime`,
    [key()],
  ),
  row(SELF_SIGNED, "no room", signing(ECDSA_SHA256), FULL_OF_CERTIFICATES, [key(), ...others.map(certificate)]),

  row("UploadCertificate", "the same again", element("Certificate", base64(own.der)), `${VALUE} Duplicate`, [
    certificate(own),
  ]),
  row(
    "UploadCertificate",
    "no private key, which is required",
    element("Certificate", base64(own.der)) + element("PrivateKeyRequired", "true"),
    `${ACTION} NoMatchingPrivateKey`,
  ),
  row(
    "UploadCertificate",
    "an algorithm that is not known",
    element("Certificate", base64(oddlySigned(own.der))),
    `${VALUE} UnsupportedSignatureAlgorithm`,
  ),
  row(
    "UploadCertificate",
    "a key of another kind",
    element("Certificate", base64(oddlyKeyed(own.der))),
    `${VALUE} UnsupportedPublicKeyAlgorithm`,
  ),
  row("UploadCertificate", "no room", element("Certificate", base64(authority.der)), FULL_OF_CERTIFICATES, [
    key(),
    ...others.map(certificate),
  ]),
  row("DeleteCertificate", "a path with it", element("CertificateID", "certificate-1"), REFERENCED, [
    ...withKey,
    path(1),
  ]),
  row("DeleteCertificate", "a policy that trusts it", element("CertificateID", "certificate-1"), REFERENCED, [
    certificate(authority),
    policy,
  ]),
  row(
    "CreateCertificationPath",
    "certificates that do not follow",
    element("CertificateIDs", pathOf(1, 2)),
    `${VALUE} InvalidCertificationPath`,
    [certificate(own), certificate(stranger)],
  ),
  row(
    "CreateCertificationPath",
    "no room",
    element("CertificateIDs", pathOf(1)),
    `${ACTION} MaximumNumberOfCertificationPathsReached`,
    [...withKey, ...times(64, path(1))],
  ),
  ...[
    ["a certificate that there is not", element("CertificateID", "nobody"), `${VALUE} CertificateID`] as const,
    ["certificates that do not follow", pathOf(1, 2), `${VALUE} InvalidCertificationPath`] as const,
  ].map(([what, ids, fault]) =>
    row(
      "SetCertificationPath",
      what,
      element("CertificationPathID", "path-1") + element("CertificationPath", ids),
      fault,
      [certificate(own), certificate(stranger), path(1)],
    ),
  ),
  row("DeleteCertificationPath", "the TLS server with it", element("CertificationPathID", "path-1"), REFERENCED, [
    ...withKey,
    path(1),
    tlsServer("AddServerCertificateAssignment", element("CertificationPathID", "path-1")),
  ]),

  row(
    "UploadCRL",
    "no room",
    element("Crl", base64(crl)),
    `${ACTION} MaximumNumberOfCRLsReached`,
    times(16, keystore("UploadCRL", element("Crl", base64(crl)))),
  ),
  row(
    "UploadCRL",
    "an algorithm that is not known",
    element("Crl", base64(oddlySigned(crl))),
    `${VALUE} UnsupportedSignatureAlgorithm`,
  ),
  row(
    "CreateCertPathValidationPolicy",
    "no room",
    trusting(1),
    `${ACTION} MaximumNumberOfCertPathValidationPoliciesReached`,
    [certificate(authority), ...times(32, policy)],
  ),
  ...["CreateCertPathValidationPolicy", "SetCertPathValidationPolicy"].map((operation) => {
    const anchors = element("TrustAnchor", element("CertificateID", "certificate-1")).repeat(33);
    const content = `<tas:Parameters/>${anchors}`;
    const isSet = operation.startsWith("Set");
    return row(
      operation,
      "very many trust anchors",
      isSet
        ? element("CertPathValidationPolicy", element("CertPathValidationPolicyID", "policy-1") + content)
        : content,
      `${VALUE} CertPathValidationParameters`,
      [certificate(authority), policy],
    );
  }),
  row(
    "SetCertPathValidationPolicy",
    "a trust anchor that there is not",
    element("CertPathValidationPolicy", element("CertPathValidationPolicyID", "policy-1") + trusting(9)),
    `${VALUE} CertificateID`,
    [certificate(authority), policy],
  ),
  ...["SetCertPathValidationPolicy", "DeleteCertPathValidationPolicy"].map((operation) => {
    const id = element("CertPathValidationPolicyID", "policy-1");
    const isSet = operation.startsWith("Set");
    return row(
      operation,
      "the TLS server with it",
      isSet ? element("CertPathValidationPolicy", id + trusting(1)) : id,
      REFERENCED,
      [certificate(authority), policy, tlsServer("AddCertPathValidationPolicyAssignment", id)],
    );
  }),
];

const assignment = (number: number, name = "CertificationPathID"): string => element(name, `path-${number}`);
const assigned = (number: number): Request => tlsServer("AddServerCertificateAssignment", assignment(number));
const policyId = (number: number, name = "CertPathValidationPolicyID"): string => element(name, `policy-${number}`);
const NEW_PATH = "NewCertificationPathID";
const NEW_POLICY = "NewCertPathValidationPolicyID";
const httpsOn: Request = {
  operation: "SetNetworkProtocols",
  service: Device,
  content:
    "<tds:NetworkProtocols><tt:Name>HTTPS</tt:Name><tt:Enabled>true</tt:Enabled><tt:Port>443</tt:Port></tds:NetworkProtocols>",
};

export const tlsServerStateRows: readonly BadInput[] = [
  row("AddServerCertificateAssignment", "no private key", assignment(1), `${VALUE} NoPrivateKey`, [
    certificate(own),
    path(1),
  ]),
  row(
    "AddServerCertificateAssignment",
    "no room",
    assignment(9),
    `${ACTION} MaximumNumberOfTLSCertificationPathsReached`,
    [...withKey, ...times(9, path(1)), ...Array.from({ length: 8 }, (_, index) => assigned(index + 1))],
  ),
  row("RemoveServerCertificateAssignment", "HTTPS on", assignment(1), REFERENCED, [
    ...withKey,
    path(1),
    assigned(1),
    httpsOn,
  ]),
  row(
    "ReplaceServerCertificateAssignment",
    "a new path that there is not",
    assignment(1, "OldCertificationPathID") + assignment(9, NEW_PATH),
    `${VALUE} NewCertificationPathID`,
    [...withKey, path(1), assigned(1)],
  ),
  row(
    "ReplaceServerCertificateAssignment",
    "a new path without a private key",
    assignment(1, "OldCertificationPathID") + assignment(2, NEW_PATH),
    `${VALUE} NoPrivateKey`,
    [...withKey, path(1), assigned(1), certificate(stranger), path(2)],
  ),
  row(
    "SetCnMapsToUser",
    "no policy assigned",
    element("cnMapsToUser", "true"),
    "Receiver ActionNotSupported CnMapsToUserFailed",
  ),
  row(
    "AddCertPathValidationPolicyAssignment",
    "no room",
    policyId(9),
    `${ACTION} MaximumNumberOfTLSCertPathValidationPoliciesReached`,
    [
      certificate(authority),
      ...times(9, policy),
      ...Array.from({ length: 8 }, (_, index) =>
        tlsServer("AddCertPathValidationPolicyAssignment", policyId(index + 1)),
      ),
    ],
  ),
  row("RemoveCertPathValidationPolicyAssignment", "clients who must authenticate", policyId(1), REFERENCED, [
    certificate(authority),
    policy,
    tlsServer("AddCertPathValidationPolicyAssignment", policyId(1)),
    tlsServer("SetClientAuthenticationRequired", element("clientAuthenticationRequired", "true")),
  ]),
  row(
    "ReplaceCertPathValidationPolicyAssignment",
    "a new policy that there is not",
    policyId(1, "OldCertPathValidationPolicyID") + policyId(9, NEW_POLICY),
    `${VALUE} NewCertPathValidationPolicyID`,
    [certificate(authority), policy, tlsServer("AddCertPathValidationPolicyAssignment", policyId(1))],
  ),
];

const NIC = element("token", "eth0");

export const dot1xStateRows: readonly BadInput[] = [
  row("AddDot1XConfiguration", "no room", dot1xContent, `${ACTION} MaximumNumberOfDot1XConfigurationsReached`, [
    passphrase("secret"),
    ...times(8, dot1x),
  ]),
  row(
    "SetNetworkInterfaceDot1XConfiguration",
    "a configuration that there is not",
    NIC + element("Dot1XID", "nobody"),
    `${VALUE} Dot1XConfigurationID`,
  ),
  row("DeleteDot1XConfiguration", "an interface with it", element("Dot1XID", "dot1x-1"), REFERENCED, [
    passphrase("secret"),
    dot1x,
    {
      operation: "SetNetworkInterfaceDot1XConfiguration",
      content: NIC + element("Dot1XID", "dot1x-1"),
      service: Dot1X,
    },
  ]),
];

const server = (uri: string): string =>
  `<tas:Configuration Type="OAuthAuthorizationCode">${element("ServerUri", uri)}</tas:Configuration>`;
const aServer: Request = {
  operation: "CreateAuthorizationServerConfiguration",
  content: server("https://192.0.2.5/"),
  service: AuthorizationServer,
};

export const authorizationServerStateRows: readonly BadInput[] = [
  row(aServer.operation, "no room", aServer.content ?? "", `${ACTION} MaxAuthorizationServers`, times(8, aServer)),
  row(
    "SetAuthorizationServerConfiguration",
    "an address that is none",
    `<tas:Configuration token="authorization-server-1"><tas:Data Type="OAuthAuthorizationCode">${element("ServerUri", "nowhere")}</tas:Data></tas:Configuration>`,
    `${VALUE} InvalidConfig`,
    [aServer],
  ),
];
