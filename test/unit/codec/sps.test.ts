import { describe, expect, test } from "vitest";
import { parseH264Sps } from "#codec/h264/sps";
import { parseH265Sps } from "#codec/h265/sps";
import { DecodeError } from "#util/errors";
import { h264Sets, h265Sets } from "../../support/parameter-sets.js";

describe("an H.264 sequence parameter set", () => {
  test.each([
    ["High, cropped to 1080 lines, 30000/1001", "high1080p2997", "640028", 1920, 1080, 30_000 / 1001],
    ["interlaced, with vertical units of two fields", "interlaced1080", "640028", 1920, 1080, 25],
    ["Baseline without chroma members", "baselineCif", "42C00C", 352, 288, 15],
    ["4:4:4 with odd cropping", "high444Odd", "F4000C", 322, 242, 10],
    ["4:2:2 ten bits with scaling matrices", "high422Matrices", "7A001F", 640, 360, 50],
  ] as const)("%s", (_what, name, profileLevelId, width, height, frameRate) => {
    expect(parseH264Sps(h264Sets[name].sps)).toMatchObject({ profileLevelId, width, height });
    expect(parseH264Sps(h264Sets[name].sps).frameRate).toBeCloseTo(frameRate, 6);
  });

  test("names the level as ten times its number", () => {
    expect(parseH264Sps(h264Sets.high1080p2997.sps)).toMatchObject({ profileIdc: 100, levelIdc: 40 });
  });

  test("has no frame rate when it ends before its timing", () => {
    expect(() => parseH264Sps(h264Sets.baselineCif.sps.subarray(0, 12))).toThrow(DecodeError);
  });

  test.each([
    ["nothing", ""],
    ["the header alone", "67"],
    ["zeros", `67${"00".repeat(64)}`],
    ["a picture of 2^32 macroblocks", "67640028ac0000000100000000"],
  ])("is refused when it is %s", (_what, hex) => {
    expect(() => parseH264Sps(Buffer.from(hex, "hex"))).toThrow(DecodeError);
  });
});

describe("an H.265 sequence parameter set", () => {
  test.each([
    ["Main, with a conformance window", "main1080p25", { profileId: 1, tierFlag: 0, levelId: 120 }, 1920, 1080, 25],
    [
      "two temporal layers",
      "main10TemporalLayers",
      { profileId: 2, tierFlag: 0, levelId: 63 },
      642,
      362,
      30_000 / 1001,
    ],
    ["range extensions in the high tier", "main444HighTier", { profileId: 4, tierFlag: 1, levelId: 153 }, 322, 242, 12],
  ] as const)("%s", (_what, name, profile, width, height, frameRate) => {
    expect(parseH265Sps(h265Sets[name].sps)).toMatchObject({ ...profile, width, height });
    expect(parseH265Sps(h265Sets[name].sps).frameRate).toBeCloseTo(frameRate, 6);
  });

  test.each([
    ["nothing", ""],
    ["zeros", `4201${"00".repeat(64)}`],
    ["ones", `4201${"ff".repeat(64)}`],
  ])("is refused when it is %s", (_what, hex) => {
    expect(() => parseH265Sps(Buffer.from(hex, "hex"))).toThrow(DecodeError);
  });
});
