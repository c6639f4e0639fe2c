import { describe, it } from "vitest";
import { DecodeError } from "#util/errors";
import { parseChallenges } from "#wire/digest/challenge";
import { parseAuthorization } from "#wire/digest/credentials";
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
  }, 60_000);
});
