import { describe, it } from "vitest";
import { DecodeError } from "#util/errors";
import { Base64Stream } from "#wire/rtsp/base64-stream";
import { readOpening } from "#wire/rtsp/opening";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";

describe("the openings of connections", () => {
  it("survive 100,000 damages", () => {
    const samples = [
      "GET /a HTTP/1.0\r\nx-sessioncookie: 3a7f\r\nAccept: application/x-rtsp-tunnelled\r\nPragma: no-cache\r\n\r\n",
      "POST /a HTTP/1.1\r\nx-sessioncookie: 3a7f\r\nContent-Length: 32767\r\n\r\nT1BUSU9OUyAqIFJUU1AvMS4w",
      "GET /a HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: rtsp.onvif.org\r\n\r\n",
      "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    ];
    fuzz(samples, (bytes) => {
      const opening = readOpening(bytes);
      if (opening && "bodyAt" in opening && opening.bodyAt > bytes.length) throw new Error("content behind the end");
    });
  }, 60_000);
});

describe("streams of base64 texts", () => {
  it("survive 100,000 damages, however they are cut", () => {
    const message = Buffer.from("DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n\r\n").toString("base64");
    fuzz([message + message, message.replace(/.{20}/g, "$&\r\n"), "QQ==QUI=QUJD"], (bytes, random) => {
      const stream = new Base64Stream();
      refusesOnlyWith(DecodeError, () => {
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + random(bytes.length);
          stream.push(bytes.subarray(at, end));
          at = end;
        }
      });
    });
  }, 60_000);
});
