import { describe, expect, it } from "vitest";
import { digestResponse } from "#wire/digest/algorithm";
import { Authenticator, type OfferedChallenge, type Verdict } from "#wire/digest/authenticator";
import { parseChallenges, type Challenge } from "#wire/digest/challenge";
import { formatBasic } from "#wire/digest/credentials";
import { NonceKeeper } from "#wire/digest/nonce";
import { chooseChallenge, respond } from "#wire/digest/respond";
import { nearTarget, sameTarget } from "#wire/digest/uri-match";

const T0 = Date.UTC(2026, 0, 1);
const HTTP: readonly OfferedChallenge[] = [
  { scheme: "digest", algorithm: "MD5", qop: true },
  { scheme: "digest", algorithm: "SHA-256", qop: true },
];
const RTSP: readonly OfferedChallenge[] = [
  { scheme: "digest", algorithm: "SHA-256" },
  { scheme: "digest", algorithm: "MD5", unnamed: true },
];
const admin = { username: "admin", password: "pässword" };

const anAuthenticator = (challenges = HTTP, lifetimeMs = 1000): Authenticator =>
  new Authenticator(new NonceKeeper(Buffer.alloc(32, 1), { lifetimeMs }), {
    realm: "camera",
    challenges,
    uriMatch: challenges === HTTP ? sameTarget : nearTarget,
    password: (name) => (name === admin.username ? admin.password : undefined),
  });

interface Try {
  readonly challenge?: Challenge | undefined;
  readonly user?: typeof admin;
  readonly uri?: string;
  readonly count?: number;
  readonly nowMs?: number;
  readonly scope?: string;
  readonly method?: string;
  readonly acceptStale?: boolean;
}

const request = { method: "GET", uri: "/onvif/snapshot?p=1" };

function attempt(authenticator: Authenticator, given: Try = {}): Verdict {
  const challenge = given.challenge ?? chooseChallenge(parseChallenges(authenticator.challenges(T0, "peer")));
  if (!challenge) throw new Error("no challenge that can be answered");
  return authenticator.verify({
    authorization: respond(
      challenge,
      given.user ?? admin,
      { ...request, ...(given.uri !== undefined && { uri: given.uri }) },
      given.count ?? 1,
      "c",
    ),
    method: given.method ?? "GET",
    target: request.uri,
    nowMs: given.nowMs ?? T0,
    scope: given.scope ?? "peer",
    acceptStale: given.acceptStale ?? false,
  });
}

describe("the digest response", () => {
  const example = {
    username: "Mufasa",
    realm: "http-auth@example.org",
    password: "Circle of Life",
    method: "GET",
    uri: "/dir/index.html",
    nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  } as const;
  const protection = { qop: "auth", nc: "00000001", cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" };

  it("is that of the examples in RFC 7616 §3.9.1", () => {
    expect(digestResponse({ ...example, algorithm: "MD5", protection })).toBe("8ca523f5e9506fed4657c9700eebdbec");
    expect(digestResponse({ ...example, algorithm: "SHA-256", protection })).toBe(
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    );
  });
});

describe("challenges", () => {
  it("come in the order and form that the caller gave", () => {
    const rtsp = anAuthenticator([...RTSP, { scheme: "basic" }]).challenges(T0);
    expect(rtsp.map((text) => text.replace(/nonce="[0-9a-f]+"/, "nonce"))).toEqual([
      'Digest realm="camera", nonce, algorithm=SHA-256',
      'Digest realm="camera", nonce',
      'Basic realm="camera"',
    ]);
    const http = anAuthenticator().challenges(T0, "", true);
    expect(http.map((text) => text.replace(/nonce="[0-9a-f]+"/, "nonce"))).toEqual([
      'Digest realm="camera", nonce, qop="auth", algorithm=MD5, stale=true',
      'Digest realm="camera", nonce, qop="auth", algorithm=SHA-256, stale=true',
    ]);
  });

  it("are answered with the strongest algorithm, whatever the order", () => {
    for (const offer of [HTTP, RTSP, [...RTSP].toReversed()])
      expect(chooseChallenge(parseChallenges(anAuthenticator(offer).challenges(T0)))).toMatchObject({
        algorithm: "SHA-256",
      });
  });

  it("of unknown kinds are passed over", () => {
    const texts = [
      'Negotiate, Digest realm="r", nonce="n", algorithm=SHA-512-256',
      'Digest realm="r", nonce="n", qop="auth-int"',
    ];
    expect(parseChallenges(texts)).toEqual([]);
  });
});

describe("an authenticator", () => {
  it.each([
    ["with qop", HTTP],
    ["without qop", RTSP],
  ])("accepts a right answer for each challenge %s", (_name, offer) => {
    const authenticator = anAuthenticator(offer);
    for (const challenge of parseChallenges(authenticator.challenges(T0, "peer")))
      expect(attempt(authenticator, { challenge })).toEqual({ outcome: "accepted", username: "admin" });
  });

  it("accepts an answer with qop although none was offered", () => {
    const authenticator = anAuthenticator(RTSP);
    const challenge = chooseChallenge(parseChallenges(authenticator.challenges(T0, "peer")));
    if (challenge?.scheme !== "digest") throw new Error("no digest");
    expect(attempt(authenticator, { challenge: { ...challenge, qop: true } }).outcome).toBe("accepted");
  });

  it.each<[string, Try]>([
    ["a wrong password", { user: { username: "admin", password: "x" } }],
    ["an unknown user", { user: { username: "x", password: "pässword" } }],
    ["an unknown user with an empty password", { user: { username: "x", password: "" } }],
    ["another method", { method: "PUT" }],
    ["another address", { uri: "/onvif/snapshot?p=2" }],
  ])("refuses %s", (_name, given) => {
    expect(attempt(anAuthenticator(), given).outcome).toBe("refused");
  });

  it("asks for a new password as soon as it is set, and no longer for the old one", () => {
    let password: string | undefined = "old";
    const authenticator = new Authenticator(new NonceKeeper(Buffer.alloc(32, 1)), {
      realm: "camera",
      challenges: HTTP,
      uriMatch: sameTarget,
      password: () => password,
    });
    const outcome = (tried: string) => {
      const [challenge] = parseChallenges(authenticator.challenges(T0, "peer"));
      return attempt(authenticator, { challenge, user: { username: "admin", password: tried } }).outcome;
    };
    expect([outcome("old"), outcome("new"), outcome("old")]).toEqual(["accepted", "refused", "accepted"]);
    password = "new";
    expect([outcome("old"), outcome("new")]).toEqual(["refused", "accepted"]);
    password = undefined;
    expect([outcome("new"), outcome("")]).toEqual(["refused", "refused"]);
  });

  it("is not put out by many requests that are all different", () => {
    const authenticator = anAuthenticator();
    for (let n = 0; n < 200; n++) expect(attempt(authenticator, { method: `M${n}` }).outcome).toBe("refused");
    expect(attempt(authenticator).outcome).toBe("accepted");
  });

  it("misses credentials that are not there", () => {
    expect(anAuthenticator().verify({ authorization: undefined, method: "GET", target: "/", nowMs: T0 })).toEqual({
      outcome: "missing",
    });
  });

  it("calls a right answer stale when its nonce has aged, unless told to accept that", () => {
    const authenticator = anAuthenticator();
    const challenge = chooseChallenge(parseChallenges(authenticator.challenges(T0, "peer")));
    expect(attempt(authenticator, { challenge, nowMs: T0 + 1001 }).outcome).toBe("stale");
    expect(attempt(authenticator, { challenge, nowMs: T0 + 1001, acceptStale: true }).outcome).toBe("accepted");
  });

  it("refuses a wrong answer to an aged nonce", () => {
    const given = { nowMs: T0 + 1001, user: { username: "admin", password: "x" } };
    expect(attempt(anAuthenticator(), given).outcome).toBe("refused");
  });

  it("calls a nonce of elsewhere stale, even for one that accepts aged ones", () => {
    expect(attempt(anAuthenticator(), { scope: "other", acceptStale: true }).outcome).toBe("stale");
  });

  it("calls the second use of a nonce count stale", () => {
    const authenticator = anAuthenticator();
    const challenge = chooseChallenge(parseChallenges(authenticator.challenges(T0, "peer")));
    const outcomes = [1, 1, 2].map((count) => attempt(authenticator, { challenge, count }).outcome);
    expect(outcomes).toEqual(["accepted", "stale", "accepted"]);
  });

  it("takes Basic only where it is offered", () => {
    const given = { authorization: formatBasic("admin", "pässword"), method: "GET", target: "/", nowMs: T0 };
    expect(anAuthenticator().verify(given).outcome).toBe("refused");
    expect(anAuthenticator([{ scheme: "basic" }]).verify(given).outcome).toBe("accepted");
    const wrong = { ...given, authorization: formatBasic("admin", "no") };
    expect(anAuthenticator([{ scheme: "basic" }]).verify(wrong).outcome).toBe("refused");
  });

  it("refuses what it cannot read", () => {
    const given = { authorization: "Digest nonsense", method: "GET", target: "/", nowMs: T0 };
    expect(anAuthenticator().verify(given).outcome).toBe("refused");
  });
});

describe("the match of the hashed address", () => {
  it.each([
    ["/a?b=c", "/a?b=c", true],
    ["http://host/a?b=c", "/a?b=c", true],
    ["/a", "/a?b=c", false],
    ["/", "http://host", true],
  ])("is exact for HTTP: %s for %s", (hashed, requested, expected) => {
    expect(sameTarget(hashed, requested)).toBe(expected);
  });

  it.each([
    ["the track itself", "rtsp://h/a/trackID=0", "rtsp://h/a/trackID=0", true],
    ["the base with a slash (VLC, live555)", "rtsp://h/a/", "rtsp://h/a/trackID=0", true],
    ["the base without a slash", "rtsp://h/a", "rtsp://h/a/trackID=0", true],
    ["a relative path (Bosch BVMS)", "/a/trackID=0", "rtsp://h:554/a/trackID=0", true],
    ["a relative path without slashes", "a", "rtsp://h:554/a/", true],
    ["the track for the aggregate", "rtsp://h/a/trackID=0", "rtsp://h/a/", true],
    ["another spelling of the host", "rtsp://[::1]:554/a", "rtsp://localhost/a", true],
    ["with the query and the track behind it", "rtsp://h/a?x=y/", "rtsp://h/a?x=y/trackID=0", true],
    ["the root", "rtsp://h", "rtsp://h/trackID=0", true],
    ["another stream", "rtsp://h/b", "rtsp://h/a", false],
    ["two segments apart", "rtsp://h/", "rtsp://h/a/trackID=0", false],
  ])("is loose for RTSP: %s", (_name, hashed, requested, expected) => {
    expect(nearTarget(hashed, requested)).toBe(expected);
  });
});
