import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChallenges } from "#wire/digest/challenge";
import { formatBasic, parseAuthorization } from "#wire/digest/credentials";
import { parseSchemes } from "#wire/digest/fields";
import { DecodeError } from "#util/errors";

const plain = (text: string): unknown =>
  parseSchemes(text).map(({ scheme, token68, fields }) => [scheme, token68, Object.fromEntries(fields)]);

describe("the fields of authentication headers", () => {
  it.each<[string, string, unknown]>([
    ["a plain digest", 'Digest realm="r", nonce="n"', [["digest", undefined, { realm: "r", nonce: "n" }]]],
    ["odd case and spacing", 'DIGEST  Realm = "r"  ,nonce=n', [["digest", undefined, { realm: "r", nonce: "n" }]]],
    ["missing commas", 'Digest realm="r" nonce="n"', [["digest", undefined, { realm: "r", nonce: "n" }]]],
    ["extra commas", 'Digest ,realm="r",,nonce=n,', [["digest", undefined, { realm: "r", nonce: "n" }]]],
    ["commas inside quotes", 'Digest qop="auth,auth-int"', [["digest", undefined, { qop: "auth,auth-int" }]]],
    ["escaped quotes", String.raw`Digest realm="a\"b\\c"`, [["digest", undefined, { realm: String.raw`a"b\c` }]]],
    [
      "an unescaped backslash",
      String.raw`Digest username="D\user"`,
      [["digest", undefined, { username: String.raw`D\user` }]],
    ],
    ["the first of repeated names", "Digest a=1, a=2", [["digest", undefined, { a: "1" }]]],
    ["an empty value", 'Digest a="", b=', [["digest", undefined, { a: "", b: "" }]]],
    ["a token", "Basic dXNlcjpwYXNz", [["basic", "dXNlcjpwYXNz", {}]]],
    ["a token with padding", "Basic dQ==", [["basic", "dQ==", {}]]],
    ["a scheme alone", "Negotiate", [["negotiate", undefined, {}]]],
    [
      "two schemes in one line",
      'Basic realm="b", Digest realm="d", nonce="n"',
      [
        ["basic", undefined, { realm: "b" }],
        ["digest", undefined, { realm: "d", nonce: "n" }],
      ],
    ],
    ["nothing", "", []],
  ])("reads %s", (_name, text, expected) => {
    expect(plain(text)).toEqual(expected);
  });

  it.each([
    ["an open quote", 'Digest realm="r'],
    ["a value alone", 'Digest ="r"'],
    ["a quote in a bare value", 'Digest a=b"c"'],
    ["nine kilobytes", `Digest ${"a=b,".repeat(2300)}`],
  ])("refuses %s", (_name, text) => {
    expect(() => parseSchemes(text)).toThrow(DecodeError);
  });

  it("throws nothing but DecodeError, whatever comes", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom("Digest ", "Basic ", '"', ",", "=", "\\", " ", "nonce", "dQ=="),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        for (const parse of [parseAuthorization, (text: string) => parseChallenges([text])]) {
          try {
            parse(pieces.join(""));
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        }
      }),
    );
  });
});

describe("Authorization", () => {
  it("reads Basic with colons in the password", () => {
    expect(parseAuthorization(formatBasic("me", "a:b"))).toEqual({ scheme: "basic", username: "me", password: "a:b" });
  });

  it("takes a missing algorithm for MD5 and a missing qop for the older form", () => {
    const credentials = parseAuthorization('Digest username="u", realm="r", nonce="n", uri="/", response="AB"');
    expect(credentials).toMatchObject({ algorithm: "MD5", protection: undefined, response: "ab" });
  });

  it("reads a user name in extended notation", () => {
    const text = "Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm=r, nonce=n, uri=/, response=0";
    expect(parseAuthorization(text)).toMatchObject({ username: "Jäsøn Doe" });
  });

  it.each([
    ["another scheme", "Bearer abc"],
    ["nothing", ""],
    ["Basic without a colon", "Basic dXNlcg=="],
    ["Basic with parameters", 'Basic realm="r"'],
    ["a digest without response", 'Digest username="u", realm="r", nonce="n", uri="/"'],
    ["an unknown algorithm", 'Digest username="u", realm="r", nonce="n", uri="/", response="", algorithm=SHA-1'],
    ["auth-int", 'Digest username="u", realm="r", nonce="n", uri="/", response="", qop=auth-int, nc=1, cnonce=c'],
    ["qop without nc", 'Digest username="u", realm="r", nonce="n", uri="/", response="", qop=auth, cnonce=c'],
    [
      "a count that is no number",
      'Digest username="u", realm="r", nonce="n", uri="/", response="", qop=auth, nc=x, cnonce=c',
    ],
    ["a broken extended name", "Digest username*=UTF-8''%C3, realm=r, nonce=n, uri=/, response=0"],
    ["an extended name in another charset", "Digest username*=latin1''a, realm=r, nonce=n, uri=/, response=0"],
  ])("refuses %s", (_name, text) => {
    expect(() => parseAuthorization(text)).toThrow(DecodeError);
  });
});
