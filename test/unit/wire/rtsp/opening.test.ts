import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOpening } from "#wire/rtsp/opening";

const kindOf = (text: string): string | undefined => readOpening(Buffer.from(text, "latin1"))?.kind;

/** As ffmpeg 5.1 sends them. */
const FFMPEG_GET =
  "GET /a HTTP/1.1\r\nUser-Agent: Lavf/59.27.100\r\nAccept: application/x-rtsp-tunnelled\r\nRange: bytes=0-\r\n" +
  "Connection: close\r\nHost: 192.0.2.10:8000\r\nIcy-MetaData: 1\r\nx-sessioncookie: 3a7fc1\r\n" +
  "Pragma: no-cache\r\nCache-Control: no-cache\r\n\r\n";
const FFMPEG_POST =
  "POST /a HTTP/1.1\r\nUser-Agent: Lavf/59.27.100\r\nAccept: */*\r\nConnection: close\r\nHost: 192.0.2.10:8000\r\n" +
  "x-sessioncookie: 3a7fc1\r\nContent-Type: application/x-rtsp-tunnelled\r\nPragma: no-cache\r\n" +
  "Cache-Control: no-cache\r\nContent-Length: 32767\r\nExpires: Sun, 9 Jan 1972 00:00:00 GMT\r\n\r\n";
/** As Firefox sends it. */
const FIREFOX =
  "GET /stream HTTP/1.1\r\nHost: 192.0.2.10\r\nSec-WebSocket-Version: 13\r\nOrigin: http://192.0.2.1\r\n" +
  "Sec-WebSocket-Protocol: rtsp.onvif.org\r\nSec-WebSocket-Extensions: permessage-deflate\r\n" +
  "Sec-WebSocket-Key: KSO+hOFs1q5SkEnx8bvp6w==\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";

describe("the opening of a connection", () => {
  it.each<[string, string, string]>([
    ["RTSP", "OPTIONS * RTSP/1.0\r\n", "rtsp"],
    ["RTSP with LF alone", "DESCRIBE rtsp://h/a RTSP/1.0\nCSeq: 1\n\n", "rtsp"],
    ["RTSP behind empty lines", "\r\n\r\nOPTIONS * RTSP/1.0\r\n", "rtsp"],
    ["RTSP with an odd case", "describe rtsp://h/a rtsp/1.0\r\n", "rtsp"],
    ["RTSP with blanks in the target", "DESCRIBE rtsp://h/a b RTSP/1.0\r\n", "rtsp"],
    ["GET of RTSP", "GET_PARAMETER rtsp://h/a RTSP/1.0\r\n", "rtsp"],
    ["an answer of RTSP", "RTSP/1.0 200 OK\r\n", "unknown"],
    ["an interleaved frame", "$\0\0\x04abcd", "unknown"],
    ["TLS", "\x16\x03\x01\x02\0", "unknown"],
    ["rubbish", "\0\0\0", "unknown"],
    ["a line without an end", "A".repeat(9000), "unknown"],
    ["empty lines without an end", "\r\n".repeat(5000), "unknown"],
    ["a word", "HELLO\r\n", "unknown"],
    ["HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http"],
    ["HTTP without headers", "GET / HTTP/1.0\r\n\r\n", "http"],
    ["another method of HTTP", "DELETE / HTTP/1.1\r\n", "http"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http"],
    ["headers without an end", `GET / HTTP/1.1\r\n${"X: y\r\n".repeat(4000)}`, "http"],
    ["SOAP", "POST /onvif/device_service HTTP/1.1\r\nContent-Length: 9\r\n\r\n<a>", "http"],
    ["GET of a tunnel, ffmpeg", FFMPEG_GET, "tunnel-get"],
    ["POST of a tunnel, ffmpeg", FFMPEG_POST, "tunnel-post"],
    ["a cookie in another case", "GET /a HTTP/1.0\nX-SessionCookie:x\n\n", "tunnel-get"],
    ["an empty cookie", "GET /a HTTP/1.0\r\nx-sessioncookie: \r\n\r\n", "http"],
    ["a cookie that is too long", `GET /a HTTP/1.0\r\nx-sessioncookie: ${"x".repeat(257)}\r\n\r\n`, "http"],
    ["a cookie in the content", "POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nx-sessioncookie: x\r\n\r\n", "http"],
    ["a WebSocket, Firefox", FIREFOX, "web-socket"],
    ["a header line without a name", "GET /a HTTP/1.0\r\n: b\r\nx-sessioncookie: x\r\n\r\n", "tunnel-get"],
    [
      "a page that asks for a tunnel",
      "OPTIONS / HTTP/1.1\r\nAccess-Control-Request-Headers: pragma,x-sessioncookie\r\n\r\n",
      "preflight",
    ],
    [
      "a page that asks for something else",
      "OPTIONS / HTTP/1.1\r\nAccess-Control-Request-Headers: pragma\r\n\r\n",
      "http",
    ],
  ])("of %s", (_name, text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  it("of a tunnel tells the cookie, the version and where the content starts", () => {
    const content = "REVTQ1JJQkU=";
    expect(readOpening(Buffer.from(FFMPEG_POST + content))).toEqual({
      kind: "tunnel-post",
      cookie: "3a7fc1",
      minorVersion: 1,
      bodyAt: FFMPEG_POST.length,
      hasOrigin: false,
    });
    const page = "GET /a HTTP/1.0\nOrigin: http://a\nx-sessioncookie: b\n\n";
    expect(readOpening(Buffer.from(page))).toMatchObject({ minorVersion: 0, bodyAt: page.length, hasOrigin: true });
  });

  it.each([
    ["rtsp.onvif.org", true],
    ["chat, rtsp.onvif.org", true],
    ["RTSP.ONVIF.ORG", true],
    ["rtsp", false],
  ])("of a WebSocket with the sub-protocols %s tells whether RTSP is among them", (protocols, offersRtsp) => {
    const text = `GET /x HTTP/1.1\r\nUpgrade: WebSocket\r\nSec-WebSocket-Protocol: ${protocols}\r\n\r\n`;
    expect(readOpening(Buffer.from(text))).toEqual({ kind: "web-socket", offersRtsp });
  });

  it.each([FFMPEG_GET, FFMPEG_POST, FIREFOX, "OPTIONS * RTSP/1.0\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"])(
    "is not told before it can be, and stays what it is when more comes",
    (text) => {
      const kind = kindOf(text);
      for (let length = 0; length < text.length; length++)
        expect([length, kindOf(text.slice(0, length))]).toEqual([length, undefined]);
      expect(kindOf(`${text}more`)).toBe(kind);
    },
  );

  it("of anything is told without an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        readOpening(Buffer.from(bytes));
      }),
    );
  });
});
