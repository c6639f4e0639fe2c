import { describe, expect, it } from "vitest";
import type { AuthenticationPolicy } from "#onvif/authenticate";
import { Device } from "#onvif/schema/device/service";
import { parseChallenges } from "#wire/digest/challenge";
import { formatBasic } from "#wire/digest/credentials";
import { respond } from "#wire/digest/respond";
import { noon } from "../../support/a-device.js";
import {
  aCamera,
  call,
  envelopeOf,
  send,
  soap,
  type SoapReply,
  type TestCamera,
  theUsers,
  type TokenOptions,
  usernameToken,
} from "../../support/soap.js";

const request = "<tds:GetUsers/>";
const admin = theUsers.administrator;
const wrong = { ...admin, password: "guessed" };
const at = (ms: number): string => new Date(noon + ms).toISOString();

/** GetUsers with a UsernameToken, the administrator's at noon unless said otherwise. */
const withToken = (camera: TestCamera, token: Partial<TokenOptions> = {}): Promise<SoapReply> =>
  send(camera, envelopeOf(request, usernameToken({ ...admin, created: at(0), ...token })));

const withPolicy = (policy: Partial<AuthenticationPolicy>): TestCamera => aCamera({ policy });

describe("a UsernameToken", () => {
  it("lets its user in with the digest of the password", async () => {
    expect(await withToken(aCamera())).toMatchObject({ status: 200 });
  });

  it.each<readonly [string, Partial<TokenOptions>]>([
    ["a wrong password", { password: "guessed" }],
    ["an empty password", { password: "" }],
    ["an unknown user", { username: "eve", password: "" }],
    ["the name in another case", { username: "Admin" }],
    ["no nonce (SECURITY-1-1-1)", { nonce: Buffer.alloc(0) }],
    ["no Created (SECURITY-1-1-1)", { created: "" }],
    ["a Created that is no time", { created: "noon" }],
    ["the password in clear text (SECURITY-1-1-1)", { type: "text" }],
  ])("is refused with %s", async (_, token) => {
    expect(await withToken(aCamera(), token)).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
  });

  it("is taken with the password in clear text where the policy allows it (rule 6)", async () => {
    const camera = withPolicy({ passwordText: true });
    expect(await withToken(camera, { type: "text" })).toMatchObject({ status: 200 });
    expect(await withToken(camera, { type: "text", created: "", nonce: Buffer.alloc(0) })).toMatchObject({
      status: 200,
    });
    expect(await withToken(camera, { type: "text", password: "guessed" })).toMatchObject({ status: 401 });
    expect(await withToken(camera)).toMatchObject({ status: 200 });
  });

  const token = usernameToken({ ...admin, created: at(0) });
  it.each([
    [
      "other prefixes",
      token
        .replaceAll("wsse:", "a:")
        .replaceAll("wsu:", "b:")
        .replace("xmlns:wsse", "xmlns:a")
        .replace("xmlns:wsu", "xmlns:b"),
    ],
    ["a default namespace", token.replaceAll("wsse:", "").replace("xmlns:wsse", "xmlns")],
    ["no namespace at all", token.replaceAll(/(wsse|wsu):/g, "").replaceAll(/ xmlns:\w+="[^"]*"/g, "")],
    ["white space around its values", token.replaceAll(/>([^<]+)</g, ">\n  $1\n<")],
    ["an EncodingType of its nonce", token.replace("<wsse:Nonce>", '<wsse:Nonce EncodingType="urn:Base64Binary">')],
    ["a Timestamp beside it", token.replace("<wsse:UsernameToken>", "<wsu:Timestamp/><wsse:UsernameToken>")],
  ])("is understood with %s (rule 6)", async (_, header) => {
    expect(await send(aCamera(), envelopeOf(request, header))).toMatchObject({ status: 200 });
  });

  it.each([
    ["without a user name", token.replace(/<wsse:Username>.*<\/wsse:Username>/, "")],
    ["without a password", token.replace(/<wsse:Password.*<\/wsse:Password>/, "")],
    ["with a nonce that is not Base64", token.replace(/(<wsse:Nonce>)[^<]*/, "$1***")],
    ["without content", token.replace(/<wsse:Username>.*(?=<\/wsse:UsernameToken>)/, "")],
  ])("is refused %s", async (_, header) => {
    expect(await send(aCamera(), envelopeOf(request, header))).toMatchObject({
      status: 401,
      fault: "Sender NotAuthorized",
    });
  });

  it.each([
    [5 * 60_000, 0, 200],
    [5 * 60_000, 5 * 60_000, 200],
    [5 * 60_000, -5 * 60_000, 200],
    [5 * 60_000, 5 * 60_000 + 1000, 401],
    [5 * 60_000, -5 * 60_000 - 1000, 401],
    [5_000, 5_000, 200],
    [5_000, -6_000, 401],
  ])(
    "within a window of ±%i ms that was created %i ms from now is answered %i (rule 3)",
    async (window, ms, status) => {
      const camera = withPolicy({ createdSkewMs: window });
      expect(await withToken(camera, { created: at(ms) })).toMatchObject({ status });
    },
  );

  it.each([
    "2026-01-15T12:00:00Z",
    "2026-01-15T12:00:00.123Z",
    "2026-01-15T12:00:00.123456Z",
    "2026-01-15T12:00:00+00:00",
    "2026-01-15T13:00:00.5+01:00",
    "2026-01-15T12:00:00",
  ])("may write Created as %s (rule 3)", async (created) => {
    expect(await withToken(withPolicy({ createdSkewMs: 1000 }), { created })).toMatchObject({ status: 200 });
  });

  it("is measured by the camera's own clock, wherever a client has set it (rule 3)", async () => {
    const camera = aCamera();
    await call(camera, Device, "SetSystemDateAndTime", {
      DateTimeType: "Manual",
      DaylightSavings: false,
      UTCDateTime: { Time: { Hour: 0, Minute: 0, Second: 0 }, Date: { Year: 2031, Month: 1, Day: 1 } },
    });
    expect(await withToken(camera)).toMatchObject({ status: 401 });
    expect(await withToken(camera, { created: "2031-01-01T00:00:00Z" })).toMatchObject({ status: 200 });
  });

  it("may be used again unless the policy forbids it (rule 9)", async () => {
    const camera = aCamera();
    expect(await withToken(camera)).toMatchObject({ status: 200 });
    expect(await withToken(camera)).toMatchObject({ status: 200 });
  });

  it("is refused when it was seen before and the policy forbids that (rule 9)", async () => {
    const camera = withPolicy({ replayCheck: true });
    const statuses = [];
    for (const seen of [{}, {}, { nonce: Buffer.from("another") }, { created: at(1) }, {}])
      statuses.push((await withToken(camera, seen)).status);
    expect(statuses).toEqual([200, 401, 200, 200, 401]);
  });

  it("does not spend its nonce with a wrong password", async () => {
    const camera = withPolicy({ replayCheck: true });
    expect(await withToken(camera, { password: "guessed" })).toMatchObject({ status: 401 });
    expect(await withToken(camera)).toMatchObject({ status: 200 });
  });

  it("is remembered as long as it could be used", async () => {
    const camera = withPolicy({ replayCheck: true, createdSkewMs: 60_000 });
    expect(await withToken(camera, { created: at(60_000) })).toMatchObject({ status: 200 });
    await camera.host.clock.advance(119_000);
    expect(await withToken(camera, { created: at(60_000) })).toMatchObject({ status: 401 });
    expect(await withToken(camera, { created: at(119_000) })).toMatchObject({ status: 200 });
  });
});

describe("HTTP Digest", () => {
  /** GetUsers with the answer to one of the challenges in `challenged`. */
  const withDigest = (
    camera: TestCamera,
    challenged: SoapReply,
    { user = admin, count = 1, algorithm = "MD5" }: { user?: typeof wrong; count?: number; algorithm?: string } = {},
  ): Promise<SoapReply> => {
    const challenge = parseChallenges(challenged.challenges).find(
      (one) => one.scheme === "digest" && one.algorithm === algorithm,
    );
    if (!challenge) throw new Error("no such challenge");
    const authorization = respond(challenge, user, { method: "POST", uri: "/onvif/device_service" }, count, "cnonce");
    return send(camera, envelopeOf(request), { authorization });
  };

  it("is asked for with 401, a fault, and one line for each hash, MD5 first (rules 7 and 8)", async () => {
    const reply = await soap(aCamera(), request, { user: "nobody" });
    expect(reply).toMatchObject({ status: 401, fault: "Sender NotAuthorized" });
    expect(reply.reason).toMatch(/not authorized/i);
    expect(reply.challenges).toHaveLength(2);
    expect(reply.challenges[0]).toMatch(/^Digest realm="camera", nonce="[^"]+", qop="auth", algorithm=MD5$/);
    expect(reply.challenges[1]).toMatch(/^Digest realm="camera", nonce="[^"]+", qop="auth", algorithm=SHA-256$/);
  });

  it("is asked for in SOAP 1.1 too (rules 7 and 13)", async () => {
    const reply = await soap(aCamera(), request, { user: "nobody", version: "1.1" });
    expect(reply).toMatchObject({ status: 401, fault: "Client NotAuthorized" });
    expect(reply.challenges).toHaveLength(2);
  });

  it.each(["MD5", "SHA-256"] as const)("lets a user in with %s", async (by) => {
    const camera = aCamera();
    expect(await soap(camera, request, { by })).toMatchObject({ status: 200 });
    expect(await soap(camera, request, { by, user: wrong })).toMatchObject({
      status: 401,
      fault: "Sender NotAuthorized",
    });
  });

  it("takes a nonce again while it is young, then calls it stale (rule 9)", async () => {
    const camera = aCamera({ nonceLifetimeMs: 60_000 });
    const challenged = await soap(camera, request, { user: "nobody" });
    expect(await withDigest(camera, challenged, { count: 1 })).toMatchObject({ status: 200 });
    expect(await withDigest(camera, challenged, { count: 2 })).toMatchObject({ status: 200 });
    await camera.host.clock.advance(61_000);
    const stale = await withDigest(camera, challenged, { count: 3 });
    expect(stale.status).toBe(401);
    expect(stale.challenges.map((line) => line.includes("stale=true"))).toEqual([true, true]);
    expect(await withDigest(camera, stale, { count: 1 })).toMatchObject({ status: 200 });
  });

  it("keeps its nonces while a client sets the camera's clock", async () => {
    const camera = aCamera({ nonceLifetimeMs: 60_000 });
    const challenged = await soap(camera, request, { user: "nobody" });
    camera.device.clock.setSystemDateAndTime({
      dateTimeType: "Manual",
      daylightSavings: false,
      timeZone: undefined,
      utc: { year: 2031, month: 1, day: 1, hour: 0, minute: 0, second: 0 },
    });
    camera.host.clock.setWall(noon + 86_400_000);
    expect(await withDigest(camera, challenged)).toMatchObject({ status: 200 });
  });

  it.each(["zoë", "Łukasz", "管理者"])("takes the name and the password %s in the bytes of HTTP", async (name) => {
    const user = { username: name, password: `${name} ✓`, level: "User" } as const;
    const camera = aCamera({ setup: { users: [...Object.values(theUsers), user] } });
    const [challenge] = parseChallenges((await soap(camera, request, { user: "nobody" })).challenges);
    if (challenge?.scheme !== "digest") throw new Error("no challenge");
    const authorization = respond(challenge, user, { method: "POST", uri: "/onvif/device_service" }, 1, "cnonce");
    const asBytes = Buffer.from(authorization).toString("latin1");
    expect(await send(camera, envelopeOf("<tds:GetScopes/>"), { authorization: asBytes })).toMatchObject({
      status: 200,
    });
  });

  it("does not call a nonce stale whose password is wrong", async () => {
    const camera = aCamera();
    const challenged = await soap(camera, request, { user: "nobody" });
    const refused = await withDigest(camera, challenged, { user: wrong });
    expect(refused.challenges.join()).not.toContain("stale");
  });

  it.each([
    ["Basic", formatBasic(admin.username, admin.password)],
    ["an unknown scheme", "Bearer abc"],
    ["nonsense", '"'],
    ["nothing", ""],
  ])("is not replaced by %s in the Authorization header", async (_, authorization) => {
    expect(await soap(aCamera(), request, { user: "nobody", authorization })).toMatchObject({
      status: 401,
      fault: "Sender NotAuthorized",
    });
  });
});

describe("a request with HTTP Digest and a UsernameToken", () => {
  it.each([
    ["both right", 200, admin, admin],
    ["a wrong digest", 401, wrong, admin],
    ["a wrong token", 401, admin, wrong],
    ["both wrong", 401, wrong, wrong],
  ])("that has %s is answered %i (rule 9)", async (_, status, byDigest, byToken) => {
    const camera = aCamera();
    const header = usernameToken({ ...byToken, created: at(0) });
    expect(await soap(camera, request, { user: byDigest, by: "MD5", header })).toMatchObject({ status });
  });
});

describe("the ways to log in", () => {
  it("may be the UsernameToken alone, whose refusals are faults under 400 without a challenge (rule 7)", async () => {
    const camera = withPolicy({ style: "wss" });
    expect(await soap(camera, request, { user: "nobody" })).toMatchObject({
      status: 400,
      fault: "Sender NotAuthorized",
      challenges: [],
    });
    expect(await withToken(camera)).toMatchObject({ status: 200 });
    expect(await soap(camera, request, { authorization: "Basic nonsense" })).toMatchObject({ status: 200 });
  });

  it("may be HTTP Digest alone, to which a UsernameToken means nothing", async () => {
    const camera = withPolicy({ style: "digest" });
    expect(await withToken(camera)).toMatchObject({ status: 401 });
    expect(await soap(camera, request, { by: "SHA-256" })).toMatchObject({ status: 200 });
    const header = usernameToken({ ...wrong, created: at(0) });
    expect(await soap(camera, request, { by: "MD5", header })).toMatchObject({ status: 200 });
  });
});

describe("operations before logging in", () => {
  it.each(["GetServices", "GetCapabilities", "GetServiceCapabilities", "GetHostname", "GetSystemDateAndTime"])(
    "%s is answered in spite of wrong credentials (rules 1 and 10)",
    async (operation) => {
      const header = usernameToken({ ...wrong, created: at(-86_400_000) });
      const options = { user: "nobody", header, authorization: formatBasic("x", "y") } as const;
      expect(await soap(aCamera(), { operation }, options)).toMatchObject({ status: 200 });
    },
  );
});
