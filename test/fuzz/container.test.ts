import { expect, test } from "vitest";
import { openMedia } from "#container/probe";
import { storedConfig } from "#container/stored-config";
import { DecodeError } from "#util/errors";
import { mutants } from "../support/fuzz.js";
import { byteSource, mediaFixture } from "../support/media-fixtures.js";

/**
 * The containers' own parser is a library's; this shows that whatever it does with damaged files leaves our door as a
 * DecodeError. A file takes milliseconds to open, so there are fewer cases than for parsers of ours.
 */
const cases = 300;

test.each([
  "h264-aac.mp4",
  "h264-aac-fragmented.mp4",
  "h264-aac.mkv",
  "h264-aac.ts",
  "h264-pcmu.mov",
  "h265-aac.ts",
  "pcma.wav",
  "mpeg4.mp4",
  "mpeg4-g722.mkv",
  "mpeg2-mp2.mkv",
  "jpeg-pcm.mov",
  "vp8-opus.webm",
  "vp9-mp3.mp4",
  "av1-opus.mp4",
])(
  "a damaged %s is read as far as possible, or refused",
  async (name) => {
    const outcomes = { read: 0, refused: 0 };
    for (const mutant of mutants([mediaFixture(name)], cases)) {
      try {
        const file = await openMedia(byteSource(mutant));
        try {
          let samples = 0;
          for await (const _sample of file.samples()) if (++samples > 10_000) break;
        } finally {
          file.close();
        }
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        outcomes.refused++;
      }
    }
    expect(outcomes.read).toBeGreaterThan(0);
  },
  600_000,
);

test("a decoder's configuration is found in a damaged file, or not", async () => {
  let found = 0;
  const [mp4 = Buffer.alloc(0), mkv = Buffer.alloc(0)] = ["mpeg4.mp4", "mpeg4-g722.mkv"].map(mediaFixture);
  // The descriptions stand at the end of the one and at the start of the other.
  const parts = [mp4.subarray(mp4.indexOf("moov") - 4), mkv.subarray(0, 900)];
  for (const part of parts) expect(await storedConfig(byteSource(part), 1)).toBeDefined();
  for (const mutant of mutants(parts, 100_000)) {
    if ((await storedConfig(byteSource(mutant), 1)) !== undefined) found++;
  }
  expect(found).toBeGreaterThan(1000);
}, 600_000);
