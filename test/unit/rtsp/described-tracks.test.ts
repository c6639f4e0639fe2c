import { describe, expect, it } from "vitest";
import { describedTracks } from "#rtsp/described-tracks";
import { DecodeError } from "#util/errors";
import { parseSdp } from "#wire/sdp/parser";

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

  it("say who sends, themselves or for all", () => {
    const tracks = read(["a=recvonly", "m=audio 0 RTP/AVP 0", "a=sendonly", "m=audio 0 RTP/AVP 8"]);
    expect(tracks.map(({ direction }) => direction)).toEqual(["sendonly", "recvonly"]);
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
