import { describe, expect, test } from "vitest";
import { nalType as h264Type } from "#codec/h264/nal";
import { nalType as h265Type } from "#codec/h265/nal";
import type { Sample } from "#container/media-file";
import { openMedia } from "#container/probe";
import { CodedError, DecodeError } from "#util/errors";
import { allSamples, byteSource, mediaFixture, shippedMedia } from "../../support/media-fixtures.js";

const open = (name: string) => openMedia(byteSource(mediaFixture(name)));
const near = (seconds: number): number => Math.round(seconds * 1e4) / 1e4;
const timesOf = (samples: readonly Sample[], track: number): number[] =>
  samples.filter((sample) => sample.track === track).map(({ seconds }) => near(seconds));

/** Ten pictures a second with two B-frames, in decoding order. */
const h264Times = [0, 0.3, 0.1, 0.2, 0.4, 0.5, 0.8, 0.6, 0.7, 0.9];

describe("a media file", () => {
  test.each([
    ["h264-aac.mp4", ["H264", "MPEG4-GENERIC"]],
    ["h264-aac-fragmented.mp4", ["H264", "MPEG4-GENERIC"]],
    ["h264-aac.mkv", ["H264", "MPEG4-GENERIC"]],
    ["h264-aac.ts", ["H264", "MPEG4-GENERIC"]],
    ["h264-pcmu.mov", ["H264", "PCMU"]],
    ["h265-aac.ts", ["H265", "MPEG4-GENERIC"]],
    ["pcma.wav", ["PCMA"]],
    ["vp8-opus.webm", ["VP8", "opus"]],
    ["vp9-mp3.mp4", ["VP9", "MPA"]],
    ["av1-opus.mp4", ["AV1", "opus"]],
    ["mpeg4.mp4", ["MP4V-ES"]],
  ])("%s has its tracks", async (name, encodings) => {
    const file = await open(name);
    expect(file.formats.map(({ encodingName }) => encodingName)).toEqual(encodings);
    expect(file.skipped).toEqual([]);
    expect(file.loopSeconds).toBeGreaterThan(0.95);
    expect(file.loopSeconds).toBeLessThan(1.1);
    file.close();
  });

  test.each(["h264-aac.mp4", "h264-aac-fragmented.mp4", "h264-aac.mkv", "h264-aac.ts", "h264-pcmu.mov"])(
    "%s gives its pictures in decoding order with the times at which they are shown",
    async (name) => {
      const file = await open(name);
      const samples = await allSamples(file);
      file.close();
      expect(file.formats[0]).toMatchObject({ width: 64, height: 48, frameRate: 10, clockRate: 90_000 });
      expect(timesOf(samples, 0)).toEqual(h264Times);
      const pictures = samples.filter(({ track }) => track === 0);
      expect(pictures.map(({ dueSeconds }) => near(dueSeconds))).toEqual(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => n / 10),
      );
      expect(pictures.map(({ randomAccess }) => randomAccess)).toEqual(h264Times.map((seconds) => seconds % 0.5 === 0));
      for (const { payload, randomAccess } of pictures) {
        expect(payload.some((nal) => h264Type(nal) === 5)).toBe(randomAccess);
      }
    },
  );

  test.each(["h264-aac.mp4", "h264-aac-fragmented.mp4", "h264-aac.mkv", "h264-aac.ts", "h264-pcmu.mov", "h265-aac.ts"])(
    "%s gives all tracks together, by decoding time",
    async (name) => {
      const file = await open(name);
      const due = (await allSamples(file)).map(({ dueSeconds }) => dueSeconds);
      file.close();
      expect(due).toEqual(due.toSorted((a, b) => a - b));
    },
  );

  test("of H.265 gives NAL units of that kind", async () => {
    const file = await open("h265-aac.ts");
    const [first] = await allSamples(file);
    file.close();
    expect(first?.payload.map(h265Type)).toEqual(expect.arrayContaining([32, 33, 34]));
  });

  test("leaves out sound that belongs before the pictures, and what is heard after them", async () => {
    const file = await open("h264-aac.mp4"); // 1024 samples of priming, 16 kHz
    expect(timesOf(await allSamples(file), 1)).toEqual(Array.from({ length: 16 }, (_, n) => near(n * 0.064)));
    file.close();
  });

  test("of G.711 gives units of 20 ms whatever its packets hold", async () => {
    const file = await open("pcma.wav"); // packets of 2048 samples
    const samples = await allSamples(file);
    file.close();
    expect(samples).toHaveLength(50);
    expect(timesOf(samples, 0)).toEqual(Array.from({ length: 50 }, (_, n) => near(n * 0.02)));
    expect(new Set(samples.map(({ payload, ticks }) => `${payload[0]?.length} ${ticks}`))).toEqual(
      new Set(["160 160"]),
    );
    const sound = Buffer.concat(samples.flatMap(({ payload }) => payload));
    expect(
      mediaFixture("pcma.wav")
        .subarray(58, 58 + 8000)
        .equals(sound),
    ).toBe(true);
  });

  test("starts at the random access picture before the time asked for", async () => {
    const file = await open("h264-aac.mp4");
    const samples = await allSamples(file, 0.75);
    file.close();
    expect(timesOf(samples, 0)).toEqual(h264Times.slice(5));
    expect(timesOf(samples, 1)[0]).toBeCloseTo(0.512, 3);
  });

  test("can be read several times at once", async () => {
    const file = await open("h264-aac.mp4");
    const [one, two] = await Promise.all([allSamples(file), allSamples(file, 0.6)]);
    file.close();
    expect(one).toHaveLength(26);
    expect(two.length).toBeLessThan(one.length);
  });

  test("names the tracks that cannot be sent", async () => {
    const file = await open("h265-flac.mp4");
    expect(file.formats.map(({ encodingName }) => encodingName)).toEqual(["H265"]);
    expect(file.skipped).toEqual(["audio track 1 (flac)"]);
    file.close();
  });
});

describe("what is no usable file", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "container-unknown"],
    ["text", Buffer.from("hello, world\n".repeat(20)), "container-unknown"],
    ["an AVI file", mediaFixture("h264.avi"), "container-unknown"],
    ["a file with no track to send", mediaFixture("flac.mp4"), "tracks-unusable"],
    ["a file cut in its header", mediaFixture("h264-aac.mp4").subarray(0, 40), "tracks-unusable"],
    ["a picture", shippedMedia("test.jpg"), "container-unknown"],
  ])("%s is refused", async (_what, bytes, code) => {
    const error = await openMedia(byteSource(bytes)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ code });
  });

  test("a file that cannot be read fails as its byte source does", async () => {
    const failure = new CodedError("EIO", "the disk is gone");
    await expect(openMedia({ size: 1000, read: () => Promise.reject(failure) })).rejects.toBe(failure);
  });

  test.each([
    ["h264-aac-fragmented.mp4", 700, undefined],
    ["h264-aac.ts", 100, DecodeError],
  ])("%s, cut in its content, gives what can be read", async (name, missing, failure) => {
    const whole = mediaFixture(name);
    const file = await openMedia(byteSource(whole.subarray(0, whole.length - missing)));
    const { samples, error } = await readAll(file.samples());
    file.close();
    expect(samples.length).toBeGreaterThan(20);
    if (failure) expect(error).toBeInstanceOf(failure);
    else expect(error).toBeUndefined();
  });

  test("a file that is closed while it is read", async () => {
    const file = await openMedia(byteSource(shippedMedia("test_640x480.mp4")));
    const samples = file.samples();
    await samples.next();
    file.close();
    expect((await readAll(samples)).error).toMatchObject({ code: "file-closed" });
  });
});

async function readAll(from: AsyncIterable<Sample>): Promise<{ samples: Sample[]; error: unknown }> {
  const samples: Sample[] = [];
  try {
    for await (const sample of from) samples.push(sample);
    return { samples, error: undefined };
  } catch (error) {
    return { samples, error };
  }
}

describe("the shipped clips", () => {
  test.each([
    ["test.mp4", 1280, 720, 3_000_000],
    ["test_640x480.mp4", 640, 480, 1_000_000],
  ])("%s loops without a gap", async (name, width, height, maxBytes) => {
    const bytes = shippedMedia(name);
    expect(bytes.length).toBeLessThan(maxBytes);
    const file = await openMedia(byteSource(bytes));
    const samples = await allSamples(file);
    file.close();
    expect(file.formats).toMatchObject([
      { encodingName: "H264", width, height, frameRate: 25 },
      { encodingName: "MPEG4-GENERIC", clockRate: 16_000, channels: 1 },
    ]);
    expect(file.formats[0]?.fmtp).toMatch(/profile-level-id=4D40/);
    expect(file.loopSeconds).toBeCloseTo(24, 6);
    expect(timesOf(samples, 0)).toEqual(Array.from({ length: 600 }, (_, n) => near(n * 0.04)));
    expect(timesOf(samples, 1)).toEqual(Array.from({ length: 375 }, (_, n) => near(n * 0.064)));
    const pictures = samples.filter(({ track }) => track === 0);
    expect(pictures.map(({ randomAccess }) => randomAccess)).toEqual(pictures.map((_, n) => n % 25 === 0));
  });
});
