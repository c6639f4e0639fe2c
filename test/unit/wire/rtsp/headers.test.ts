import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { formatRange, parseRange } from "#wire/rtsp/headers/range";
import { formatFrames, formatYesNo, parseFrames, parseYesNo } from "#wire/rtsp/headers/replay";
import { formatRtpInfo, parseRtpInfo } from "#wire/rtsp/headers/rtp-info";
import { formatScale, parseScale } from "#wire/rtsp/headers/scale";
import { formatSession, parseSession, parseSessionId } from "#wire/rtsp/headers/session";
import { formatSmpte, parseSmpte } from "#wire/rtsp/headers/smpte";
import { parseTokens } from "#wire/rtsp/headers/tokens";
import { formatTransport, parseTransport } from "#wire/rtsp/headers/transport";

const onlyDecodeErrors = (parse: (text: string) => unknown): void => {
  const pieces = fc.constantFrom(
    "RTP/AVP",
    "/TCP",
    ";",
    ",",
    "=",
    '"',
    "-",
    "interleaved",
    "ssrc",
    "npt",
    "clock",
    "url",
    "seq",
    "1",
    " ",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 15 }), (parts) => {
      try {
        parse(parts.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
};

describe("Transport", () => {
  it.each<[string, string, object[]]>([
    [
      "UDP by default",
      "RTP/AVP;unicast;client_port=8000-8001",
      [{ profile: "RTP/AVP", lower: "UDP", delivery: "unicast", clientPort: [8000, 8001] }],
    ],
    ["UDP by name", "RTP/AVP/UDP;unicast;client_port=8000-8001", [{ profile: "RTP/AVP", lower: "UDP" }]],
    ["interleaved", "RTP/AVP/TCP;unicast;interleaved=0-1", [{ lower: "TCP", interleaved: [0, 1] }]],
    ["interleaved without channels", "RTP/AVP/TCP", [{ profile: "RTP/AVP", lower: "TCP" }]],
    [
      "multicast",
      "RTP/AVP;multicast;destination=232.1.2.3;port=5000-5001;ttl=16",
      [{ delivery: "multicast", destination: "232.1.2.3", port: [5000, 5001], ttl: 16 }],
    ],
    [
      "unsorted fields in odd case",
      "rtp/avp/tcp;Interleaved=2-3;UNICAST;Mode=play",
      [{ lower: "TCP", interleaved: [2, 3], delivery: "unicast", mode: ["play"] }],
    ],
    ["spaces before ssrc", "RTP/AVP;unicast;client_port=1-2;ssrc=  38F27A2F", [{ ssrc: 0x38f27a2f }]],
    ["an ssrc of odd length", "RTP/AVP;unicast;client_port=1-2;ssrc=4BA2F", [{ ssrc: 0x4ba2f }]],
    ["an empty source", "RTP/AVP;unicast;source=;client_port=1-2", [{ clientPort: [1, 2] }]],
    ["one port", "RTP/AVP;unicast;client_port=5000", [{ clientPort: [5000, 5001] }]],
    ["mode=receive", "RTP/AVP;unicast;client_port=1-2;mode=receive", [{ mode: ["record"] }]],
    ["a quoted mode", 'RTP/AVP;unicast;client_port=1-2;mode="PLAY,RECORD"', [{ mode: ["play", "record"] }]],
    ["unknown fields", "RTP/AVP;unicast;x=y;layers=1;append;client_port=1-2", [{ clientPort: [1, 2] }]],
    ["a secure profile", "RTP/SAVP/TCP;unicast;interleaved=0-1", [{ profile: "RTP/SAVP", lower: "TCP" }]],
    ["a transport of others", "x-real-rdt/udp;client_port=1-2", [{ profile: "X-REAL-RDT/UDP" }]],
    ["a list", "RTP/AVP;unicast;client_port=1-2, RTP/AVP/TCP;interleaved=0-1,", [{ lower: "UDP" }, { lower: "TCP" }]],
  ])("is read: %s", (_name, text, expected) => {
    expect(parseTransport(text)).toMatchObject(expected);
  });

  it.each([
    ["nothing", ""],
    ["commas", ", ,"],
    ["channel 256", "RTP/AVP/TCP;interleaved=255-256"],
    ["port 65536", "RTP/AVP;client_port=65536"],
    ["a port that is no number", "RTP/AVP;client_port=a-b"],
    ["no port", "RTP/AVP;client_port="],
    ["half a pair", "RTP/AVP;client_port=1-"],
    ["a long ssrc", "RTP/AVP;ssrc=123456789"],
    ["a ttl of 256", "RTP/AVP;ttl=256"],
  ])("is refused: %s", (_name, text) => {
    expect(() => parseTransport(text)).toThrow(DecodeError);
  });

  it("is written with eight digits of ssrc and read back", () => {
    const text = 'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=000000FF;mode="play"';
    expect(parseTransport(text).map(formatTransport)).toEqual([text]);
    const udp = "RTP/AVP;unicast;destination=192.0.2.1;source=192.0.2.2;client_port=1-2;server_port=3-4;port=5-6;ttl=1";
    expect(parseTransport(udp).map(formatTransport)).toEqual([udp]);
  });

  it("throws nothing but DecodeError, whatever comes", () => onlyDecodeErrors(parseTransport));
});

describe("Session", () => {
  it("is cut at the first semicolon, since some clients echo the timeout (Larix)", () => {
    expect(parseSessionId(" 0123abc ;timeout=60")).toBe("0123abc");
    expect(parseSessionId("0123abc")).toBe("0123abc");
  });

  it("promises a timeout, which a client reads with 60 s as default", () => {
    expect(formatSession("a", 60)).toBe("a;timeout=60");
    expect(formatSession("a")).toBe("a");
    expect(parseSession("a; Timeout=30")).toEqual({ id: "a", timeoutSeconds: 30 });
    expect(parseSession("a")).toEqual({ id: "a", timeoutSeconds: 60 });
  });
});

describe("Range", () => {
  it.each<[string, object, string]>([
    ["npt=0.000-", { unit: "npt", start: 0 }, "npt=0.000-"],
    ["npt=0-", { unit: "npt", start: 0 }, "npt=0.000-"],
    ["npt=now-", { unit: "npt", start: "now" }, "npt=now-"],
    ["npt=10.5-20", { unit: "npt", start: 10.5, end: 20 }, "npt=10.500-20.000"],
    ["npt=-20", { unit: "npt", end: 20 }, "npt=-20.000"],
    ["npt=12:05:35.3-", { unit: "npt", start: 43535.3 }, "npt=43535.300-"],
    [" NPT = 5 - ", { unit: "npt", start: 5 }, "npt=5.000-"],
    ["npt=5-;time=19970123T143720Z", { unit: "npt", start: 5 }, "npt=5.000-"],
    ["clock=20260101T000000Z-", { unit: "clock", startMs: Date.UTC(2026, 0, 1) }, "clock=20260101T000000Z-"],
    [
      "clock=20260101T000001.25Z-20260101T000000Z",
      { unit: "clock", startMs: Date.UTC(2026, 0, 1) + 1250, endMs: Date.UTC(2026, 0, 1) },
      "clock=20260101T000001.250Z-20260101T000000Z",
    ],
    ["smpte-25=10:12:33:20-", { unit: "smpte-25", start: 36753.8 }, "smpte-25=10:12:33:20-"],
    ["smpte-25=0:00:10-0:00:20:12.50", { unit: "smpte-25", start: 10, end: 20.5 }, "smpte-25=00:00:10:00-00:00:20:13"],
    [
      "smpte-30-drop=00:10:00:00-",
      { unit: "smpte-30-drop", start: 17982 / (30000 / 1001) },
      "smpte-30-drop=00:10:00:00-",
    ],
    ["smpte=00:01:00:02-", { unit: "smpte", start: 1800 / (30000 / 1001) }, "smpte=00:01:00:02-"],
    ["frames=1-", { unit: "other", name: "frames" }, "frames="],
    ["", { unit: "other", name: "" }, "="],
  ])("%s", (text, expected, canonical) => {
    expect(parseRange(text)).toEqual(expected);
    expect(formatRange(parseRange(text))).toBe(canonical);
  });

  it.each([
    "npt=x-",
    "npt=1:2-",
    "npt=1e3-",
    "clock=2026-",
    "clock=20260101T000000-",
    "clock=20261301T000000Z-",
    "clock=20260101T250000Z-",
    "smpte=1:2-",
    "smpte-25=0:00:01:25-",
  ])("is refused: %s", (text) => {
    expect(() => parseRange(text)).toThrow(DecodeError);
  });

  it("throws nothing but DecodeError, whatever comes", () => onlyDecodeErrors(parseRange));
});

describe("RTP-Info", () => {
  it.each([
    [
      "two tracks",
      "url=rtsp://h/a/trackID=0;seq=1;rtptime=2,url=rtsp://h/a/trackID=1;seq=3;rtptime=4",
      [
        ["rtsp://h/a/trackID=0", 1, 2],
        ["rtsp://h/a/trackID=1", 3, 4],
      ],
    ],
    [
      "only URLs",
      "url=rtsp://h/a, url=rtsp://h/b",
      [
        ["rtsp://h/a", undefined, undefined],
        ["rtsp://h/b", undefined, undefined],
      ],
    ],
    ["commas and semicolons in a URL", "url=rtsp://h/a;b,c?d=e;seq=1;rtptime=2", [["rtsp://h/a;b,c?d=e", 1, 2]]],
    ["numbers that are too large", "url=a;seq=65536;rtptime=4294967296", [["a", undefined, undefined]]],
    ["nothing", "", []],
  ])("is read: %s", (_name, text, expected) => {
    expect(parseRtpInfo(text).map(({ url, sequence, rtpTime }) => [url, sequence, rtpTime])).toEqual(expected);
  });

  it("names sequence and time only where they are known", () => {
    const entries = [{ url: "a", sequence: 1, rtpTime: 2 }, { url: "b" }];
    expect(formatRtpInfo(entries)).toBe("url=a;seq=1;rtptime=2,url=b");
  });

  it("throws nothing but DecodeError, whatever comes", () => onlyDecodeErrors(parseRtpInfo));
});

describe("Require, Public and their like", () => {
  it("may be lists and may be repeated", () => {
    expect(parseTokens(["onvif-replay, a", "", " b ,, "])).toEqual(["onvif-replay", "a", "b"]);
  });
});

describe("Scale", () => {
  it("is a factor that is not 0", () => {
    expect(["1", "-2.5", "+4.0", "0.5"].map(parseScale)).toEqual([1, -2.5, 4, 0.5]);
    for (const text of ["0", "", "x", "1e9", "NaN"]) expect(() => parseScale(text)).toThrow(DecodeError);
    expect([1, -2.5].map(formatScale)).toEqual(["1.0", "-2.5"]);
  });
});

describe("SMPTE time codes", () => {
  it.each(["smpte", "smpte-25", "smpte-30-drop"] as const)("name each frame of %s and are read back", (unit) => {
    const rate = unit === "smpte-25" ? 25 : 30_000 / 1001;
    fc.assert(
      fc.property(fc.nat(10_000_000), (frame) => {
        expect(Math.round(parseSmpte(formatSmpte(frame / rate, unit), unit) * rate)).toBe(frame);
      }),
    );
  });
});

describe("Frames", () => {
  it.each([
    ["intra", { kind: "intra" }, "intra"],
    [" Intra/4000 ", { kind: "intra", intervalMs: 4000 }, "intra/4000"],
    ["predicted", { kind: "predicted" }, "predicted"],
    ["ALL", { kind: "all" }, "all"],
  ])("%s", (text, expected, canonical) => {
    expect(parseFrames(text)).toEqual(expected);
    expect(formatFrames(parseFrames(text))).toBe(canonical);
  });

  it.each(["", "key", "all/1", "predicted/1", "intra/", "intra/x", "intra/-1", "intra/9999999999"])(
    "is refused: %s",
    (text) => {
      expect(() => parseFrames(text)).toThrow(DecodeError);
    },
  );

  it("throws nothing but DecodeError, whatever comes", () => onlyDecodeErrors(parseFrames));
});

describe("Rate-Control and Immediate", () => {
  it("are yes or no", () => {
    expect([" Yes", "no"].map(parseYesNo)).toEqual([true, false]);
    expect([true, false].map(formatYesNo)).toEqual(["yes", "no"]);
    for (const text of ["", "1", "true", "yes, no"]) expect(() => parseYesNo(text)).toThrow(DecodeError);
  });

  it("throw nothing but DecodeError, whatever comes", () => onlyDecodeErrors(parseYesNo));
});
