import { describe, expect, it } from "vitest";
import { describedTracks } from "#rtsp/described-tracks";
import { DecodeError } from "#util/errors";
import { parseSdp } from "#wire/sdp/parser";
import { publishedFormats } from "../../support/relay-packets.js";

const read = (lines: readonly string[]): ReturnType<typeof describedTracks> =>
  describedTracks(parseSdp(["v=0", "s=x", "t=0 0", ...lines].join("\r\n")));

/** What ffmpeg 5.1 announces for a clip with H.264 and AAC. */
const ffmpeg = [
  "o=- 0 0 IN IP4 127.0.0.1",
  "a=tool:libavformat 59.27.100",
  "m=video 0 RTP/AVP 96",
  "b=AS:700",
  "a=rtpmap:96 H264/90000",
  "a=fmtp:96 packetization-mode=1; sprop-parameter-sets=Z0LADNkBYJbARAAAAwAEAAADAwB4PFCpIA==,aMuDyyA=; profile-level-id=42C00C",
  "a=control:streamid=0",
  "m=audio 0 RTP/AVP 97",
  "b=AS:128",
  "a=rtpmap:97 MPEG4-GENERIC/44100/2",
  "a=fmtp:97 profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3; config=1210",
  "a=control:streamid=1",
];

describe("the tracks of a description", () => {
  it("are those of ffmpeg, with what their parameters tell", () => {
    expect(read(ffmpeg)).toMatchObject([
      {
        control: "streamid=0",
        direction: "sendrecv",
        format: {
          kind: "video",
          encodingName: "H264",
          payloadType: 96,
          clockRate: 90_000,
          fmtp: ffmpeg[5]?.slice("a=fmtp:96 ".length),
          width: 352,
          height: 288,
          bitrateKbps: 700,
        },
      },
      {
        control: "streamid=1",
        format: { kind: "audio", encodingName: "MPEG4-GENERIC", clockRate: 44_100, channels: 2, bitrateKbps: 128 },
      },
    ]);
    expect(read(ffmpeg)[0]?.format.parameterSets).toHaveLength(2);
  });

  it.each<[name: string, lines: readonly string[], format: Record<string, unknown>]>([
    [
      "a payload type that needs no rtpmap",
      ["m=audio 0 RTP/AVP 0"],
      { encodingName: "PCMU", clockRate: 8000, channels: 1 },
    ],
    ["a static type that is given another meaning", ["m=audio 0 RTP/AVP 0", "a=rtpmap:0 X/1"], { encodingName: "X" }],
    [
      "the first of several types that can be told",
      ["m=video 0 RTP/AVP 110 26 96", "a=rtpmap:96 VP8/90000"],
      { encodingName: "JPEG", payloadType: 26 },
    ],
    ["another kind", ["m=application 0 RTP/AVP 107", "a=rtpmap:107 vnd.onvif.metadata/90000"], { kind: "metadata" }],
    ["feedback", ["m=video 0 RTP/AVPF 96", "a=rtpmap:96 VP8/90000"], { encodingName: "VP8" }],
    [
      "a picture",
      ["m=video 0 RTP/AVP 96", "a=rtpmap:96 X/90000", "a=framerate:12.5", "a=x-dimensions:640,480"],
      { frameRate: 12.5, width: 640, height: 480 },
    ],
  ])("may have %s", (_name, lines, format) => {
    expect(read(lines)[0]?.format).toMatchObject(format);
  });

  it("say who sends, themselves or for all", () => {
    const tracks = read(["a=recvonly", "m=audio 0 RTP/AVP 0", "a=sendonly", "m=audio 0 RTP/AVP 8"]);
    expect(tracks.map(({ direction }) => direction)).toEqual(["sendonly", "recvonly"]);
  });

  it("keep parameter sets that cannot be read as they are written", () => {
    const fmtp = "packetization-mode=1;sprop-parameter-sets=Z0I=,aM4=";
    const [track] = read(["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", `a=fmtp:96 ${fmtp}`]);
    expect(track?.format.fmtp).toBe(fmtp);
    expect(track?.format.parameterSets).toBeUndefined();
    expect(publishedFormats.h264.parameterSets).toBeDefined();
  });

  it.each([
    ["no clock rate", ["m=video 0 RTP/AVP 96"]],
    ["no payload type", ["m=video 0 RTP/AVP"]],
    ["a type out of range", ["m=video 0 RTP/AVP 200", "a=rtpmap:200 X/1"]],
    ["another protocol", ["m=video 0 TCP 96", "a=rtpmap:96 X/1"]],
  ])("are refused with %s", (_name, lines) => {
    expect(() => read(lines)).toThrow(DecodeError);
  });
});
