import { describe, expect, test } from "vitest";
import { Login } from "#rtsp/client/login";
import { Headers } from "#wire/rtsp/message";

const user = { username: "admin", password: "secret" };
const md5 = 'Digest realm="r", nonce="n"';
const md5Qop = 'Digest realm="r", nonce="n", qop="auth,auth-int"';
const sha256 = 'Digest realm="r", nonce="n", algorithm=SHA-256';
const basic = 'Basic realm="r"';
const unknown = 'Digest realm="r", nonce="n", algorithm=SHA-512-256';

const asking = (...challenges: string[]): Headers =>
  new Headers(challenges.map((value) => ["WWW-Authenticate", value] as const));
const login = (allowsBasic = true, who: typeof user | undefined = user): Login =>
  new Login(who, allowsBasic, () => "c");

describe("a login", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["MD5", [md5], /^Digest (?!.*algorithm=)(?!.*qop)/],
    ["MD5 with qop", [md5Qop], /qop=auth, nc=00000001, cnonce="c"$/],
    ["SHA-256 in front", [sha256, md5, basic], /algorithm=SHA-256/],
    ["SHA-256 behind", [basic, md5, sha256], /algorithm=SHA-256/],
    ["what is known of several", [unknown, md5], /^Digest (?!.*algorithm=)/],
    ["several in one line", [`${md5}, ${basic}`], /^Digest /],
    ["digest although a line cannot be read", ['Digest realm="', md5], /^Digest /],
    ["basic", [basic], /^Basic YWRtaW46c2VjcmV0$/],
  ])("answers %s", (_name, challenges, expected) => {
    const one = login();
    expect(one.authorization("DESCRIBE", "rtsp://c/a")).toBeUndefined();
    expect(one.refused(asking(...challenges), undefined, false)).toBeUndefined();
    expect(one.authorization("DESCRIBE", "rtsp://c/a")).toMatch(expected);
  });

  test("uses a nonce again, and counts how often", () => {
    const one = login();
    one.refused(asking(md5Qop), undefined, false);
    const counts = ["a", "b"].map((uri) => /nc=(\d+)/.exec(one.authorization("SETUP", uri) ?? "")?.[1]);
    expect(counts).toEqual(["00000001", "00000002"]);
  });

  test("takes another nonce when the one kept is refused, and gives up when that is", () => {
    const one = login();
    one.refused(asking(md5), undefined, false);
    const sent = one.authorization("SETUP", "a");
    expect(one.refused(asking('Digest realm="r", nonce="m"'), sent, false)).toBeUndefined();
    expect(one.authorization("SETUP", "a")).toMatch(/nonce="m"/);
    expect(one.refused(asking(md5), sent, true)).toMatch(/refuses the user name or the password/);
    expect(one.refused(asking(`${md5}, stale=true`), sent, true)).toBeUndefined();
  });

  test.each<[string, Login, readonly string[], RegExp]>([
    ["nobody who could", new Login(undefined, true, () => "c"), [md5], /none are given/],
    ["unknown ways", login(), [unknown, "Bearer"], /no way to log in/],
    ["nothing offered", login(), [], /no way to log in/],
    ["basic where that is not allowed", login(false), [basic], /no way to log in/],
  ])("says why it cannot be with %s", (_name, one, challenges, expected) => {
    expect(one.refused(asking(...challenges), undefined, false)).toMatch(expected);
  });
});
