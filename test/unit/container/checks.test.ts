import { describe, expect, test } from "vitest";
import { checkMatroska } from "#container/matroska-check";
import { checkMp4 } from "#container/mp4-check";
import { DecodeError } from "#util/errors";
import { byteSource, mediaFixture, shippedMedia } from "../../support/media-fixtures.js";

/** `file` with the bytes at `offset` behind the last `marker` set to `hex`. */
function patched(file: string, marker: string, offset: number, hex: string): Buffer {
  const bytes = Buffer.from(mediaFixture(file));
  const at = bytes.lastIndexOf(marker, undefined, "latin1");
  expect(at).toBeGreaterThan(0);
  bytes.set(Buffer.from(hex, "hex"), at + offset);
  return bytes;
}

describe("the tables of an MP4 file", () => {
  test.each(["h264-aac.mp4", "h264-aac-fragmented.mp4", "h264-pcmu.mov", "h264-aac.mkv", "h264-aac.ts", "pcma.wav"])(
    "of %s are in order, or none of ours",
    async (file) => {
      await checkMp4(byteSource(mediaFixture(file)));
    },
  );

  test.each([
    ["a chunk of 4 billion samples", "h264-aac.mp4", "stsc", 4 + 4 + 4 + 4, "ffffffff"],
    ["a chunk table longer than its box", "h264-aac.mp4", "stsc", 8, "00ffffff"],
    ["times for 4 billion samples", "h264-aac.mp4", "stts", 4 + 4 + 4, "fffffff0"],
    ["offsets for 4 billion samples", "h264-aac.mp4", "ctts", 4 + 4 + 4, "fffffff0"],
    ["4 billion samples without sizes", "h264-aac.mp4", "stsz", 4 + 4 + 4, "fffffff0"],
    ["4 billion samples of one size", "h264-pcmu.mov", "stsz", 4 + 4, "00000001fffffff0"],
    ["a fragment of 4 billion samples", "h264-aac-fragmented.mp4", "trun", 4 + 4, "fffffff0"],
    ["a box shorter than its header", "h264-aac.mp4", "stco", -4, "00000004"],
  ])("are refused with %s", async (_what, file, marker, offset, hex) => {
    await expect(checkMp4(byteSource(patched(file, marker, offset, hex)))).rejects.toThrow(DecodeError);
  });
});

describe("the elements of a Matroska file", () => {
  test.each(["h264-aac.mkv", "h264-aac.mp4", "h264-aac.ts", "pcma.wav"])(
    "of %s are in order, or none of ours",
    async (file) => {
      await checkMatroska(byteSource(mediaFixture(file)));
    },
  );

  test("are looked through without a read for each block", async () => {
    const source = byteSource(mediaFixture("h264-aac.mkv"));
    const lengths: number[] = [];
    await checkMatroska({
      size: source.size,
      read: (offset, length) => {
        lengths.push(length);
        return source.read(offset, length);
      },
    });
    expect(lengths.length).toBeLessThan(10);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64 * 1024);
  });

  const cluster = "\x1f\x43\xb6\x75";
  const cues = "\x1c\x53\xbb\x6b";
  test.each([
    ["junk where the cues were", patched("h264-aac.mkv", cues, 0, "deadbeef")],
    ["a block beyond its cluster", patched("h264-aac.mkv", cluster, 4, "1000000000000010")],
    ["cues that lead elsewhere", patched("h264-aac.mkv", "\xf1\x82", 2, "0303")],
  ])("are refused with %s", async (_what, bytes) => {
    await expect(checkMatroska(byteSource(bytes))).rejects.toThrow(DecodeError);
  });
});

test("a picture is neither", async () => {
  const source = byteSource(shippedMedia("test.jpg"));
  await checkMp4(source);
  await checkMatroska(source);
});
