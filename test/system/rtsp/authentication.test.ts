import { describe, expect, it } from "vitest";
import { parseChallenges } from "#wire/digest/challenge";
import { formatBasic } from "#wire/digest/credentials";
import { respond } from "#wire/digest/respond";
import type { RtspServerOptions } from "#rtsp/server/options";
import type { RtspResponse } from "#wire/rtsp/message";
import { rtspStage, urlA, type RtspClient, type RtspStage } from "../../support/rtsp-client.js";

const admin = { username: "admin", password: "secret" };
const password = (name: string): string | undefined => (name === "admin" ? "secret" : undefined);
const withPassword = (more: RtspServerOptions = {}, basic = false): Promise<RtspStage> =>
  rtspStage({ authentication: { realm: "camera", password, basic }, ...more });

/** The Authorization that answers one of the challenges of `answer`. */
function credentials(
  answer: RtspResponse,
  method: string,
  uri: string,
  given: { readonly user?: typeof admin; readonly algorithm?: string; readonly qop?: boolean } = {},
): Record<string, string> {
  const challenges = parseChallenges(answer.headers.all("WWW-Authenticate"));
  const challenge = challenges.find((one) => one.scheme === "digest" && one.algorithm === (given.algorithm ?? "MD5"));
  if (challenge?.scheme !== "digest") throw new Error("no such challenge");
  const asked = { ...challenge, qop: given.qop ?? false };
  return { Authorization: respond(asked, given.user ?? admin, { method, uri }, 1, "cnonce") };
}

async function login(client: RtspClient, method = "DESCRIBE", target = urlA): Promise<RtspResponse> {
  const challenge = await client.request(method, target);
  return client.request(method, target, credentials(challenge, method, target));
}

describe("authentication", () => {
  it("check 35: challenges with SHA-256, then MD5 in its oldest form, then Basic if that is on", async () => {
    await using stage = await withPassword({}, true);
    const client = await stage.connect();
    const answer = await client.request("DESCRIBE", urlA);
    expect(answer.status).toBe(401);
    expect(answer.headers.all("WWW-Authenticate").map((text) => text.replace(/nonce="\w+"/, "nonce"))).toEqual([
      'Digest realm="camera", nonce, algorithm=SHA-256',
      'Digest realm="camera", nonce',
      'Basic realm="camera"',
    ]);
  });

  it.each([
    ["MD5", { algorithm: "MD5" }],
    ["MD5 with qop", { algorithm: "MD5", qop: true }],
    ["SHA-256", { algorithm: "SHA-256" }],
    ["SHA-256 with qop", { algorithm: "SHA-256", qop: true }],
  ])("check 35: lets a client in by %s", async (_name, given) => {
    await using stage = await withPassword();
    const client = await stage.connect();
    const challenge = await client.request("DESCRIBE", urlA);
    expect((await client.request("DESCRIBE", urlA, credentials(challenge, "DESCRIBE", urlA, given))).status).toBe(200);
    const setup = await client.request("SETUP", `${urlA}/trackID=0`, { Transport: "RTP/AVP/TCP" });
    expect(setup.status).toBe(401);
  });

  it("check 35: lets a client in by Basic only where that is on", async () => {
    const Authorization = formatBasic("admin", "secret");
    for (const basic of [true, false]) {
      await using stage = await withPassword({}, basic);
      const client = await stage.connect();
      expect((await client.request("DESCRIBE", urlA, { Authorization })).status).toBe(basic ? 200 : 401);
    }
  });

  it.each([
    ["the track's URL", `${urlA}/trackID=0`],
    ["the base URL with a slash (VLC, live555)", `${urlA}/`],
    ["the base URL without a slash (Happytime's NVR)", urlA],
    ["a relative path (Bosch BVMS)", "/a/"],
  ])("check 36: takes a SETUP whose digest was made over %s", async (_name, uri) => {
    await using stage = await withPassword();
    const client = await stage.connect();
    const challenge = await client.request("DESCRIBE", urlA);
    const headers = { Transport: "RTP/AVP/TCP", ...credentials(challenge, "SETUP", uri) };
    expect((await client.request("SETUP", `${urlA}/trackID=0`, headers)).status).toBe(200);
  });

  it("check 36: refuses a digest that was made over another stream's URL", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    const challenge = await client.request("DESCRIBE", urlA);
    const headers = { Transport: "RTP/AVP/TCP", ...credentials(challenge, "SETUP", "rtsp://192.0.2.10/b") };
    expect((await client.request("SETUP", `${urlA}/trackID=0`, headers)).status).toBe(401);
  });

  it("check 37: keeps the connection open for missing credentials, and closes it after five wrong passwords", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    for (let times = 0; times < 10; times++) expect((await client.request("DESCRIBE", urlA)).status).toBe(401);
    const challenge = await client.request("DESCRIBE", urlA);
    const wrong = credentials(challenge, "DESCRIBE", urlA, { user: { username: "admin", password: "x" } });
    for (let times = 0; times < 5; times++) {
      expect(client.ended).toBe(false);
      expect((await client.request("DESCRIBE", urlA, wrong)).status).toBe(401);
    }
    expect(client.ended).toBe(true);
    expect(JSON.stringify(stage.log)).not.toContain("secret");
  });

  it("check 37: lets the right password in after a wrong one, as recorders try several", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    const challenge = await client.request("DESCRIBE", urlA);
    const wrong = credentials(challenge, "DESCRIBE", urlA, { user: { username: "admin", password: "x" } });
    const again = await client.request("DESCRIBE", urlA, wrong);
    expect((await client.request("DESCRIBE", urlA, credentials(again, "DESCRIBE", urlA))).status).toBe(200);
  });

  it("check 37: slows down guessing from one address, for a minute, without harm to others", async () => {
    await using stage = await withPassword({ maxFailedLoginsPerMinute: 8 });
    for (let connections = 0; connections < 2; connections++) {
      const client = await stage.connect();
      const challenge = await client.request("DESCRIBE", urlA);
      const wrong = credentials(challenge, "DESCRIBE", urlA, { user: { username: "admin", password: "x" } });
      while (!client.ended) await client.request("DESCRIBE", urlA, wrong);
    }
    const guesser = await stage.connect();
    expect((await guesser.request("DESCRIBE", urlA)).status).toBe(401);
    expect(guesser.ended).toBe(true);
    const other = await stage.connect(stage.client("192.0.2.40"));
    expect((await login(other)).status).toBe(200);
    await stage.host.clock.advance(60_000);
    expect((await login(await stage.connect())).status).toBe(200);
  });

  it("needs no credentials for OPTIONS, nor for keepalives of a connection that has shown them", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    expect((await client.request("OPTIONS", urlA)).status).toBe(200);
    expect((await client.request("GET_PARAMETER", urlA)).status).toBe(401);
    await login(client);
    expect((await client.request("GET_PARAMETER", urlA)).status).toBe(200);
    expect((await client.request("PLAY", urlA)).status).toBe(401);
  });

  it("calls an old nonce stale on a new connection, and takes it on the one that has used it", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    const challenge = await client.request("DESCRIBE", urlA);
    const old = credentials(challenge, "DESCRIBE", urlA);
    expect((await client.request("DESCRIBE", urlA, old)).status).toBe(200);
    for (let minutes = 0; minutes < 6; minutes++) {
      await stage.host.clock.advance(60_000);
      expect((await client.request("DESCRIBE", urlA, old)).status).toBe(200);
    }
    const second = await stage.connect();
    const answer = await second.request("DESCRIBE", urlA, old);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toContain("stale=true");
    expect((await second.request("DESCRIBE", urlA, credentials(answer, "DESCRIBE", urlA))).status).toBe(200);
  });

  it("binds nonces to the client's address", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    const stolen = credentials(await client.request("DESCRIBE", urlA), "DESCRIBE", urlA);
    const thief = await stage.connect(stage.client("192.0.2.66"));
    expect((await thief.request("DESCRIBE", urlA, stolen)).status).toBe(401);
  });

  it("tells unauthenticated clients nothing about streams and sessions", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    for (const target of [urlA, "rtsp://192.0.2.10/nothing"])
      for (const method of ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "ANNOUNCE"])
        expect((await client.request(method, target, { Session: "x" })).status).toBe(401);
  });

  it("closes a connection that has not shown a password after 30 s", async () => {
    await using stage = await withPassword();
    const client = await stage.connect();
    await client.request("DESCRIBE", urlA);
    for (let times = 0; times < 5; times++) {
      await stage.host.clock.advance(5000);
      await client.request("OPTIONS", urlA);
    }
    expect(client.ended).toBe(false);
    await stage.host.clock.advance(6000);
    expect(client.ended).toBe(true);
  });
});
