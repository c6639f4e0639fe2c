import { type BadInput, incomplete, row } from "./row.js";

const VALUE = "Sender InvalidArgVal";
const ACTION = "Receiver Action";

const element = (name: string, text: string): string => `<tas:${name}>${text}</tas:${name}>`;
const LONG = "a".repeat(65);
const RSA_SHA256 = "1.2.840.113549.1.1.11";
const algorithm = (oid: string): string => element("SignatureAlgorithm", element("algorithm", oid));
const subject = (text = element("CommonName", "camera")): string => element("Subject", text);
const passphrase = { operation: "UploadPassphrase", content: element("Passphrase", "secret") };
const NOT_DER = Buffer.from("no certificate").toString("base64");

/** What refuses an id that there is not, one that is too long and one that is no XML name. */
const ofId = (operation: string, name: string, subcode: string, before = "", after = ""): readonly BadInput[] => [
  row(operation, "an id that there is not", before + element(name, "nobody") + after, `${VALUE} ${subcode}`),
  row(operation, "a long id", before + element(name, LONG) + after, VALUE),
  row(operation, "an id that is no name", before + element(name, "1 2") + after, VALUE),
];

/** Keys, certificates and what says whom to trust (Security §5.2). */
export const keystoreRows: readonly BadInput[] = [
  ...incomplete("CreateRSAKeyPair"),
  row("CreateRSAKeyPair", "a short key", element("KeyLength", "512"), `${VALUE} KeyLength`),
  row("CreateRSAKeyPair", "a huge key", element("KeyLength", "1048576"), `${VALUE} KeyLength`),
  row("CreateRSAKeyPair", "a word", element("KeyLength", "long"), VALUE),
  ...incomplete("CreateECCKeyPair"),
  row("CreateECCKeyPair", "a curve that is none", element("EllipticCurve", "x"), `${VALUE} UnsupportedEllipticCurve`),
  row(
    "CreateECCKeyPair",
    "the name of a member",
    element("EllipticCurve", "toString"),
    `${VALUE} UnsupportedEllipticCurve`,
  ),
  ...incomplete("UploadKeyPairInPKCS8"),
  row("UploadKeyPairInPKCS8", "no key", element("KeyPair", NOT_DER), `${VALUE} BadPKCS8File`),
  row("UploadKeyPairInPKCS8", "no base64", element("KeyPair", "???"), VALUE),
  ...ofId("UploadKeyPairInPKCS8", "EncryptionPassphraseID", "PassphraseID", element("KeyPair", NOT_DER)),
  ...incomplete("UploadCertificateWithPrivateKeyInPKCS12"),
  row(
    "UploadCertificateWithPrivateKeyInPKCS12",
    "no PKCS#12",
    element("CertWithPrivateKey", NOT_DER),
    `${VALUE} BadPKCS12File`,
  ),
  ...ofId(
    "UploadCertificateWithPrivateKeyInPKCS12",
    "IntegrityPassphraseID",
    "PassphraseID",
    element("CertWithPrivateKey", NOT_DER),
  ),
  ...["GetKeyStatus", "GetPrivateKeyStatus", "DeleteKey"].flatMap((operation) => [
    ...incomplete(operation),
    ...ofId(operation, "KeyID", "KeyID"),
  ]),
  ...incomplete("CreatePKCS10CSR"),
  ...ofId("CreatePKCS10CSR", "KeyID", "KeyID", subject(), algorithm(RSA_SHA256)),
  ...incomplete("CreateSelfSignedCertificate"),
  ...ofId("CreateSelfSignedCertificate", "KeyID", "KeyID", subject(), algorithm(RSA_SHA256)),
  ...incomplete("UploadCertificate"),
  row("UploadCertificate", "no certificate", element("Certificate", NOT_DER), `${VALUE} BadCertificate`),
  row("UploadCertificate", "nothing in it", element("Certificate", ""), `${VALUE} BadCertificate`),
  ...["GetCertificate", "DeleteCertificate"].flatMap((operation) => [
    ...incomplete(operation),
    ...ofId(operation, "CertificateID", "CertificateID"),
  ]),
  ...incomplete("CreateCertificationPath"),
  row(
    "CreateCertificationPath",
    "a certificate that there is not",
    element("CertificateIDs", element("CertificateID", "nobody")),
    `${VALUE} CertificateID`,
  ),
  row("CreateCertificationPath", "no certificates", element("CertificateIDs", ""), "Sender InvalidArgs"),
  ...["GetCertificationPath", "DeleteCertificationPath"].flatMap((operation) => [
    ...incomplete(operation),
    ...ofId(operation, "CertificationPathID", "CertificationPathID"),
  ]),
  ...incomplete("SetCertificationPath"),
  ...ofId(
    "SetCertificationPath",
    "CertificationPathID",
    "CertificationPathID",
    "",
    element("CertificationPath", element("CertificateID", "nobody")),
  ),
  ...incomplete("UploadPassphrase"),
  row("UploadPassphrase", "nothing in it", element("Passphrase", ""), `${VALUE} BadPassphrase`),
  row("UploadPassphrase", "a long one", element("Passphrase", "a".repeat(257)), `${VALUE} BadPassphrase`),
  ...incomplete("DeletePassphrase"),
  ...ofId("DeletePassphrase", "PassphraseID", "PassphraseID"),
  ...incomplete("UploadCRL"),
  row("UploadCRL", "no list", element("Crl", NOT_DER), `${VALUE} BadCRL`),
  ...["GetCRL", "DeleteCRL"].flatMap((operation) => [...incomplete(operation), ...ofId(operation, "CrlID", "CRLID")]),
  ...incomplete("CreateCertPathValidationPolicy"),
  row(
    "CreateCertPathValidationPolicy",
    "a trust anchor that there is not",
    `<tas:Parameters/>${element("TrustAnchor", element("CertificateID", "nobody"))}`,
    `${VALUE} CertificateID`,
  ),
  ...["GetCertPathValidationPolicy", "DeleteCertPathValidationPolicy"].flatMap((operation) => [
    ...incomplete(operation),
    ...ofId(operation, "CertPathValidationPolicyID", "CertPathValidationPolicyID"),
  ]),
  ...incomplete("SetCertPathValidationPolicy"),
  row(
    "SetCertPathValidationPolicy",
    "a policy that there is not",
    element(
      "CertPathValidationPolicy",
      `${element("CertPathValidationPolicyID", "nobody")}<tas:Parameters/>${element("TrustAnchor", element("CertificateID", "nobody"))}`,
    ),
    `${VALUE} CertPathValidationPolicyID`,
  ),
];

/** The TLS server (Security §5.3). */
export const tlsServerRows: readonly BadInput[] = [
  ...incomplete("AddServerCertificateAssignment"),
  ...ofId("AddServerCertificateAssignment", "CertificationPathID", "CertificationPathID"),
  ...incomplete("RemoveServerCertificateAssignment"),
  ...ofId("RemoveServerCertificateAssignment", "CertificationPathID", "OldCertificationPathID"),
  ...incomplete("ReplaceServerCertificateAssignment"),
  ...ofId(
    "ReplaceServerCertificateAssignment",
    "OldCertificationPathID",
    "OldCertificationPathID",
    "",
    element("NewCertificationPathID", "nobody"),
  ),
  ...incomplete("SetEnabledTLSVersions"),
  row("SetEnabledTLSVersions", "no version", "<tas:Versions/>", `${VALUE} EmptyList`),
  row("SetEnabledTLSVersions", "an old version", element("Versions", "1.0 1.2"), `${VALUE} TLSVersion`),
  ...incomplete("SetClientAuthenticationRequired"),
  row(
    "SetClientAuthenticationRequired",
    "no policy assigned",
    element("clientAuthenticationRequired", "true"),
    "Receiver ActionNotSupported EnablingClientAuthenticationFailed",
  ),
  row("SetClientAuthenticationRequired", "a word", element("clientAuthenticationRequired", "yes"), VALUE),
  ...incomplete("SetCnMapsToUser"),
  row("SetCnMapsToUser", "a word", element("cnMapsToUser", "yes"), VALUE),
  ...["AddCertPathValidationPolicyAssignment", "RemoveCertPathValidationPolicyAssignment"].flatMap((operation) => [
    ...incomplete(operation),
    ...ofId(operation, "CertPathValidationPolicyID", "CertPathValidationPolicyID"),
  ]),
  ...incomplete("ReplaceCertPathValidationPolicyAssignment"),
  ...ofId(
    "ReplaceCertPathValidationPolicyAssignment",
    "OldCertPathValidationPolicyID",
    "OldCertPathValidationPolicyID",
    "",
    element("NewCertPathValidationPolicyID", "nobody"),
  ),
];

const stage = (method: string, inner = "", attributes = ""): string =>
  element("Dot1XConfiguration", `<tas:Outer Method="${method}"${attributes}>${inner}</tas:Outer>`);
const innerStage = (method: string, id = "passphrase-1"): string =>
  `<tas:Inner Method="${method}">${element("Identity", "camera")}${element("PassphraseID", id)}</tas:Inner>`;

/** IEEE 802.1X (Security §5.4). */
export const dot1xRows: readonly BadInput[] = [
  ...incomplete("AddDot1XConfiguration"),
  row("AddDot1XConfiguration", "a method that is none", stage("EAP-GUESS"), `${VALUE} Dot1XMethod`),
  row("AddDot1XConfiguration", "the name of a member", stage("constructor"), `${VALUE} Dot1XMethod`),
  row("AddDot1XConfiguration", "no inner method", stage("EAP-PEAP"), `${VALUE} Dot1XMethod`),
  row(
    "AddDot1XConfiguration",
    "methods that do not go together",
    stage("EAP-PEAP", innerStage("PAP")),
    `${VALUE} Dot1XMethodCombination`,
  ),
  row(
    "AddDot1XConfiguration",
    "a passphrase that there is not",
    stage("EAP-PEAP", innerStage("MSCHAPv2")),
    `${VALUE} PassphraseID`,
  ),
  row(
    "AddDot1XConfiguration",
    "a path that there is not",
    stage("EAP-TLS", element("CertificationPathID", "nobody")),
    `${VALUE} CertificationPathID`,
  ),
  row(
    "AddDot1XConfiguration",
    "a validation policy that there is not",
    stage("EAP-PEAP", innerStage("MSCHAPv2", "passphrase-1"), ' CertPathValidationPolicyID="nobody"'),
    `${VALUE} CertPathValidationPolicyID`,
  ),
  ...["GetDot1XConfiguration", "DeleteDot1XConfiguration"].flatMap((operation) => [
    ...incomplete(operation),
    ...ofId(operation, "Dot1XID", "Dot1XConfigurationID"),
  ]),
  ...["GetNetworkInterfaceDot1XConfiguration", "DeleteNetworkInterfaceDot1XConfiguration"].flatMap((operation) => [
    ...incomplete(operation),
    row(operation, "an interface that there is not", element("token", "eth99"), `${VALUE} InvalidNetworkInterface`),
  ]),
  ...incomplete("SetNetworkInterfaceDot1XConfiguration"),
  row(
    "SetNetworkInterfaceDot1XConfiguration",
    "an interface that there is not",
    element("token", "eth99") + element("Dot1XID", "nobody"),
    `${VALUE} InvalidNetworkInterface`,
  ),
];

const server = (attributes: string, inner: string, uri = "https://192.0.2.5/"): string =>
  `<tas:Configuration ${attributes}>${element("ServerUri", uri)}${inner}</tas:Configuration>`;
const CREATE = "CreateAuthorizationServerConfiguration";
const CODE = 'Type="OAuthAuthorizationCode"';

/** Authorization servers (Security §5.5.5). */
export const authorizationServerRows: readonly BadInput[] = [
  ...incomplete(CREATE),
  row(CREATE, "a type that is none", server('Type="Guess"', ""), `${VALUE} InvalidConfig`),
  row(CREATE, "no type", server("", ""), "Sender InvalidArgs"),
  row(CREATE, "an address that is none", server(CODE, "", "nowhere"), `${VALUE} InvalidConfig`),
  row(CREATE, "an address of another kind", server(CODE, "", "file:///etc/passwd"), `${VALUE} InvalidConfig`),
  row(CREATE, "a long secret", server(CODE, element("ClientSecret", "a".repeat(3000))), `${VALUE} InvalidConfig`),
  row(CREATE, "a key that there is not", server(CODE, element("KeyID", "nobody")), `${VALUE} InvalidConfig`),
  row(
    CREATE,
    "a way to log in without what it takes",
    server(`${CODE} ClientAuth="client_secret_basic"`, element("ClientID", "camera")),
    `${VALUE} InvalidConfig`,
  ),
  row(
    "SetAuthorizationServerConfiguration",
    "a configuration that there is not",
    `<tas:Configuration token="nobody"><tas:Data ${CODE}>${element("ServerUri", "https://192.0.2.5/")}</tas:Data></tas:Configuration>`,
    `${VALUE} NoConfig`,
  ),
  ...incomplete("DeleteAuthorizationServerConfiguration"),
  ...["GetAuthorizationServerConfigurations", "DeleteAuthorizationServerConfiguration"].map((operation) =>
    row(operation, "a configuration that there is not", element("Token", "nobody"), `${VALUE} NoConfig`),
  ),
];

const jwt = (inner: string, audiences = "camera"): string =>
  element("Configuration", element("Audiences", audiences) + inner);
const words = (count: number): string => Array.from({ length: count }, (_, n) => `a${n}`).join(" ");

/** Login by JSON Web Token (Security §5.5.6). */
export const jwtRows: readonly BadInput[] = [
  ...incomplete("SetJWTConfiguration"),
  row("SetJWTConfiguration", "many audiences", jwt("", words(33)), `${VALUE} TooManyAudiences`),
  row(
    "SetJWTConfiguration",
    "many issuers",
    jwt(element("TrustedIssuers", "https://192.0.2.5/").repeat(17)),
    `${VALUE} MaxIssuersExceeded`,
  ),
  row("SetJWTConfiguration", "a key that there is not", jwt(element("KeyID", "nobody")), `${VALUE} KeyID`),
  row(
    "SetJWTConfiguration",
    "a policy that there is not",
    jwt(element("ValidationPolicy", "nobody")),
    `${VALUE} CertPathValidationPolicyID`,
  ),
  row("SetJWTConfiguration", "a long audience", jwt("", "a".repeat(600)), VALUE),
];

const tds = (name: string, text: string): string => `<tds:${name}>${text}</tds:${name}>`;
const certificate = (name: string, id: string, data: string): string =>
  tds(name, `<tt:CertificateID>${id}</tt:CertificateID><tt:Certificate><tt:Data>${data}</tt:Data></tt:Certificate>`);
const dot1x = (token: string, method: string, inner = ""): string =>
  tds(
    "Dot1XConfiguration",
    `<tt:Dot1XConfigurationToken>${token}</tt:Dot1XConfigurationToken><tt:Identity>camera</tt:Identity><tt:EAPMethod>${method}</tt:EAPMethod>${inner}`,
  );

/** Certificates and IEEE 802.1X as the device service has them. */
export const deviceCertificateRows: readonly BadInput[] = [
  row("CreateCertificate", "an id that is no name", tds("CertificateID", "1 2"), VALUE),
  row("CreateCertificate", "an empty subject", tds("Subject", "CN="), `${VALUE} InvalidSubject`),
  row("GetCertificateInformation", "an id that there is not", tds("CertificateID", "nobody"), `${VALUE} CertificateID`),
  row("GetPkcs10Request", "an id that there is not", tds("CertificateID", "nobody"), `${VALUE} CertificateID`),
  row("DeleteCertificates", "an id that there is not", tds("CertificateID", "nobody"), `${VALUE} CertificateID`),
  ...["DeleteCertificates", "LoadCertificates", "LoadCACertificates", "LoadCertificateWithPrivateKey"].flatMap(
    incomplete,
  ),
  row("LoadCertificates", "no certificate", certificate("NVTCertificate", "a", NOT_DER), `${VALUE} BadCertificate`),
  row("LoadCACertificates", "no certificate", certificate("CACertificate", "a", NOT_DER), `${VALUE} BadCertificate`),
  row("LoadCACertificates", "an id that is no name", certificate("CACertificate", "1 2", NOT_DER), VALUE),
  row(
    "SetCertificatesStatus",
    "an id that there is not",
    tds("CertificateStatus", "<tt:CertificateID>nobody</tt:CertificateID><tt:Status>true</tt:Status>"),
    `${VALUE} CertificateID`,
  ),
  row(
    "SetClientCertificateMode",
    "no policy assigned",
    tds("Enabled", "true"),
    "Receiver ActionNotSupported EnablingClientAuthenticationFailed",
  ),
  ...incomplete("CreateDot1XConfiguration"),
  row("CreateDot1XConfiguration", "a method that is none", dot1x("a", "99"), VALUE),
  row("CreateDot1XConfiguration", "EAP-TLS without a certificate", dot1x("a", "13"), VALUE),
  row(
    "CreateDot1XConfiguration",
    "an authority that there is not",
    dot1x("a", "25", "<tt:CACertificateID>nobody</tt:CACertificateID>"),
    `${VALUE} CertificateID`,
  ),
  row("CreateDot1XConfiguration", "a token in use", dot1x("a", "25"), VALUE, [
    { operation: "CreateDot1XConfiguration", content: dot1x("a", "25") },
  ]),
  row("SetDot1XConfiguration", "a token that there is not", dot1x("nobody", "25"), VALUE),
  row("GetDot1XConfiguration", "a token that there is not", tds("Dot1XConfigurationToken", "nobody"), VALUE),
  row("DeleteDot1XConfiguration", "a token that there is not", tds("Dot1XConfigurationToken", "nobody"), VALUE),
];

/** One more than there is room for. */
export const fullRows: readonly BadInput[] = [
  row(
    "UploadPassphrase",
    "one too many",
    passphrase.content,
    `${ACTION} MaximumNumberOfPassphrasesReached`,
    Array.from({ length: 64 }, () => passphrase),
  ),
];
