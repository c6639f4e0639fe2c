import { describe, expect, test } from "vitest";
import { isAdts, parseAdtsHeader, splitAdts } from "#codec/aac/adts";
import { aacLcConfig, makeAacConfig, parseAacConfig } from "#codec/aac/config";
import { DecodeError } from "#util/errors";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

describe("an AudioSpecificConfig", () => {
  test.each([
    ["AAC-LC 16 kHz mono", "1408", { objectType: 2, sampleRate: 16_000, channels: 1, frameSamples: 1024 }],
    ["with a tail that declares no replication", "140856e500", { objectType: 2, sampleRate: 16_000, channels: 1 }],
    ["AAC-LC 44.1 kHz stereo", "1210", { objectType: 2, sampleRate: 44_100, channels: 2 }],
    ["eight channels by configuration 7", "11b8", { sampleRate: 48_000, channels: 8 }],
    ["frames of 960 samples", "1194", { sampleRate: 48_000, channels: 2, frameSamples: 960 }],
    ["spectral band replication, 24 to 48 kHz", "2b118800", { objectType: 2, sampleRate: 48_000, frameSamples: 2048 }],
    ["an explicit rate", "17803e8008", { sampleRate: 32_000, channels: 1 }],
    ["channels told elsewhere", "1180", { sampleRate: 48_000, channels: 0 }],
  ])("%s", (_what, config, expected) => {
    expect(parseAacConfig(hex(config))).toMatchObject(expected);
  });

  test.each([
    ["nothing", ""],
    ["one byte", "14"],
    ["a reserved rate", "1688"],
    ["a rate of 1 Hz", "1780000088"],
    ["a reserved channel configuration", "1148"],
  ])("is refused when it is %s", (_what, config) => {
    expect(() => parseAacConfig(hex(config))).toThrow(DecodeError);
  });

  test("is made from what ADTS tells", () => {
    expect(Buffer.from(makeAacConfig(2, 8, 1)).toString("hex")).toBe("1408");
  });

  test("is made for a sample rate of the table, and for no other", () => {
    expect(parseAacConfig(aacLcConfig(44_100, 2))).toMatchObject({ objectType: 2, sampleRate: 44_100, channels: 2 });
    expect(() => aacLcConfig(44_000, 2)).toThrow(DecodeError);
  });
});

describe("ADTS", () => {
  const frame = (body: string): Buffer => {
    const length = 7 + body.length / 2;
    return Buffer.concat([hex("fff16040"), Buffer.from([length >> 3, ((length & 7) << 5) | 0x1f, 0xfc]), hex(body)]);
  };

  test("tells the configuration and where the frame ends", () => {
    const header = parseAdtsHeader(frame("aabbcc"));
    expect(header).toMatchObject({ headerBytes: 7, frameBytes: 10 });
    expect(Buffer.from(header.config).toString("hex")).toBe("1408");
  });

  test("frames come without their headers", () => {
    expect(splitAdts(Buffer.concat([frame("aabb"), frame("cc")]))).toEqual([hex("aabb"), hex("cc")]);
  });

  test.each([
    ["no sync word", hex("00f160400fff00")],
    ["a frame cut off", frame("aabb").subarray(0, 8)],
    ["a length below the header's", hex("fff16040001ffc")],
    ["a reserved rate", hex("fff17c40015ffcaabb")],
  ])("is refused with %s", (_what, bytes) => {
    expect(() => splitAdts(bytes)).toThrow(DecodeError);
  });

  test("is not mistaken for MP3", () => {
    expect(isAdts(hex("fffb9064"))).toBe(false);
  });
});
