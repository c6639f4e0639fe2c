import { describe, expect, it } from "vitest";
import { pushedAudioFormat, type PushedAudio, pushedVideoFormat, type PushedVideoCodec } from "#sources/pusher-formats";

describe("the format of a pusher's track", () => {
  it.each<[PushedVideoCodec, payloadType: number, encodingName: string, fmtp: string | undefined]>([
    ["H264", 96, "H264", "packetization-mode=1"],
    ["H265", 96, "H265", undefined],
    ["MP4", 96, "MP4V-ES", undefined],
    ["JPEG", 26, "JPEG", undefined],
  ])("%s: payload type %i, %s", (codec, payloadType, encodingName, fmtp) => {
    const format = pushedVideoFormat(codec);
    expect(format).toMatchObject({ kind: "video", payloadType, encodingName, clockRate: 90_000 });
    expect([format.fmtp, format.parameterSets]).toEqual([fmtp, undefined]);
  });

  it.each<[PushedAudio["codec"], rate: number, channels: number, described: string]>([
    ["G711A", 8000, 1, "8 PCMA/8000/1"],
    ["G711A", 16_000, 1, "97 PCMA/16000/1"],
    ["G711U", 8000, 1, "0 PCMU/8000/1"],
    ["G711U", 8000, 2, "97 PCMU/8000/2"],
    ["G722", 16_000, 1, "9 G722/8000/1"],
    ["G722", 8000, 2, "97 G722/8000/2"],
    ["G726", 8000, 1, "97 G726-32/8000/1"],
    ["OPUS", 48_000, 1, "97 opus/48000/2"],
    ["OPUS", 8000, 2, "97 opus/48000/2 sprop-stereo=1"],
    ["AAC", 8000, 1, "97 MPEG4-GENERIC/8000/1 config=1588"],
    ["AAC", 44_100, 2, "97 MPEG4-GENERIC/44100/2 config=1210"],
    ["AAC", 48_000, 2, "97 MPEG4-GENERIC/48000/2 config=1190"],
  ])("%s with %i Hz and %i channels", (codec, sampleRate, channels, described) => {
    const format = pushedAudioFormat({ codec, sampleRate, channels });
    const parameter = format.fmtp?.split("; ").at(-1);
    const map = `${format.payloadType} ${format.encodingName}/${format.clockRate}/${format.channels}`;
    expect([format.kind, parameter === undefined ? map : `${map} ${parameter}`]).toEqual(["audio", described]);
  });
});
