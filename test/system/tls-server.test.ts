import { connect, type ConnectionOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { tds } from "#onvif/schema/namespaces";
import { CFG_FOLDER, type FleetOnHost, aFleet, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { aCertificate, aCrl, anAuthority, pemOf, pkcs8Of, type TestCertificate } from "../support/authority.js";
import { CAMERA_ADDRESS } from "../support/camera-client.js";
import type { FakeHost } from "../support/fake-host.js";
import { envelopeOf } from "../support/soap.js";
import { asClient, handshake, HTTPS, RTSPS } from "../support/tls-client.js";

/* The TLS server of a whole program on a fake host: what clients set counts for the next connection. */

/** A port of its own, beside the web server's, which takes RTSP through HTTPS too. */
const RTSP_OVER_HTTPS = 8444;
const HTTP_QUESTION = "GET / HTTP/1.1\r\nHost: cam\r\n\r\n";
const RTSP_QUESTION = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n";

const changes = {
  onvif: { https_enable: "1", https_port: String(HTTPS) },
  rtsp: { rtsps_enable: "1", rtsps_port: String(RTSPS), https_port: String(RTSP_OVER_HTTPS) },
};

const securityOf = ({ fleet }: FleetOnHost) => {
  const [camera] = fleet.cameras;
  if (!camera) throw new Error("no camera");
  return camera.device.security;
};

/** Assigns a certificate with its key; the id of its path. */
function assign(camera: FleetOnHost, own: TestCertificate): string {
  const { keystore, tlsServer } = securityOf(camera);
  keystore.uploadKeyPair(pkcs8Of(own), undefined, {});
  const { id } = keystore.certificates.upload({ der: own.der, privateKeyRequired: true });
  const path = keystore.certificates.createPath([id], "of a test");
  tlsServer.addCertificate(path.id);
  return path.id;
}

/** Trusts an authority for clients; the id of the policy. */
function trust(camera: FleetOnHost, authority: TestCertificate, requireClientAuthUsage = false): string {
  const { keystore, tlsServer } = securityOf(camera);
  const { id } = keystore.certificates.upload({ der: authority.der, privateKeyRequired: false });
  const policy = keystore.createPolicy({ requireClientAuthUsage, useDeltaCrls: false, trustAnchorIds: [id] });
  tlsServer.addPolicy(policy);
  tlsServer.setClientAuthenticationRequired(true);
  return policy;
}

describe("the TLS server", () => {
  it("shows its own certificate until another one is assigned, and that at once, for HTTPS and RTSP alike", async () => {
    await using camera = await aFleet(changes);
    const { tlsServer, keystore } = securityOf(camera);
    expect(tlsServer.state.pathIds).toEqual(["factory-path"]);
    const before = await handshake(camera.host);
    expect(before.certificate).toEqual(
      Buffer.from(keystore.certificates.shelf.get("factory-certificate").der, "base64"),
    );
    const own = await aCertificate({ subject: "CN=camera" });
    assign(camera, own);
    expect((await handshake(camera.host)).certificate).toEqual(own.der);
    expect((await handshake(camera.host, RTSPS)).certificate).toEqual(own.der);
  });

  it("sends the whole path that is assigned", async () => {
    await using camera = await aFleet(changes);
    const { keystore, tlsServer } = securityOf(camera);
    const authority = await anAuthority();
    const own = await aCertificate({ subject: "CN=camera", issuer: authority });
    keystore.uploadKeyPair(pkcs8Of(own), undefined, {});
    const ids = [own, authority].map(({ der }) => keystore.certificates.upload({ der, privateKeyRequired: false }).id);
    const path = keystore.certificates.createPath(ids, undefined);
    tlsServer.replaceCertificate("factory-path", path.id);
    const raw = await camera.host.net.connect(CAMERA_ADDRESS, HTTPS);
    const socket = connect({
      socket: raw,
      ca: pemOf("CERTIFICATE", authority.der),
      checkServerIdentity: () => undefined,
    });
    const isTrusted = await new Promise((done) => {
      socket.once("secureConnect", () => done(socket.authorized));
      socket.once("error", (error: Error) => done(error.message));
    });
    expect(isTrusted).toBe(true);
    socket.destroy();
  });
});

/** The ports of a camera that speak TLS. */
const doors = [
  ["HTTPS, with tunnels and WebSockets,", HTTPS],
  ["RTSPS", RTSPS],
  ["RTSP through HTTPS and WebSockets", RTSP_OVER_HTTPS],
] as const;

describe.each(doors)("the TLS server, for %s on port %i,", (_, port) => {
  it("speaks the versions that are enabled, and no others", async () => {
    await using camera = await aFleet(changes);
    const { tlsServer } = securityOf(camera);
    const only = (version: "TLSv1.2" | "TLSv1.3") =>
      handshake(camera.host, port, { minVersion: version, maxVersion: version });
    expect([(await only("TLSv1.2")).version, (await only("TLSv1.3")).version]).toEqual(["TLSv1.2", "TLSv1.3"]);
    tlsServer.setVersions(["1.2"]);
    expect([(await only("TLSv1.2")).version, (await only("TLSv1.3")).version]).toEqual(["TLSv1.2", undefined]);
    tlsServer.setVersions(["1.3"]);
    expect([(await only("TLSv1.2")).version, (await only("TLSv1.3")).version]).toEqual([undefined, "TLSv1.3"]);
  });

  it("lets only clients in whose certificate leads to a trust anchor, where that is required", async () => {
    await using camera = await aFleet(changes);
    const { tlsServer } = securityOf(camera);
    const [trusted, stranger] = [await anAuthority("CN=ONVIF1 TT,C=US"), await anAuthority("CN=ONVIF3 TT,C=US")];
    const [guest, other, expired] = [
      await aCertificate({ subject: "CN=guest", issuer: trusted }),
      await aCertificate({ subject: "CN=guest", issuer: stranger }),
      await aCertificate({ subject: "CN=late", issuer: trusted, notAfterMs: Date.UTC(2025, 0, 1) }),
    ];
    trust(camera, trusted);
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const by = (options: ConnectionOptions) =>
        handshake(camera.host, port, { ...options, minVersion: version, maxVersion: version });
      expect((await by(asClient(guest))).version).toBe(version);
      for (const options of [asClient(other), asClient(expired), {}]) expect((await by(options)).failed).toBeDefined();
    }
    tlsServer.setClientAuthenticationRequired(false);
    expect((await handshake(camera.host, port)).version).toBe("TLSv1.3");
  });

  it("refuses clients whose certificate is revoked, with that of an authority between too", async () => {
    await using camera = await aFleet(changes);
    const { keystore } = securityOf(camera);
    const root = await anAuthority("CN=root");
    const between = await aCertificate({ subject: "CN=between", issuer: root, isAuthority: true });
    const [good, bad] = [
      await aCertificate({ subject: "CN=good", issuer: between }),
      await aCertificate({ subject: "CN=bad", issuer: between }),
    ];
    trust(camera, root);
    const by = (own: TestCertificate) => handshake(camera.host, port, asClient(own, between));
    expect([(await by(good)).failed, (await by(bad)).failed]).toEqual([undefined, undefined]);
    // A list that somebody else has signed says nothing.
    const forger = await anAuthority("CN=between");
    keystore.uploadCrl(await aCrl(forger, [good]), undefined);
    keystore.uploadCrl(await aCrl(between, [bad]), undefined);
    expect((await by(good)).failed).toBeUndefined();
    expect((await by(bad)).failed).toBeDefined();
    const crl = keystore.uploadCrl(await aCrl(root, [between]), undefined);
    expect((await by(good)).failed).toBeDefined();
    keystore.deleteCrl(crl);
    expect((await by(good)).failed).toBeUndefined();
  });

  it("takes nobody for an authority that is none, and minds the usage that a policy asks for", async () => {
    await using camera = await aFleet(changes);
    const root = await anAuthority("CN=root");
    const guest = await aCertificate({ subject: "CN=guest", issuer: root, isForClients: true });
    const forged = await aCertificate({ subject: "CN=forged", issuer: guest, isForClients: true });
    const plain = await aCertificate({ subject: "CN=plain", issuer: root });
    trust(camera, root, true);
    expect((await handshake(camera.host, port, asClient(guest))).failed).toBeUndefined();
    expect((await handshake(camera.host, port, asClient(forged, guest))).failed).toBeDefined();
    expect((await handshake(camera.host, port, asClient(plain))).failed).toBeDefined();
  });

  it("does as the configuration says that counts now: another validation policy, another certificate of its own", async () => {
    await using camera = await aFleet(changes);
    const { keystore, tlsServer } = securityOf(camera);
    const [first, second] = [await anAuthority("CN=first"), await anAuthority("CN=second")];
    const ofFirst = await aCertificate({ subject: "CN=guest", issuer: first });
    const ofSecond = await aCertificate({ subject: "CN=guest", issuer: second });
    const policy = trust(camera, first);
    const isIn = async (own: TestCertificate): Promise<boolean> =>
      (await handshake(camera.host, port, asClient(own))).failed === undefined;
    expect([await isIn(ofFirst), await isIn(ofSecond)]).toEqual([true, false]);
    const { id } = keystore.certificates.upload({ der: second.der, privateKeyRequired: false });
    const other = keystore.createPolicy({
      requireClientAuthUsage: false,
      useDeltaCrls: false,
      trustAnchorIds: [id],
    });
    tlsServer.replacePolicy(policy, other);
    expect([await isIn(ofFirst), await isIn(ofSecond)]).toEqual([false, true]);
    const own = await aCertificate({ subject: "CN=camera" });
    assign(camera, own);
    expect((await handshake(camera.host, port, asClient(ofSecond))).certificate).toEqual(own.der);
  });

  it("takes up no session of before: neither of one who has been revoked, nor from when nobody had to prove anything", async () => {
    await using camera = await aFleet(changes);
    const { keystore, tlsServer } = securityOf(camera);
    const authority = await anAuthority();
    const guest = await aCertificate({ subject: "CN=guest", issuer: authority });
    const sessions: Buffer[] = [];
    const visit = async (options: ConnectionOptions) => {
      const raw = await camera.host.net.connect(CAMERA_ADDRESS, port);
      const socket = connect({ ...options, socket: raw, rejectUnauthorized: false });
      socket.on("session", (session) => sessions.push(session));
      let wasResumed = false;
      const isIn = await new Promise<boolean>((done) => {
        socket.once("error", () => done(false));
        socket.once("close", () => done(false));
        socket.once("data", () => done(true));
        socket.once("secureConnect", () => {
          wasResumed = socket.isSessionReused();
          socket.write(port === HTTPS ? HTTP_QUESTION : RTSP_QUESTION);
        });
      });
      socket.destroy();
      return { isIn, wasResumed };
    };
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const limits = { minVersion: version, maxVersion: version };
      sessions.length = 0;
      expect((await visit(limits)).isIn).toBe(true);
      const [before] = sessions;
      // Otherwise nothing would be shown here.
      expect((await visit({ ...limits, ...(before && { session: before }) })).wasResumed).toBe(true);
      trust(camera, authority);
      expect(await visit({ ...limits, ...(before && { session: before }) })).toEqual({
        isIn: false,
        wasResumed: false,
      });
      sessions.length = 0;
      expect((await visit({ ...limits, ...asClient(guest) })).isIn).toBe(true);
      const crl = keystore.uploadCrl(await aCrl(authority, [guest]), undefined);
      const [own] = sessions;
      const again = await visit({ ...limits, ...asClient(guest), ...(own && { session: own }) });
      expect(again).toEqual({ isIn: false, wasResumed: false });
      keystore.deleteCrl(crl);
      tlsServer.setClientAuthenticationRequired(false);
      for (const id of tlsServer.state.policyIds) tlsServer.removePolicy(id);
      for (const { id } of keystore.policies.list()) keystore.deletePolicy(id);
      for (const { id } of keystore.certificates.shelf.list().filter(({ id: one }) => !one.startsWith("factory")))
        keystore.deleteCertificate(id);
    }
  });
});

describe("the common name of a client's certificate", () => {
  /** Status of a SOAP request that brings nothing but the certificate. */
  async function statusOf(host: FakeHost, operation: string, own: TestCertificate): Promise<number> {
    const raw = await host.net.connect(CAMERA_ADDRESS, HTTPS);
    const socket = connect({ ...asClient(own), socket: raw, rejectUnauthorized: false });
    const body = envelopeOf(`<tds:${operation} xmlns:tds="${tds.uri}"/>`);
    socket.write(
      `POST /onvif/device_service HTTP/1.1\r\nHost: cam\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const head = await new Promise<string>((done, failed) => {
      socket.once("data", (data: Buffer) => done(data.toString("latin1")));
      socket.once("error", failed);
    });
    socket.destroy();
    return Number(head.split(" ")[1]);
  }

  it("logs the user of that name in, with that user's rights, once it is mapped", async () => {
    await using camera = await aFleet({ ...changes, onvif: { ...changes.onvif, need_auth: "1" } });
    const { device } = camera.fleet.cameras[0] ?? {};
    device?.users.createUsers([{ username: "guest", password: "secret", level: "User" }]);
    const authority = await anAuthority();
    const guest = await aCertificate({ subject: "CN=guest,O=somebody", issuer: authority });
    const nobody = await aCertificate({ subject: "CN=nobody", issuer: authority });
    trust(camera, authority);
    expect(await statusOf(camera.host, "GetDNS", guest)).toBe(401);
    securityOf(camera).tlsServer.setCnMapsToUser(true);
    expect(await statusOf(camera.host, "GetDNS", guest)).toBe(200);
    expect(await statusOf(camera.host, "GetUsers", guest)).toBe(403);
    expect(await statusOf(camera.host, "GetDNS", nobody)).toBe(403);
  });
});

describe("the keystore", () => {
  it("is there again after a restart, and its secrets are in no readable file", async () => {
    const host = hostWithFiles(forFakeHost(changes));
    const own = await aCertificate({ subject: "CN=camera" });
    const tokens = {
      ...{ audiences: ["cameras"], trustedIssuers: ["https://id.example/"], keyIds: ["factory-key"], policyId: "" },
      customClaims: [{ name: "site", values: ["north", "south"] }],
    };
    {
      await using camera = await startOn(host);
      assign(camera, own);
      securityOf(camera).keystore.uploadPassphrase("open sesame", "of the vault");
      const { tlsServer, jwt, dot1x, authorizationServers, nvtDot1x } = securityOf(camera);
      tlsServer.setVersions(["1.3"]);
      jwt.set(tokens);
      dot1x.add({ method: "EAP-TLS", pathId: "factory-path" }, "lab");
      authorizationServers.create({
        type: "OAuthClientCredentials",
        serverUri: "https://a/",
        clientSecret: "hush hush",
      });
      nvtDot1x.create({ token: "old", identity: "x", eapMethod: 25, authorityIds: [], password: "very quiet" });
      await host.clock.advance(1_000);
    }
    const secret = pkcs8Of(own);
    for (const path of [`${CFG_FOLDER}/state/keystore`, `${CFG_FOLDER}/onvifrun.cfg`]) {
      const data = await host.files.read(path);
      for (const hidden of [
        secret,
        Buffer.from(secret.toString("base64")),
        Buffer.from("open sesame"),
        Buffer.from("hush hush"),
        Buffer.from("very quiet"),
      ])
        expect(data.includes(hidden)).toBe(false);
    }
    await using again = await startOn(host);
    expect((await handshake(again.host)).certificate).toEqual(own.der);
    const { tlsServer, jwt, dot1x, authorizationServers, nvtDot1x } = securityOf(again);
    expect(tlsServer.state.versions).toEqual(["1.3"]);
    expect(jwt.state).toEqual(tokens);
    expect(dot1x.configurations.list()).toMatchObject([{ id: "dot1x-1", alias: "lab" }]);
    expect(authorizationServers.shelf.list()).toMatchObject([{ clientSecret: "hush hush" }]);
    expect(nvtDot1x.get("old").password).toBe("very quiet");
    expect(securityOf(again).keystore.passphraseOf("passphrase-1")).toBe("open sesame");
  });

  it("is set aside when it cannot be read, and the camera starts with its own certificate", async () => {
    const host = hostWithFiles(forFakeHost(changes));
    {
      await using camera = await startOn(host);
      assign(camera, await aCertificate({ subject: "CN=camera" }));
      await host.clock.advance(1_000);
    }
    const file = await host.files.read(`${CFG_FOLDER}/state/keystore`);
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1;
    host.files.set(`${CFG_FOLDER}/state/keystore`, file);
    await using camera = await startOn(host);
    expect(securityOf(camera).tlsServer.state.pathIds).toEqual(["factory-path"]);
    expect((await handshake(camera.host)).version).toBe("TLSv1.3");
    expect(await host.files.list(`${CFG_FOLDER}/state`)).toContainEqual(expect.stringMatching(/^keystore\.damaged-/));
  });
});
