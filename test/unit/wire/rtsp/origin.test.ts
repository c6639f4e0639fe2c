import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "#util/errors";
import { parseOrigin, showOrigin } from "#wire/rtsp/origin";

const admin = (password: string): { username: string; password: string } => ({ username: "admin", password });

describe("the URL of an original", () => {
  test.each([
    ["the shortest", "rtsp://cam", { url: "rtsp://cam/", host: "cam", port: 554 }],
    ["with a port and a path", "RTSP://10.0.0.1:8554/a/b", { url: "rtsp://10.0.0.1:8554/a/b", port: 8554 }],
    [
      "with a query and parameters",
      "rtsp://c/cam/realmonitor?channel=1&subtype=0",
      { url: "rtsp://c/cam/realmonitor?channel=1&subtype=0" },
    ],
    ["with a query behind the host", "rtsp://c?x=1", { url: "rtsp://c/?x=1", host: "c" }],
    ["with user and password", "rtsp://admin:pw@c/a", { url: "rtsp://c/a", user: admin("pw") }],
    ["with an @ in the password", "rtsp://admin:p@ss:1@c/a", { url: "rtsp://c/a", user: admin("p@ss:1") }],
    ["with an encoded password", "rtsp://admin:p%40%2Fs@c/a", { url: "rtsp://c/a", user: admin("p@/s") }],
    ["with a % that encodes nothing", "rtsp://admin:100%@c/a", { user: admin("100%") }],
    ["with a ? in the password", "rtsp://admin:wh?t@c/a", { url: "rtsp://c/a", user: admin("wh?t") }],
    ["with a user alone", "rtsp://admin@c/a", { user: admin("") }],
    ["IPv6", "rtsp://[fe80::1]:555/a", { url: "rtsp://[fe80::1]:555/a", host: "fe80::1", port: 555 }],
    ["with TLS", "rtsps://c/a", { url: "rtsps://c/a", port: 322, isSecure: true, carrier: "plain" }],
    ["through HTTP", "rtsp+http://c/a", { url: "rtsp://c:80/a", port: 80, isSecure: false, carrier: "http" }],
    ["through HTTPS", "rtsp+https://c/a", { url: "rtsps://c:443/a", port: 443, isSecure: true, carrier: "http" }],
    ["through a WebSocket", "rtsp+ws://c/a", { url: "rtsp://c:80/a", carrier: "web-socket" }],
    ["through one with TLS", "rtsp+wss://c:8/a", { url: "rtsps://c:8/a", isSecure: true, carrier: "web-socket" }],
    ["as some clients write it", "rtspt://c/a", { url: "rtsp://c/a" }],
    ["with blanks and letters", " rtsp://c/Büro 1#x ", { url: "rtsp://c/B%C3%BCro%201" }],
  ])("is read %s", (_name, text, expected) => {
    expect(parseOrigin(text)).toMatchObject(expected);
  });

  test.each([
    ["nothing", "", "origin-url"],
    ["no host", "rtsp:///a", "origin-url"],
    ["a path", "/a", "origin-url"],
    ["another scheme", "rtmp://c/a", "origin-scheme"],
    ["port 0", "rtsp://c:0/a", "origin-port"],
    ["a port beyond all", "rtsp://c:65536/a", "origin-port"],
    ["a control character", "rtsp://c/a\u0000", "origin-url"],
  ])("is refused with %s", (_name, text, code) => {
    expect(() => parseOrigin(text)).toThrow(expect.objectContaining({ code }));
  });

  test("can be anything", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `rtsp://${text}`),
        ),
        (text) => {
          try {
            expect(parseOrigin(text).url).toMatch(/^rtsps?:\/\/[\x21-\x7e]+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
            expect(JSON.stringify(error)).not.toContain("secret");
          }
        },
      ),
    );
  });

  test("shows nothing of logins and paths", () => {
    const shown = showOrigin(parseOrigin("rtsps://admin:secret@[::1]/user=admin&password=secret?password=secret"));
    expect(shown).toBe("rtsps://[::1]:322");
  });
});
