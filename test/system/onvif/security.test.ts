import { describe, expect, it } from "vitest";
import { Device } from "#onvif/schema/device/service";
import { AuthorizationServer } from "#onvif/schema/security/authorization-server";
import { Dot1X } from "#onvif/schema/security/dot1x";
import { JWT } from "#onvif/schema/security/jwt";
import { Keystore } from "#onvif/schema/security/keystore";
import { noon } from "../../support/a-device.js";
import { aCertificate, anAuthority, aTestKey, pkcs8Of, type TestKey } from "../../support/authority.js";
import { aCamera, call, soap, type TestCamera } from "../../support/soap.js";
import { aToken, tokenPart } from "../../support/tokens.js";

/** A camera that takes the tokens of a key. */
async function takingTokens(over: object = {}): Promise<{ readonly camera: TestCamera; readonly key: TestKey }> {
  const camera = aCamera();
  const key = aTestKey();
  const { KeyID } = await call(camera, Keystore, "UploadKeyPairInPKCS8", { KeyPair: pkcs8Of(key) });
  await call(camera, JWT, "SetJWTConfiguration", {
    Configuration: { Audiences: ["cameras"], KeyID: [KeyID], ...over },
  });
  return { camera, key };
}

const SECURE = "https://192.0.2.10:8443/onvif/device_service";
const by = (camera: TestCamera, token: string, operation = "GetDNS", reachedAt = SECURE) =>
  soap(camera, { operation }, { user: "nobody", authorization: `Bearer ${token}`, reachedAt });

describe("JSON Web Tokens", () => {
  it("log in with the level that their role names", async () => {
    const { camera, key } = await takingTokens();
    expect((await by(camera, aToken(key))).status).toBe(200);
    expect((await by(camera, aToken(key), "GetUsers")).fault).toBe("Sender NotAuthorized");
    expect((await by(camera, aToken(key, { roles: "onvif:Administrator" }), "GetUsers")).status).toBe(200);
  });

  it("answer 403 where they do not suffice, and are offered under TLS once they are taken", async () => {
    const { camera, key } = await takingTokens();
    const { status, challenges } = await by(camera, aToken(key), "GetUsers");
    expect([status, challenges]).toEqual([403, ['Bearer realm="camera", error="insufficient_scope"']]);
    const unknown = (where: TestCamera, reachedAt: string) =>
      soap(where, { operation: "GetDNS" }, { user: "nobody", reachedAt });
    expect((await unknown(camera, SECURE)).challenges.at(-1)).toBe('Bearer realm="camera"');
    for (const reply of [await unknown(camera, SECURE.replace("https", "http")), await unknown(aCamera(), SECURE)])
      expect(reply.challenges.join()).not.toContain("Bearer");
  });

  it("may name roles that clients have made, beside the predefined ones", async () => {
    const { camera, key } = await takingTokens();
    camera.device.access.roles.set({ name: "clerk", functions: ["tds:GetUsers"] }, () => true);
    const statuses = async (...roles: readonly string[]) => {
      const token = aToken(key, { roles });
      return [(await by(camera, token, "GetUsers")).status, (await by(camera, token, "GetDNS")).status];
    };
    expect(await statuses("clerk")).toEqual([200, 403]);
    expect(await statuses("clerk", "onvif:User")).toEqual([200, 200]);
    expect(await statuses("onvif:clerk")).toEqual([401, 401]);
    camera.device.access.roles.delete("clerk", () => {});
    expect(await statuses("clerk")).toEqual([401, 401]);
  });

  it("are not taken without TLS, nor before there is a key", async () => {
    const { camera, key } = await takingTokens();
    expect((await by(camera, aToken(key), "GetDNS", SECURE.replace("https", "http"))).status).toBe(401);
    expect((await by(aCamera(), aToken(key))).status).toBe(401);
  });

  const other = aTestKey();
  it.each<[string, (key: TestKey) => string]>([
    ["that has run out", (key) => aToken(key, { exp: noon / 1000 })],
    ["whose time has not come", (key) => aToken(key, { nbf: noon / 1000 + 1 })],
    ["without exp", (key) => aToken(key, { exp: undefined })],
    ["without nbf", (key) => aToken(key, { nbf: undefined })],
    ["with a word as exp", (key) => aToken(key, { exp: "9999999999" })],
    ["for somebody else", (key) => aToken(key, { aud: "doors" })],
    ["for nobody", (key) => aToken(key, { aud: undefined })],
    ["without a role", (key) => aToken(key, { roles: undefined })],
    ["with a role of its own making", (key) => aToken(key, { roles: ["onvif:Root"] })],
    ["of another key", () => aToken(other)],
    ["that is not signed", (key) => aToken(key, {}, { alg: "none" }).replace(/\.[^.]*$/, ".")],
    ["that calls itself unsigned", (key) => aToken(key, {}, { alg: "none" })],
    ["signed with a public key as a secret", (key) => aToken(key, {}, { alg: "HS256" })],
    ["of another algorithm", (key) => aToken(key, {}, { alg: "RS256" })],
    ["with the name of a member as algorithm", (key) => aToken(key, {}, { alg: "constructor" })],
    ["of another type", (key) => aToken(key, {}, { typ: "JWE" })],
    ["with an extension that must be understood", (key) => aToken(key, {}, { crit: ["b64"] })],
    [
      "with another content",
      (key) => aToken(key).replace(/\.[^.]+\./, `.${tokenPart({ roles: "onvif:Administrator" })}.`),
    ],
    ["that is none", () => "a.b.c"],
    ["in one part", () => "abc"],
    ["of nothing", () => ""],
    ["that is long", (key) => aToken(key, { more: "a".repeat(9000) })],
  ])("refuses one %s", async (_, make) => {
    const { camera, key } = await takingTokens();
    const { status, challenges } = await by(camera, make(key));
    expect([status, challenges.at(-1)]).toEqual([401, 'Bearer realm="camera", error="invalid_token"']);
  });

  it("come from a trusted issuer and make the claims that are asked for", async () => {
    const { camera, key } = await takingTokens({
      TrustedIssuers: ["https://id.example/realm/.well-known/openid-configuration"],
      CustomClaims: [{ Name: "site", SupportedValues: ["north", "south"] }],
    });
    expect((await by(camera, aToken(key, { site: ["south"] }))).status).toBe(200);
    expect((await by(camera, aToken(key, { site: "west" }))).status).toBe(401);
    expect((await by(camera, aToken(key))).status).toBe(401);
    expect((await by(camera, aToken(key, { site: "north", iss: "https://evil.example/realm" }))).status).toBe(401);
  });

  it("keep their key from being deleted", async () => {
    const { camera } = await takingTokens();
    const reply = await soap(camera, {
      service: Keystore,
      operation: "DeleteKey",
      content: "<tas:KeyID>key-1</tas:KeyID>",
    });
    expect(reply.fault).toBe("Sender InvalidArgVal ReferenceExists");
  });

  it("are told as they were configured", async () => {
    const { camera } = await takingTokens({ CustomClaims: [{ Name: "site", SupportedValues: ["north"] }] });
    expect((await call(camera, JWT, "GetJWTConfiguration", {})).Configuration).toEqual({
      Audiences: ["cameras"],
      KeyID: ["key-1"],
      CustomClaims: [{ Name: "site", SupportedValues: ["north"] }],
    });
  });
});

describe("IEEE 802.1X", () => {
  it("configurations are kept, bound to interfaces, and keep what they use", async () => {
    const camera = aCamera();
    await call(camera, Keystore, "UploadPassphrase", { Passphrase: "secret" });
    const Outer = {
      Method: "EAP-PEAP",
      Inner: { Method: "MSCHAPv2", Identity: "camera", PassphraseID: "passphrase-1" },
    };
    const { Dot1XID } = await call(camera, Dot1X, "AddDot1XConfiguration", {
      Dot1XConfiguration: { Alias: "lab", Outer },
    });
    expect((await call(camera, Dot1X, "GetDot1XConfiguration", { Dot1XID })).Dot1XConfiguration).toEqual({
      Dot1XID,
      Alias: "lab",
      Outer,
    });
    const token = camera.device.network.interfaces[0]?.token ?? "";
    await call(camera, Dot1X, "SetNetworkInterfaceDot1XConfiguration", { token, Dot1XID });
    expect((await call(camera, Dot1X, "GetNetworkInterfaceDot1XConfiguration", { token })).Dot1XID).toBe(Dot1XID);
    const refused = async (service: typeof Dot1X | typeof Keystore, operation: string, content: string) =>
      (await soap(camera, { service, operation, content })).fault;
    const inUse = "Sender InvalidArgVal ReferenceExists";
    expect(await refused(Dot1X, "DeleteDot1XConfiguration", `<tas:Dot1XID>${Dot1XID}</tas:Dot1XID>`)).toBe(inUse);
    expect(await refused(Keystore, "DeletePassphrase", "<tas:PassphraseID>passphrase-1</tas:PassphraseID>")).toBe(
      "Receiver Action PassphraseDeletionFailed",
    );
    await call(camera, Dot1X, "DeleteNetworkInterfaceDot1XConfiguration", { token });
    await call(camera, Dot1X, "DeleteDot1XConfiguration", { Dot1XID });
    await call(camera, Keystore, "DeletePassphrase", { PassphraseID: "passphrase-1" });
  });
});

describe("authorization servers", () => {
  it("are told without their secret, which stays when they are set without one", async () => {
    const camera = aCamera();
    const Data = {
      Type: "OAuthClientCredentials",
      ClientAuth: "client_secret_basic",
      ServerUri: "https://id.example/.well-known/openid-configuration",
      ClientID: "camera",
    };
    const { Token } = await call(camera, AuthorizationServer, "CreateAuthorizationServerConfiguration", {
      Configuration: { ...Data, ClientSecret: "hush" },
    });
    await call(camera, AuthorizationServer, "SetAuthorizationServerConfiguration", {
      Configuration: { token: Token, Data: { ...Data, Scope: "video" } },
    });
    const reply = await soap(camera, {
      service: AuthorizationServer,
      operation: "GetAuthorizationServerConfigurations",
    });
    expect(reply.text).not.toContain("hush");
    expect(reply.text).toContain("<tas:Scope>video</tas:Scope>");
    expect(camera.device.security.authorizationServers.shelf.get(Token).clientSecret).toBe("hush");
    await call(camera, AuthorizationServer, "DeleteAuthorizationServerConfiguration", { Token });
  });
});

describe("the certificates of the device service", () => {
  it("are those of the keystore, under ids that clients choose", async () => {
    const camera = aCamera();
    const { NvtCertificate } = await call(camera, Device, "CreateCertificate", {
      CertificateID: "mine",
      Subject: "CN=camera,O=house",
      ValidNotBefore: new Date(noon),
      ValidNotAfter: new Date(noon + 86_400_000),
    });
    expect(NvtCertificate.CertificateID).toBe("mine");
    const { CertificateInformation } = await call(camera, Device, "GetCertificateInformation", {
      CertificateID: "mine",
    });
    expect(CertificateInformation).toMatchObject({ SubjectDN: "CN=camera, O=house", KeyLength: 2048, Version: "3" });
    const { Certificate = [] } = await call(camera, Keystore, "GetAllCertificates", {});
    expect(Certificate).toMatchObject([{ CertificateID: "mine", HasPrivateKey: true }]);
    const { Pkcs10Request } = await call(camera, Device, "GetPkcs10Request", { CertificateID: "mine" });
    expect(Pkcs10Request.Data[0]).toBe(0x30);
    const status = async () => (await call(camera, Device, "GetCertificatesStatus", {})).CertificateStatus;
    expect(await status()).toEqual([{ CertificateID: "mine", Status: false }]);
    await call(camera, Device, "SetCertificatesStatus", {
      CertificateStatus: [{ CertificateID: "mine", Status: true }],
    });
    expect(await status()).toEqual([{ CertificateID: "mine", Status: true }]);
    const remove = "<tds:CertificateID>mine</tds:CertificateID>";
    expect((await soap(camera, { operation: "DeleteCertificates", content: remove })).fault).toBe(
      "Sender InvalidArgVal ReferenceExists",
    );
  });

  it("are loaded with their private keys, and those of authorities without", async () => {
    const camera = aCamera();
    const authority = await anAuthority();
    const own = await aCertificate({ subject: "CN=camera", issuer: authority });
    await call(camera, Device, "LoadCertificateWithPrivateKey", {
      CertificateWithPrivateKey: [
        { CertificateID: "own", Certificate: { Data: own.der }, PrivateKey: { Data: pkcs8Of(own) } },
      ],
    });
    await call(camera, Device, "LoadCACertificates", {
      CACertificate: [{ CertificateID: "authority", Certificate: { Data: authority.der } }],
    });
    const ids = (list: readonly { readonly CertificateID: string }[] = []) => list.map((one) => one.CertificateID);
    expect(ids((await call(camera, Device, "GetCertificates", {})).NvtCertificate)).toEqual(["own"]);
    expect(ids((await call(camera, Device, "GetCACertificates", {})).CACertificate)).toEqual(["authority"]);
    await call(camera, Device, "DeleteCertificates", { CertificateID: ["own", "authority"] });
    expect(camera.device.security.keystore.keys.shelf.list()).toEqual([]);
  });

  it("do not take a private key that is of another certificate", async () => {
    const camera = aCamera();
    const { der } = await anAuthority();
    await expect(
      call(camera, Device, "LoadCertificateWithPrivateKey", {
        CertificateWithPrivateKey: [{ Certificate: { Data: der }, PrivateKey: { Data: pkcs8Of(aTestKey()) } }],
      }),
    ).rejects.toThrow("PublicPrivateKeyMismatch");
  });

  it("have configurations of 802.1X beside them, whose password nobody is told", async () => {
    const camera = aCamera();
    const configuration = { Dot1XConfigurationToken: "lab", Identity: "camera", EAPMethod: 25 };
    await call(camera, Device, "CreateDot1XConfiguration", {
      Dot1XConfiguration: { ...configuration, EAPMethodConfiguration: { Password: "hush" } },
    });
    const reply = await soap(camera, { operation: "GetDot1XConfigurations" });
    expect(reply.text).not.toContain("hush");
    await call(camera, Device, "SetDot1XConfiguration", { Dot1XConfiguration: { ...configuration, Identity: "eye" } });
    const { Dot1XConfiguration } = await call(camera, Device, "GetDot1XConfiguration", {
      Dot1XConfigurationToken: "lab",
    });
    expect(Dot1XConfiguration.Identity).toBe("eye");
    expect(camera.device.security.nvtDot1x.get("lab").password).toBe("hush");
    await call(camera, Device, "DeleteDot1XConfiguration", { Dot1XConfigurationToken: ["lab"] });
    expect((await call(camera, Device, "GetDot1XConfigurations", {})).Dot1XConfiguration ?? []).toEqual([]);
  });
});
