import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { formatFromSdp } from "#codec/sdp-format";
import { staticRtpMap } from "#codec/static-types";
import { DecodeError } from "#util/errors";
import { parseSdp } from "#wire/sdp/parser";
import { h264Sets } from "../../support/parameter-sets.js";

const read = (...lines: string[]) => {
  const [media] = parseSdp(["v=0", ...lines].join("\r\n")).media;
  if (!media) throw new Error("no media");
  return formatFromSdp(media);
};

describe("a media section", () => {
  test.each<[string, string[], object]>([
    [
      "with rtpmap, fmtp, rate, size and bandwidth",
      [
        "m=video 0 RTP/AVP 96",
        "b=AS:4000",
        "a=rtpmap:96 VP8/90000",
        "a=fmtp:96 max-fr=30",
        "a=framerate:29.97",
        "a=framesize:96 640-480",
      ],
      {
        kind: "video",
        encodingName: "VP8",
        payloadType: 96,
        clockRate: 90_000,
        fmtp: "max-fr=30",
        width: 640,
        height: 480,
        frameRate: 29.97,
        bitrateKbps: 4000,
      },
    ],
    [
      "of a static type without rtpmap",
      ["m=audio 0 RTP/AVP 9"],
      { kind: "audio", encodingName: "G722", payloadType: 9, clockRate: 8000, channels: 1 },
    ],
    ["of JPEG without anything", ["m=video 0 RTP/AVP 26"], { kind: "video", encodingName: "JPEG", clockRate: 90_000 }],
    [
      "that gives a static type another meaning",
      ["m=audio 0 RTP/AVP 0", "a=rtpmap:0 L16/16000/2"],
      { encodingName: "L16", payloadType: 0, clockRate: 16_000, channels: 2 },
    ],
    [
      "whose first type is not known here",
      ["m=audio 0 RTP/AVP 101 97", "a=rtpmap:101 telephone-event/8000", "a=rtpmap:97 opus/48000/2"],
      { encodingName: "opus", payloadType: 97, channels: 2 },
    ],
    [
      "of an encoding that is not known",
      ["m=video 0 RTP/AVP 98", "a=rtpmap:98 X-NEW/1000", "a=fmtp:98 a=1;B=2"],
      { kind: "video", encodingName: "X-NEW", payloadType: 98, clockRate: 1000, fmtp: "a=1;B=2" },
    ],
    [
      "of ONVIF metadata",
      ["m=application 0 RTP/AVP 107", "a=rtpmap:107 vnd.onvif.metadata/90000"],
      { kind: "metadata", encodingName: "vnd.onvif.metadata", clockRate: 90_000 },
    ],
    [
      "with sizes in the forms of QuickTime and of 3GPP",
      ["m=video 0 RTP/AVP 26", "a=x-dimensions:3840,2160"],
      { width: 3840, height: 2160 },
    ],
    ["with a clip rectangle", ["m=video 0 RTP/AVP 26", "a=cliprect:0,0,576,704"], { width: 704, height: 576 }],
    [
      "of a mode without fragments, with parameter sets",
      [
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
        `a=fmtp:96 packetization-mode=0;sprop-parameter-sets=${h264Sets.baselineCif.sps.toString("base64")},${h264Sets.baselineCif.pps.toString("base64")}`,
      ],
      { width: 352, height: 288, parameterSets: [h264Sets.baselineCif.sps, h264Sets.baselineCif.pps] },
    ],
    [
      "with parameter sets that cannot be read",
      ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", "a=fmtp:96 sprop-parameter-sets=Z0I=,aM4="],
      { encodingName: "H264", fmtp: "sprop-parameter-sets=Z0I=,aM4=" },
    ],
    [
      "of MPEG-4 video",
      [
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 MP4V-ES/90000",
        "a=fmtp:96 profile-level-id=1; config=000001B0F1000001B5A913000001000000012008D48D08002D02040614103F",
      ],
      { width: 64, height: 48, encodingName: "MP4V-ES" },
    ],
  ])("%s", (_what, lines, expected) => {
    expect(read(...lines)).toMatchObject(expected);
  });

  test("gets a mode with fragments, since larger packets are cut", () => {
    const sets = Object.values(h264Sets.baselineCif).map((set) => set.toString("base64"));
    const fmtp = `packetization-mode=0;sprop-parameter-sets=${sets.join(",")};profile-level-id=42C00C`;
    expect(read("m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", `a=fmtp:96 ${fmtp}`).fmtp).toMatch(
      /^packetization-mode=1; sprop/,
    );
  });

  test.each([
    ["a dynamic type without rtpmap", ["m=video 0 RTP/AVP 96"]],
    ["a type without a meaning", ["m=audio 0 RTP/AVP 19"]],
    ["an rtpmap without a clock rate", ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264"]],
    ["an rtpmap for another type", ["m=video 0 RTP/AVP 96", "a=rtpmap:97 H264/90000"]],
    ["no type at all", ["m=video 0 RTP/AVP"]],
    ["a type beyond 127", ["m=video 0 RTP/AVP 128", "a=rtpmap:128 H264/90000"]],
    ["something else than RTP", ["m=video 0 udp mp4"]],
  ])("with %s is refused", (_what, lines) => {
    expect(() => read(...lines)).toThrow(DecodeError);
  });

  test("of any content is read or refused", () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("96 H264/90000", "96 MP4A-LATM/8000", "96 config=4000", "96 x"),
    );
    const attribute = fc.record({ name: fc.constantFrom("rtpmap", "fmtp", "framerate", "x-dimensions"), value });
    fc.assert(
      fc.property(
        fc.array(attribute),
        fc.array(fc.constantFrom("96", "0", "26", "x", "999")),
        (attributes, formats) => {
          try {
            const media = { kind: "video", port: 0, protocol: "RTP/AVP", formats, bandwidths: [], attributes };
            expect(formatFromSdp(media).clockRate).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        },
      ),
    );
  });
});

test.each([
  [0, "PCMU", 8000],
  [8, "PCMA", 8000],
  [9, "G722", 8000],
  [10, "L16", 44_100],
  [14, "MPA", 90_000],
  [26, "JPEG", 90_000],
  [32, "MPV", 90_000],
  [33, "MP2T", 90_000],
])("payload type %i is %s", (payloadType, encodingName, clockRate) => {
  expect(staticRtpMap(payloadType)).toMatchObject({ payloadType, encodingName, clockRate });
});

test.each([1, 2, 19, 24, 35, 72, 77, 95, 96, 127, -1, 1.5])("payload type %d has no meaning of its own", (type) => {
  expect(staticRtpMap(type)).toBeUndefined();
});
