import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { parseTrackToken, trackReadings, trackUrl } from "#wire/rtsp/track-url";
import { decodeName, formatRtspUrl, parseParameters, parseRtspUrl, splitParameters } from "#wire/rtsp/url";

describe("an RTSP URL", () => {
  it.each([
    ["a plain one", "rtsp://host/a", { scheme: "rtsp", authority: "host", path: "a" }],
    ["port and query", "rtsp://host:8554/a/b?c=d&e=f", { authority: "host:8554", path: "a/b", query: "c=d&e=f" }],
    ["odd case", "RTSP://Host/A", { scheme: "rtsp", authority: "Host", path: "A" }],
    ["rtspt, which some clients make of it", "rtspt://host/a", { scheme: "rtspt" }],
    ["user information", "rtsp://user:p@ss@host/a", { authority: "host" }],
    ["IPv6", "rtsp://[fe80::1%25eth0]:554/a", { authority: "[fe80::1%25eth0]:554" }],
    ["no path", "rtsp://host", { authority: "host", path: "" }],
    ["no path but a query", "rtsp://host?a=b", { authority: "host", path: "", query: "a=b" }],
    ["several slashes", "rtsp://host//a//b/", { path: "a//b/" }],
    ["an ampersand in the path", "rtsp://host/test.mp4&t=unicast&p=udp", { path: "test.mp4&t=unicast&p=udp" }],
    [
      "a camera's form",
      "rtsp://host/cam/realmonitor?channel=1&subtype=0",
      { path: "cam/realmonitor", query: "channel=1&subtype=0" },
    ],
    ["a fragment", "rtsp://host/a#b", { path: "a", query: undefined }],
    ["a path alone", "/a?b", { scheme: undefined, authority: "", path: "a", query: "b" }],
    ["an empty port", "rtsp://host:/a", { authority: "host:" }],
  ])("is read with %s", (_name, text, expected) => {
    expect(parseRtspUrl(text)).toMatchObject(expected);
  });

  it.each([
    ["an asterisk", "*"],
    ["another scheme", "ftp://host/a"],
    ["no scheme and no slash", "host/a"],
    ["no host", "rtsp:///a"],
    ["a host with spaces", "rtsp://a b/c"],
    ["a port that is no number", "rtsp://host:x/a"],
    ["two ports", "rtsp://host:1:2/a"],
    ["an open bracket", "rtsp://[::1/a"],
    ["nothing", ""],
  ])("is refused with %s", (_name, text) => {
    expect(() => parseRtspUrl(text)).toThrow(DecodeError);
  });

  it("is written without user information", () => {
    expect(formatRtspUrl(parseRtspUrl("rtsp://user:pass@host:1/a/?b=c#d"))).toBe("rtsp://host:1/a/?b=c");
  });
});

describe("the name in a path", () => {
  it.each([
    ["WPS%20Office", "WPS Office"],
    ["WPS Office", "WPS Office"],
    ["%E4%BD%A0%E5%A5%BD", "你好"],
    ["你好", "你好"],
    ["a%2541", "a%41"],
    ["a:b", "a:b"],
    ["a.b..c", "a.b..c"],
    ["/a/b/", "a/b"],
    ["", ""],
  ])("%s is %s", (path, name) => {
    expect(decodeName(path)).toBe(name);
  });

  it.each(["a/../b", "..", "%2e%2e/a", "a/.", "a%2fb", "a%5Cb", "a%00b", "a%0ab", "a%zz", "100%", "%ff"])(
    "is not %s",
    (path) => {
      expect(() => decodeName(path)).toThrow(DecodeError);
    },
  );
});

describe("parameters behind a path", () => {
  it("start at the first ampersand and are decoded once", () => {
    expect(splitParameters("test.mp4&t=unicast&p=udp")).toEqual({ path: "test.mp4", parameters: "t=unicast&p=udp" });
    expect(splitParameters("test.mp4")).toEqual({ path: "test.mp4", parameters: "" });
    const parameters = parseParameters("t=unicast&t=multicast&&window=A%26B%3D&flag&=x");
    expect([...parameters]).toEqual([
      ["t", "unicast"],
      ["window", "A&B="],
      ["flag", ""],
      ["", "x"],
    ]);
  });

  it("are refused when broken or too many", () => {
    for (const text of ["a=%zz", "a=%00", "a&".repeat(65)]) expect(() => parseParameters(text)).toThrow(DecodeError);
  });
});

describe("track URLs", () => {
  it.each([
    ["trackID=3", { index: 3 }],
    ["TRACKID=3", { index: 3 }],
    ["track1", { index: 0 }],
    ["track2", { index: 1 }],
    ["stream=1", { index: 1 }],
    ["streamid=1", { index: 1 }],
    ["video", { kind: "video" }],
    ["Audio", { kind: "audio" }],
    ["trackID=", undefined],
    ["track", undefined],
    ["stream1", undefined],
    ["trackID=1x", undefined],
  ])("%s", (segment, expected) => {
    expect(parseTrackToken(segment)).toEqual(expected);
  });

  it.each([
    [
      "our own control",
      "rtsp://h/a/trackID=1?x=y",
      [
        ["rtsp://h/a?x=y", 1],
        ["rtsp://h/a/trackID=1?x=y", undefined],
      ],
    ],
    [
      "ffmpeg's, behind the query",
      "rtsp://h/a?x=y/trackID=1",
      [
        ["rtsp://h/a?x=y", 1],
        ["rtsp://h/a?x=y/trackID=1", undefined],
      ],
    ],
    [
      "GStreamer's, all lost",
      "rtsp://h/trackID=1",
      [
        ["rtsp://h/", 1],
        ["rtsp://h/trackID=1", undefined],
      ],
    ],
    [
      "with parameters",
      "rtsp://h/a.mp4&t=u/trackID=0",
      [
        ["rtsp://h/a.mp4&t=u", 0],
        ["rtsp://h/a.mp4&t=u/trackID=0", undefined],
      ],
    ],
    ["no track", "rtsp://h/a/b/", [["rtsp://h/a/b", undefined]]],
    ["no track and a query with a slash at its end", "rtsp://h/a?x=y/", [["rtsp://h/a?x=y", undefined]]],
    ["no path", "rtsp://h", [["rtsp://h/", undefined]]],
  ])("are read: %s", (_name, text, expected) => {
    const readings = trackReadings(parseRtspUrl(text));
    expect(
      readings.map(({ base, track }) => [formatRtspUrl(base), track && "index" in track ? track.index : undefined]),
    ).toEqual(expected);
  });

  it("are written with the query at the end", () => {
    const base = parseRtspUrl("rtsp://h:1/a?b=c");
    expect(formatRtspUrl(trackUrl(base, 2))).toBe("rtsp://h:1/a/trackID=2?b=c");
    expect(formatRtspUrl(trackUrl(parseRtspUrl("rtsp://h"), 0))).toBe("rtsp://h/trackID=0");
  });
});
