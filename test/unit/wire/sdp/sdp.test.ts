import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { attributeValue, fmtpOf, formatRtpMap, parseFmtp, parseRtpMap } from "#wire/sdp/attributes";
import { parseSdp } from "#wire/sdp/parser";
import { formatSdp, type SdpSession } from "#wire/sdp/session";

const camera: SdpSession = {
  origin: "- 1 1 IN IP4 192.0.2.1",
  name: "camera",
  connection: { addressType: "IP4", address: "0.0.0.0" },
  bandwidths: [],
  attributes: [{ name: "control", value: "rtsp://192.0.2.1/a" }, { name: "recvonly" }],
  media: [
    {
      kind: "video",
      port: 0,
      protocol: "RTP/AVP",
      formats: ["96"],
      bandwidths: [{ type: "AS", value: 4000 }],
      attributes: [
        { name: "rtpmap", value: "96 H264/90000" },
        { name: "fmtp", value: "96 packetization-mode=1; sprop-parameter-sets=Zw==,aA==" },
      ],
    },
    {
      kind: "audio",
      port: 5000,
      protocol: "RTP/AVP",
      formats: ["0", "8"],
      connection: { addressType: "IP6", address: "ff15::1" },
      bandwidths: [],
      attributes: [],
    },
  ],
};

const text = `v=0
o=- 1 1 IN IP4 192.0.2.1
s=camera
c=IN IP4 0.0.0.0
t=0 0
a=control:rtsp://192.0.2.1/a
a=recvonly
m=video 0 RTP/AVP 96
b=AS:4000
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Zw==,aA==
m=audio 5000 RTP/AVP 0 8
c=IN IP6 ff15::1
`;

describe("SDP", () => {
  it("is written with CRLF and all the lines that players want", () => {
    expect(formatSdp(camera)).toBe(text.replaceAll("\n", "\r\n"));
    const bare = formatSdp({ origin: "-", name: "", bandwidths: [], attributes: [], media: [] });
    expect(bare).toBe("v=0\r\no=-\r\ns= \r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n");
  });

  it("has no line of a name's making", () => {
    expect(formatSdp({ ...camera, name: "a\r\nm=evil" })).toContain("s=a  m=evil\r\n");
  });

  it("is read as it is written, whatever ends the lines", () => {
    for (const end of ["\n", "\r\n", "\r"]) expect(parseSdp(text.replaceAll("\n", end))).toEqual(camera);
  });

  it("is read without t=, with two sections of one type, and with lines nobody needs", () => {
    const odd =
      "v=0\no=0 0 IN IP4 192.0.2.1\ns=x\ni=y\nz\na\nb=no\nc=no\nm=audio 0 RTP/AVP 0\nm=audio 0 RTP/AVP 0\na=sendonly\n";
    const session = parseSdp(odd);
    expect(session.media.map((media) => [media.kind, media.formats, media.attributes])).toEqual([
      ["audio", ["0"], []],
      ["audio", ["0"], [{ name: "sendonly" }]],
    ]);
  });

  it.each([
    ["nothing", ""],
    ["another text", "hello"],
    ["a port that is no number", "v=0\nm=video x RTP/AVP 96"],
    ["port 65536", "v=0\nm=video 65536 RTP/AVP 96"],
    ["no protocol", "v=0\nm=video 0"],
    ["65 sections", `v=0\n${"m=video 0 RTP/AVP 96\n".repeat(65)}`],
    ["2001 lines", `v=0\n${"a=b\n".repeat(2001)}`],
    ["more than 128 KiB", `v=0\na=${"b".repeat(131_072)}`],
  ])("is refused: %s", (_name, input) => {
    expect(() => parseSdp(input)).toThrow(DecodeError);
  });

  it("throws nothing but DecodeError, whatever comes", () => {
    const line = fc.tuple(fc.constantFrom("v=", "o=", "m=", "a=", "b=", "c=", "", "m=video "), fc.string());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        try {
          parseSdp(`v=0\n${lines.map((parts) => parts.join("")).join("\n")}`);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});

describe("SDP attributes", () => {
  it("are found by name", () => {
    expect(attributeValue(camera.attributes, "control")).toBe("rtsp://192.0.2.1/a");
    expect(attributeValue(camera.attributes, "recvonly")).toBe("");
    expect(attributeValue(camera.attributes, "sendonly")).toBeUndefined();
  });

  it.each([
    ["96 H264/90000", { payloadType: 96, encodingName: "H264", clockRate: 90000 }],
    ["97 MPEG4-GENERIC/48000/2", { payloadType: 97, encodingName: "MPEG4-GENERIC", clockRate: 48000, channels: 2 }],
    ["98 vnd.onvif.metadata/90000", { payloadType: 98, encodingName: "vnd.onvif.metadata", clockRate: 90000 }],
  ])("map payload types: %s", (value, map) => {
    expect(parseRtpMap(value)).toEqual(map);
    expect(formatRtpMap(map)).toBe(value);
  });

  it.each(["96 H264", "96 H264/0", "128 H264/90000", "H264/90000", ""])("map nothing: %s", (value) => {
    expect(parseRtpMap(value)).toBeUndefined();
  });

  it("have the parameters of one payload type", () => {
    const video = camera.media[0]?.attributes ?? [];
    expect(fmtpOf(video, 97)).toBeUndefined();
    const parameters = parseFmtp(fmtpOf(video, 96) ?? "");
    expect([...parameters]).toEqual([
      ["packetization-mode", "1"],
      ["sprop-parameter-sets", "Zw==,aA=="],
    ]);
    expect([...parseFmtp("A=1;a=2;;flag; b = c=d")]).toEqual([
      ["a", "1"],
      ["flag", ""],
      ["b", "c=d"],
    ]);
  });
});
