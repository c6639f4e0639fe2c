import { describe, expect, test } from "vitest";
import { parseJpeg } from "#codec/jpeg/segments";
import { hasStandardTables } from "#codec/jpeg/recode";
import { payloadFormatOf } from "#codec/payloads";
import { findStreamTraits } from "#codec/stream-traits";
import { openMedia } from "#container/probe";
import { storedConfig } from "#container/stored-config";
import { allSamples, byteSource, mediaFixture } from "../../support/media-fixtures.js";

async function read(name: string) {
  const file = await openMedia(byteSource(mediaFixture(name)));
  const samples = await allSamples(file);
  file.close();
  const of = (track: number) => samples.filter((sample) => sample.track === track);
  return { ...file, formats: file.formats, skipped: file.skipped, of };
}

describe("the pictures of a file", () => {
  test.each([
    ["vp8-opus.webm", { encodingName: "VP8", payloadType: 96, frameRate: 10 }, 10],
    ["vp9-mp3.mp4", { encodingName: "VP9", payloadType: 96, fmtp: "profile-id=0", frameRate: 10 }, 10],
    ["av1-opus.mp4", { encodingName: "AV1", fmtp: "profile=0; level-idx=0; tier=0", frameRate: 10 }, 10],
    ["mpeg4.mp4", { encodingName: "MP4V-ES", frameRate: 10 }, 10],
    ["mpeg4-g722.mkv", { encodingName: "MP4V-ES", frameRate: 10 }, 6],
    ["mpeg2-mp2.mkv", { encodingName: "MPV", payloadType: 32, frameRate: 25 }, 10],
    ["jpeg-pcm.mov", { encodingName: "JPEG", payloadType: 26, frameRate: 10 }, 2],
    ["jpeg-422.mkv", { encodingName: "JPEG", payloadType: 26, frameRate: 10 }, 3],
  ])("%s are described, sent, and random access where the codec says so", async (name, description, count) => {
    const { formats, of } = await read(name);
    const [format] = formats;
    if (!format) throw new Error("no format");
    expect(format).toMatchObject({ kind: "video", clockRate: 90_000, width: 64, height: 48, ...description });
    const pictures = of(0);
    expect(pictures).toHaveLength(count);
    const traits = findStreamTraits(format);
    for (const { payload, randomAccess } of pictures) {
      const payloads = payloadFormatOf(format).packetize(payload, format, randomAccess, 1388);
      expect(payloads.length).toBeGreaterThan(0);
      expect(traits?.isRandomAccess(payload)).toBe(randomAccess);
    }
  });

  test("mpeg4.mp4 have the configuration that the file keeps apart", async () => {
    const { formats, of } = await read("mpeg4.mp4");
    expect(formats[0]?.fmtp).toMatch(/^profile-level-id=1; config=000001B001000001B58913000001000000012000/);
    const [format] = formats;
    const [first] = of(0);
    const [payload] = format && first ? payloadFormatOf(format).packetize(first.payload, format, true, 1388) : [];
    expect(Buffer.from(payload?.body.subarray(0, 5) ?? []).toString("hex")).toBe("000001b001");
  });

  test("jpeg-pcm.mov have the standard Huffman tables when they are read", async () => {
    for (const { payload } of (await read("jpeg-pcm.mov")).of(0)) {
      const picture = parseJpeg(payload[0] ?? Buffer.alloc(0));
      expect(picture.huffman).toHaveLength(4);
      expect(hasStandardTables(picture)).toBe(true);
    }
  });
});

test("pictures of motion JPEG beyond 2040 pixels are described, and tell their size in an extension", async () => {
  const bytes = Buffer.from(mediaFixture("jpeg-422.mkv"));
  const frameHeader = Buffer.from("ffc0001108", "hex");
  for (let at = bytes.indexOf(frameHeader); at >= 0; at = bytes.indexOf(frameHeader, at + 1))
    bytes.writeUInt16BE(2048, at + 7);
  const file = await openMedia(byteSource(bytes));
  const [format] = file.formats;
  expect(format).toMatchObject({ encodingName: "JPEG", width: 2048, height: 48 });
  const [first] = await allSamples(file);
  const [payload] = format && first ? payloadFormatOf(format).packetize(first.payload, format, true, 1388) : [];
  expect([payload?.head[6], payload?.head[7], payload?.extension?.length]).toEqual([0, 0, 24]);
  file.close();
});

describe("the sound of a file", () => {
  test.each([
    ["vp8-opus.webm", 1, { encodingName: "opus", payloadType: 97, clockRate: 48_000, channels: 2 }, 960],
    ["av1-opus.mp4", 1, { encodingName: "opus", clockRate: 48_000 }, 960],
    ["vp9-mp3.mp4", 1, { encodingName: "MPA", payloadType: 14, clockRate: 90_000 }, 3240],
    ["mpeg2-mp2.mkv", 1, { encodingName: "MPA", payloadType: 14, clockRate: 90_000 }, 6480],
    ["mpeg4-g722.mkv", 1, { encodingName: "G722", payloadType: 9, clockRate: 8000, bitrateKbps: 64 }, 160],
    ["jpeg-pcm.mov", 1, { encodingName: "L16", payloadType: 97, clockRate: 16_000, channels: 1 }, 320],
    ["pcm-u8.wav", 0, { encodingName: "L16", payloadType: 96, clockRate: 8000, channels: 1 }, 160],
    ["pcm-s24.wav", 0, { encodingName: "L24", payloadType: 96, clockRate: 48_000, channels: 2 }, 192],
  ])("%s, track %i, is described and comes in units of one length", async (name, track, description, ticks) => {
    const { formats, of } = await read(name);
    expect(formats[track]).toMatchObject({ kind: "audio", ...description });
    const units = of(track);
    expect(units.length).toBeGreaterThan(3);
    expect(new Set(units.map((unit) => unit.ticks))).toEqual(new Set([ticks]));
    const clockRate = formats[track]?.clockRate ?? 0;
    const times = units.map(({ seconds }) => Math.round(seconds * clockRate));
    for (const [index, time] of times.slice(1).entries())
      expect(Math.abs(time - (times[index] ?? 0) - ticks)).toBeLessThan(100);
  });

  test("of 8 bits comes as 16, the most significant byte first", async () => {
    const file = mediaFixture("pcm-u8.wav");
    const [unit] = (await read("pcm-u8.wav")).of(0);
    const samples = Buffer.from(unit?.payload[0] ?? []);
    expect(samples).toHaveLength(320);
    for (let index = 0; index < 160; index++)
      expect(samples.readInt16BE(index * 2)).toBe(((file[44 + index] ?? 0) - 128) << 8);
  });

  test("of 24 bits comes with the most significant byte first", async () => {
    const file = mediaFixture("pcm-s24.wav");
    const start = file.indexOf("data") + 8;
    const [unit] = (await read("pcm-s24.wav")).of(0);
    const samples = Buffer.from(unit?.payload[0] ?? []);
    for (let index = 0; index < 384; index++)
      expect(samples.readIntBE(index * 3, 3)).toBe(file.readIntLE(start + index * 3, 3));
  });
});

describe("what a file says of the coding of a track", () => {
  test("is found in MP4 and in Matroska", async () => {
    const mp4 = await storedConfig(byteSource(mediaFixture("mpeg4.mp4")), 1);
    expect(mp4?.objectType).toBe(0x20);
    const mkv = await storedConfig(byteSource(mediaFixture("mpeg4-g722.mkv")), 1);
    for (const config of [mp4, mkv])
      expect(Buffer.from(config?.bytes.subarray(0, 4) ?? []).toString("hex")).toBe("000001b0");
  });

  test.each([
    ["of a track that is not there", "mpeg4.mp4", 7],
    ["of a track that is not there, in Matroska", "mpeg4-g722.mkv", 7],
    ["of a track without descriptors", "h264-aac.mp4", 1],
    ["in a WAV file", "pcm-u8.wav", 1],
    ["in MPEG-TS", "h264-aac.ts", 1],
  ])("is not found %s", async (_what, name, id) => {
    expect(await storedConfig(byteSource(mediaFixture(name)), id)).toBeUndefined();
  });

  test.each(["mpeg4.mp4", "mpeg4-g722.mkv"])("%s may be cut anywhere", async (name) => {
    const whole = mediaFixture(name);
    for (let length = 0; length < whole.length; length += 13) {
      const found = await storedConfig(byteSource(whole.subarray(0, length)), 1);
      expect(found?.bytes.length ?? 0).toBeLessThan(100);
    }
  });
});
