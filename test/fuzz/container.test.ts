import { expect, test } from "vitest";
import { openMedia } from "#container/probe";
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
  60_000,
);
