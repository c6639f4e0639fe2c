import { connect, type ConnectionOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { DEFAULT_ACCESS_POLICY, type PolicyLevel } from "#device/access/access-policy";
import { aFleet, type FleetOnHost } from "../support/a-fleet.js";
import { aCertificate, anAuthority, aTestKey, pkcs8Of } from "../support/authority.js";
import { CAMERA_ADDRESS, CameraClient } from "../support/camera-client.js";
import { asClient, HTTPS } from "../support/tls-client.js";
import { aToken } from "../support/tokens.js";

/* Who may have what the camera gives out by HTTP beside its services. */

const SNAPSHOT = "/snapshot/profile_1";
const users = ["Operator", "User", "Anonymous"]
  .map((name) => `<user><username>${name}</username><password>secret</password><userlevel>${name}</userlevel></user>`)
  .join("");

const scene = (): Promise<FleetOnHost> =>
  aFleet({
    onvif: {
      need_auth: "1",
      https_enable: "1",
      https_port: String(HTTPS),
      http_port: `8000</http_port>${users}<http_port>8000`,
    },
  });

const deviceOf = ({ fleet }: FleetOnHost) => {
  const [camera] = fleet.cameras;
  if (!camera) throw new Error("no camera");
  return camera.device;
};

/** Status and challenges of a GET by HTTPS. */
async function get({ host }: FleetOnHost, path: string, authorization = "", tls: ConnectionOptions = {}) {
  const raw = await host.net.connect(CAMERA_ADDRESS, HTTPS);
  const socket = connect({ ...tls, socket: raw, rejectUnauthorized: false });
  const header = authorization === "" ? "" : `Authorization: ${authorization}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: cam\r\n${header}\r\n`);
  const answer = { head: "" };
  socket.on("data", (data: Buffer) => (answer.head += data.toString("latin1")));
  socket.on("error", () => {});
  for (let times = 0; times < 500 && !answer.head.includes("\r\n\r\n"); times++) {
    await host.clock.advance(10);
    await new Promise((turn) => void setImmediate(turn));
  }
  socket.destroy();
  const head = answer.head.slice(0, answer.head.indexOf("\r\n\r\n"));
  return {
    status: Number(head.split(" ")[1]),
    challenges: [...head.matchAll(/^www-authenticate: (.*)$/gim)].map(([, value = ""]) => value),
  };
}

describe("a snapshot", () => {
  const everybody: readonly PolicyLevel[] = ["Administrator", "Operator", "User", "Anonymous"];

  it.each<[what: string, levels: readonly PolicyLevel[]]>([
    ["by default", everybody.slice(0, 3)],
    ["for Administrators alone", everybody.slice(0, 1)],
    ["for Users and not for Operators", ["Administrator", "User"]],
    ["for everybody", everybody],
  ])("goes to whom the access policy lets read media: %s", async (_, levels) => {
    await using camera = await scene();
    deviceOf(camera).access.policy.set(
      DEFAULT_ACCESS_POLICY.map((rule) => (rule.accessClass === "READ_MEDIA" ? { ...rule, levels } : rule)),
    );
    const client = new CameraClient(camera.host);
    expect((await client.digest(SNAPSHOT, { username: "admin", password: "admin" })).status).toBe(200);
    // Who may have it without a login is not asked for one; `digest` logs in after a challenge.
    const isOpen = levels.includes("Anonymous");
    expect((await client.request(SNAPSHOT)).status).toBe(isOpen ? 200 : 401);
    for (const level of ["Operator", "User", "Anonymous"] as const) {
      const { status } = await client.digest(SNAPSHOT, { username: level, password: "secret" });
      expect(`${level} ${status}`).toBe(`${level} ${levels.includes(level) || isOpen ? 200 : 403}`);
    }
  });

  it("goes to who has the role for its address", async () => {
    await using camera = await scene();
    const { access, users: accounts } = deviceOf(camera);
    access.roles.set({ name: "viewer", functions: ["tr2:GetSnapshotUri"] }, () => true);
    accounts.createUsers([
      { username: "vera", password: "secret", level: "Extended", roles: ["viewer"] },
      { username: "carl", password: "secret", level: "Extended", roles: [] },
    ]);
    const client = new CameraClient(camera.host);
    const statuses = [];
    for (const username of ["vera", "carl"])
      statuses.push((await client.digest(SNAPSHOT, { username, password: "secret" })).status);
    expect(statuses).toEqual([200, 403]);
  });
});

describe("a token", () => {
  it("opens by HTTPS what its role may have, and by HTTP nothing", async () => {
    await using camera = await scene();
    const { security } = deviceOf(camera);
    expect((await get(camera, SNAPSHOT)).challenges.join()).not.toContain("Bearer");
    const key = aTestKey();
    const { id } = security.keystore.uploadKeyPair(pkcs8Of(key), undefined, {});
    security.jwt.set({ audiences: ["cameras"], trustedIssuers: [], keyIds: [id], policyId: "", customClaims: [] });
    const bearer = (role: string, more = {}) =>
      `Bearer ${aToken(key, { nbf: 0, exp: 4_000_000_000, roles: [role], ...more })}`;
    const asked = await get(camera, SNAPSHOT);
    expect([asked.status, asked.challenges.at(-1)]).toEqual([401, 'Bearer realm="onvifrtspserver"']);
    expect((await get(camera, SNAPSHOT, bearer("onvif:User"))).status).toBe(200);
    const late = await get(camera, SNAPSHOT, bearer("onvif:User", { exp: 1 }));
    expect([late.status, late.challenges.at(-1)]).toEqual([
      401,
      'Bearer realm="onvifrtspserver", error="invalid_token"',
    ]);
    expect(await get(camera, "/system/log/system", bearer("onvif:User"))).toEqual({
      status: 403,
      challenges: ['Bearer realm="onvifrtspserver", error="insufficient_scope"'],
    });
    expect((await get(camera, "/system/log/system", bearer("onvif:Administrator"))).status).toBe(200);
    const plain = await new CameraClient(camera.host).request(SNAPSHOT, {
      headers: [`Authorization: ${bearer("onvif:Administrator")}`],
    });
    expect([plain.status, plain.head.includes("Bearer")]).toEqual([401, false]);
  });
});

describe("a certificate", () => {
  it("opens what the user that it names may have", async () => {
    await using camera = await scene();
    const { keystore, tlsServer } = deviceOf(camera).security;
    const authority = await anAuthority();
    const { id } = keystore.certificates.upload({ der: authority.der, privateKeyRequired: false });
    const wish = { requireClientAuthUsage: false, useDeltaCrls: false, trustAnchorIds: [id] };
    tlsServer.addPolicy(keystore.createPolicy(wish));
    tlsServer.setClientAuthenticationRequired(true);
    const statusOf = async (name: string, path: string) => {
      const own = await aCertificate({ subject: `CN=${name}`, issuer: authority });
      return (await get(camera, path, "", asClient(own))).status;
    };
    expect(await statusOf("User", SNAPSHOT)).toBe(401);
    tlsServer.setCnMapsToUser(true);
    expect([await statusOf("User", SNAPSHOT), await statusOf("stranger", SNAPSHOT)]).toEqual([200, 403]);
    const LOG = "/system/log/system";
    expect([await statusOf("User", LOG), await statusOf("admin", LOG)]).toEqual([403, 200]);
  });
});
