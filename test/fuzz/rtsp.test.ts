import { describe, it } from "vitest";
import { DecodeError } from "#util/errors";
import { parseRange } from "#wire/rtsp/headers/range";
import { parseFrames, parseYesNo } from "#wire/rtsp/headers/replay";
import { parseRtpInfo } from "#wire/rtsp/headers/rtp-info";
import { parseScale } from "#wire/rtsp/headers/scale";
import { parseSession } from "#wire/rtsp/headers/session";
import { parseTransport } from "#wire/rtsp/headers/transport";
import { writeFrame } from "#wire/rtsp/message";
import { RtspParser } from "#wire/rtsp/parser";
import { trackReadings } from "#wire/rtsp/track-url";
import { decodeName, parseParameters, parseRtspUrl, splitParameters } from "#wire/rtsp/url";
import { fuzz, refusesOnlyWith } from "../support/fuzz-run.js";

describe("the RTSP parser", () => {
  it("survives 100,000 damaged streams, however they are cut", () => {
    const setup =
      "SETUP rtsp://h/a/trackID=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n";
    const announce =
      "ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 3\r\nContent-Type: application/sdp\r\nContent-Length: 9\r\n\r\nv=0\r\no=-\r\n";
    const frames = Buffer.concat([
      writeFrame(1, Buffer.alloc(20, 7)),
      Buffer.from(setup),
      writeFrame(0, Buffer.alloc(3)),
    ]);
    fuzz([setup, announce, frames, "RTSP/1.0 200 OK\nCSeq: 1\nSession: a;timeout=60\n\n"], (bytes, random) => {
      const parser = new RtspParser();
      refusesOnlyWith(DecodeError, () => {
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + random(bytes.length);
          parser.push(bytes.subarray(at, end));
          while (parser.next());
          at = end;
        }
      });
    });
  }, 600_000);
});

describe("RTSP URLs", () => {
  it("survive 100,000 damages", () => {
    const samples = [
      "rtsp://u:p@h:554/a/b.mp4&t=unicast&p=udp/trackID=0?x=y",
      "rtsp://[::1]/a?b/trackID=1",
      "/%E4%BD%A0%20a",
    ];
    fuzz(samples, (bytes) => {
      refusesOnlyWith(DecodeError, () => {
        for (const { base } of trackReadings(parseRtspUrl(bytes.toString()))) {
          const { path, parameters } = splitParameters(base.path);
          decodeName(path);
          parseParameters(parameters);
        }
      });
    });
  }, 600_000);
});

describe("RTSP headers", () => {
  it("survive 100,000 damages each", () => {
    const samples = [
      'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=12345678;mode="PLAY", RTP/AVP;multicast;port=1-2;ttl=3',
      "npt=10.5-12:05:35.3;time=x",
      "clock=20260101T000001.25Z-20260101T000000Z",
      "url=rtsp://h/a;seq=1;rtptime=2,url=rtsp://h/b;seq=3",
      "0123456789;timeout=60",
      "-2.5",
      "smpte-30-drop=00:10:00:02-1:00:00:29.99",
      "intra/4000",
      "yes",
    ];
    fuzz(samples, (bytes) => {
      const text = bytes.toString();
      for (const parse of [parseTransport, parseRange, parseRtpInfo, parseSession, parseScale, parseFrames, parseYesNo])
        refusesOnlyWith(DecodeError, () => parse(text));
    });
  }, 600_000);
});
