import { describe, expect, it } from "vitest";
import type { CarrierName } from "#rtsp/server/transport/carrier";
import type { RtspResponse } from "#wire/rtsp/message";
import { aFleet, type FleetOnHost } from "../../support/a-fleet.js";
import { aCertificate, anAuthority, aTestKey, pkcs8Of, type TestCertificate } from "../../support/authority.js";
import { connectThrough, dial, TunnelClient } from "../../support/carriers.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { keepingLogger, type LogLine, type RtspClient, serverAddress } from "../../support/rtsp-client.js";
import { asClient, HTTPS, RTSPS } from "../../support/tls-client.js";
import { aToken } from "../../support/tokens.js";

/* Logins by token and by certificate, through all that carries RTSP under TLS. */

const RTSP = 8554;
const CLIP = `rtsp://${serverAddress}/test.mp4`;
const SDP = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=0\r\n";

/** RTSP with TLS has a port of its own; the web server's port takes tunnels and WebSockets. */
const SECURE: readonly (readonly [CarrierName, number])[] = [
  ["rtsps", RTSPS],
  ["https", RTSPS],
  ["wss", RTSPS],
  ["https", HTTPS],
  ["wss", HTTPS],
];

const scene = (rtsp: Record<string, string> = {}, lines: LogLine[] = []): Promise<FleetOnHost> =>
  aFleet(
    {
      onvif: { https_enable: "1", https_port: String(HTTPS) },
      rtsp: { need_auth: "1", rtsps_enable: "1", rtsps_port: String(RTSPS), https_port: String(HTTPS), ...rtsp },
    },
    keepingLogger(lines),
  );

const deviceOf = ({ fleet }: FleetOnHost) => {
  const [camera] = fleet.cameras;
  if (!camera) throw new Error("no camera");
  return camera.device;
};

const clientOf = ({ host }: FleetOnHost): FakeHost =>
  fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 5 });

/** Asks, while time passes on the camera. */
async function ask(
  { host }: FleetOnHost,
  client: RtspClient,
  method: "DESCRIBE" | "ANNOUNCE" | "GET_PARAMETER",
  headers: Record<string, string> = {},
): Promise<RtspResponse> {
  const isAnnounce = method === "ANNOUNCE";
  const body = isAnnounce ? SDP : "";
  const lines = Object.entries({ ...headers, ...(isAnnounce && { "Content-Type": "application/sdp" }) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const url = isAnnounce ? `rtsp://${serverAddress}/in/1` : CLIP;
  client.connection.write(
    `${method} ${url} RTSP/1.0\r\nCSeq: 7\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  const hasAnswer = (): boolean => client.arrived.some(({ kind }) => kind === "response");
  for (let times = 0; times < 500 && !hasAnswer(); times++) {
    await host.clock.advance(10);
    await new Promise((turn) => void setImmediate(turn));
  }
  return client.takeResponse();
}

/** Whatever the camera's clock says. */
const goodToken = (key: ReturnType<typeof aTestKey>, claims: object = {}): string =>
  aToken(key, { nbf: 0, exp: 4_000_000_000, ...claims });
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const schemesOf = ({ headers }: RtspResponse): readonly string[] =>
  headers.all("WWW-Authenticate").map((value) => value.split(" ")[0] ?? "");

/** Lets the camera take the tokens of a key. */
function takeTokens(camera: FleetOnHost): ReturnType<typeof aTestKey> {
  const key = aTestKey();
  const { keystore, jwt } = deviceOf(camera).security;
  const { id: keyId } = keystore.uploadKeyPair(pkcs8Of(key), undefined, {});
  jwt.set({ audiences: ["cameras"], trustedIssuers: [], keyIds: [keyId], policyId: "", customClaims: [] });
  return key;
}

describe("a token", () => {
  it.each(SECURE)("logs in through %s on port %i, with the rights of its role", async (carrier, port) => {
    const lines: LogLine[] = [];
    await using camera = await scene({}, lines);
    const key = takeTokens(camera);
    const operator = goodToken(key);
    const user = goodToken(key, { roles: ["onvif:User"] });
    const client = await connectThrough(carrier, clientOf(camera), port);
    const challenged = await ask(camera, client, "DESCRIBE");
    expect([challenged.status, schemesOf(challenged)]).toEqual([401, ["Digest", "Digest", "Bearer"]]);

    expect((await ask(camera, client, "DESCRIBE", bearer(user))).status).toBe(200);
    // Who has logged in keeps the connection alive without doing so again.
    expect((await ask(camera, client, "GET_PARAMETER")).status).toBe(200);
    const refused = await ask(camera, client, "ANNOUNCE", bearer(user));
    expect([refused.status, refused.headers.get("WWW-Authenticate")]).toEqual([
      403,
      'Bearer realm="onvifrtspserver", error="insufficient_scope"',
    ]);
    expect((await ask(camera, client, "ANNOUNCE", bearer(operator))).status).toBe(200);

    const late = goodToken(key, { exp: 1 });
    const wrong = await ask(camera, client, "DESCRIBE", bearer(late));
    expect([wrong.status, wrong.headers.all("WWW-Authenticate").at(-1)]).toEqual([
      401,
      'Bearer realm="onvifrtspserver", error="invalid_token"',
    ]);
    const told = JSON.stringify(lines);
    expect(told).toContain("login refused");
    for (const token of [operator, user, late])
      for (const part of token.split(".").slice(1)) expect(told).not.toContain(part);
  });

  it("has the rights of roles that clients have made, and of the access policy as it is now", async () => {
    await using camera = await scene();
    const key = takeTokens(camera);
    const { access } = deviceOf(camera);
    access.roles.set({ name: "viewer", functions: ["tr2:GetStreamUri"] }, () => true);
    access.roles.set({ name: "clerk", functions: ["tds:GetUsers"] }, () => true);
    const client = await connectThrough("rtsps", clientOf(camera), RTSPS);
    const statusOf = async (role: string) =>
      (await ask(camera, client, "DESCRIBE", bearer(goodToken(key, { roles: [role] })))).status;
    expect([await statusOf("viewer"), await statusOf("clerk"), await statusOf("guard")]).toEqual([200, 403, 401]);
    const rules = access.policy.rules.map(({ accessClass, levels }) => ({
      accessClass,
      levels: accessClass === "READ_MEDIA" ? (["Administrator"] as const) : levels,
    }));
    access.policy.set(rules);
    expect([await statusOf("viewer"), await statusOf("onvif:Operator"), await statusOf("onvif:Administrator")]).toEqual(
      [200, 403, 200],
    );
  });

  it.each<[CarrierName, number]>([
    ["rtsp", RTSP],
    ["http", 8000],
    ["ws", 8000],
  ])("is neither taken nor offered without TLS (%s)", async (carrier, port) => {
    await using camera = await scene({ http_port: "8000" });
    const key = takeTokens(camera);
    const client = await connectThrough(carrier, clientOf(camera), port);
    const answer = await ask(camera, client, "DESCRIBE", bearer(goodToken(key)));
    expect([answer.status, schemesOf(answer)]).toEqual([401, ["Digest", "Digest"]]);
  });

  it("is neither taken nor offered where rtsp.cfg turns that off, or before there is a key", async () => {
    for (const off of [true, false]) {
      await using camera = await scene(off ? { bearer_auth: "0" } : {});
      const key = off ? takeTokens(camera) : aTestKey();
      const client = await connectThrough("rtsps", clientOf(camera), RTSPS);
      const answer = await ask(camera, client, "DESCRIBE", bearer(goodToken(key)));
      expect([answer.status, schemesOf(answer)]).toEqual([401, ["Digest", "Digest"]]);
    }
  });

  it("that is wrong counts as a wrong password", async () => {
    await using camera = await scene();
    takeTokens(camera);
    const client = await connectThrough("rtsps", clientOf(camera), RTSPS);
    const stranger = goodToken(aTestKey());
    for (let times = 1; times <= 5; times++) {
      const { headers } = await ask(camera, client, "DESCRIBE", bearer(stranger));
      expect(headers.get("Connection")).toBe(times < 5 ? undefined : "close");
    }
  });
});

describe("a certificate that names a user", () => {
  const authority = anAuthority();
  const named = async (name: string): Promise<TestCertificate> =>
    aCertificate({ subject: `CN=${name}`, issuer: await authority });

  /** Clients must show a certificate, whose name is a user's where `maps`. */
  async function demandCertificates(camera: FleetOnHost, maps = true): Promise<void> {
    const { security, users } = deviceOf(camera);
    users.createUsers([{ username: "guest", password: "secret", level: "User" }]);
    const { id } = security.keystore.certificates.upload({ der: (await authority).der, privateKeyRequired: false });
    const wish = { requireClientAuthUsage: false, useDeltaCrls: false, trustAnchorIds: [id] };
    security.tlsServer.addPolicy(security.keystore.createPolicy(wish));
    security.tlsServer.setClientAuthenticationRequired(true);
    security.tlsServer.setCnMapsToUser(maps);
  }

  it.each(SECURE)("logs in through %s on port %i, with the rights of that user", async (carrier, port) => {
    await using camera = await scene();
    await demandCertificates(camera);
    const statuses = async (name: string): Promise<readonly number[]> => {
      const client = await connectThrough(carrier, clientOf(camera), port, asClient(await named(name)));
      return [(await ask(camera, client, "DESCRIBE")).status, (await ask(camera, client, "ANNOUNCE")).status];
    };
    expect(await statuses("guest")).toEqual([200, 403]);
    expect(await statuses("admin")).toEqual([200, 200]);
    expect(await statuses("stranger")).toEqual([403, 403]);
  });

  it("does not where nobody has asked for that, or rtsp.cfg turns it off", async () => {
    for (const off of [true, false]) {
      await using camera = await scene(off ? { certificate_auth: "0" } : {});
      await demandCertificates(camera, off);
      const client = await connectThrough("rtsps", clientOf(camera), RTSPS, asClient(await named("guest")));
      expect((await ask(camera, client, "DESCRIBE")).status).toBe(401);
    }
  });

  it("is the same one on both halves of a tunnel", async () => {
    await using camera = await scene();
    await demandCertificates(camera);
    const from = clientOf(camera);
    const open = async (name: string) => dial(from, true, RTSPS, asClient(await named(name)));
    const stranger = await open("guest");
    const answers: string[] = [];
    stranger.on("data", (chunk: Buffer) => answers.push(chunk.toString("latin1")));
    const tunnel = new TunnelClient(await open("admin"), "one");
    tunnel.get();
    await camera.host.clock.settle();
    tunnel.post(stranger);
    for (let times = 0; times < 50 && answers.length === 0; times++) await camera.host.clock.advance(10);
    expect(answers.join("")).toMatch(/^HTTP\/1\.[01] 400 /);
  });
});
