import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { parseChallenges } from "#wire/digest/challenge";
import { parseAuthorization } from "#wire/digest/credentials";
import { bearerToken } from "#wire/digest/bearer";
import { readUsernameToken, WSSE, WSU } from "#wire/soap/security";
import { Keystore } from "#device/security/keystore";
import { JsonWebTokens } from "#device/security/json-web-tokens";
import { readXml } from "#xml/reader";
import { noon } from "../support/a-device.js";
import { aTestKey, pkcs8Of } from "../support/authority.js";
import { aToken } from "../support/tokens.js";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";

describe("authentication headers", () => {
  it("survive 100,000 damages", () => {
    const samples = [
      'Digest username="admin", realm="r", nonce="n", uri="/a", response="00", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c"',
      "Digest username*=UTF-8''a%20b, realm=r, nonce=n, uri=/, response=0",
      "Basic dXNlcjpwYXNz",
      'Digest realm="r", nonce="n", qop="auth,auth-int", stale=true, Basic realm="b"',
    ];
    fuzz(samples, (bytes) => {
      refusesOnlyWith(DecodeError, () => parseAuthorization(bytes.toString()));
      refusesOnlyWith(DecodeError, () => parseChallenges([bytes.toString()]));
    });
  }, 600_000);

  it("with tokens survive 100,000 damages, and none of them logs in", () => {
    const keystore = new Keystore(
      () => noon,
      () => {},
    );
    const key = aTestKey();
    const { id } = keystore.uploadKeyPair(pkcs8Of(key), undefined, {});
    const tokens = new JsonWebTokens(
      keystore,
      () => noon,
      () => false,
      () => {},
    );
    tokens.set({ audiences: ["cameras"], trustedIssuers: [], keyIds: [id], policyId: "", customClaims: [] });
    const good = aToken(key);
    const signed = good.slice(0, good.lastIndexOf("."));
    fuzz([`Bearer ${good}`], (bytes) => {
      const token = bearerToken(bytes.toString("latin1"));
      if (token === undefined) return;
      // The last character of a signature has bits that mean nothing.
      if (tokens.check(token).outcome === "accepted") expect(token.slice(0, signed.length + 1)).toBe(`${signed}.`);
    });
  }, 600_000);
});

describe("UsernameTokens", () => {
  it("survive 100,000 damages", () => {
    const password = "urn:x#PasswordDigest";
    const samples = [
      `<h><Security xmlns="${WSSE}"><UsernameToken><Username>admin</Username><Password Type="${password}">AAAA</Password>` +
        `<Nonce>AAEC</Nonce><Created xmlns="${WSU}">2026-11-21T18:00:00Z</Created></UsernameToken></Security></h>`,
      `<h><Security><UsernameToken><Username/><Password>x</Password></UsernameToken></Security></h>`,
    ];
    fuzz(samples, (bytes) => refusesOnlyWith(DecodeError, () => readUsernameToken(readXml(bytes.toString()).children)));
  }, 600_000);
});
