import { describe, expect, test } from "vitest";
import { splitAdts } from "#codec/aac/adts";
import { splitObus, sizedObu } from "#codec/av1/obu";
import { parseJpeg } from "#codec/jpeg/segments";
import { splitMpegAudio } from "#codec/mpeg-audio/header";
import { findStreamTraits } from "#codec/stream-traits";
import { ivfFrames, recorded, roundTrip, unitsOf } from "../../support/recorded-rtp.js";

const withoutDelimiter = (unit: Buffer): Buffer =>
  Buffer.concat(splitObus(unit).flatMap((obu) => (obu.type === 2 ? [] : sizedObu(obu))));

/** What was sent: a recorded stream cut into its units; undefined where only the whole can be told. */
const cuts: Readonly<Record<string, (stream: Buffer) => readonly Uint8Array[]>> = {
  vp8: ivfFrames,
  vp9: ivfFrames,
  av1: (stream) => ivfFrames(stream).map(withoutDelimiter),
  "aac-latm": splitAdts,
  mp3: splitMpegAudio,
  mp2: splitMpegAudio,
};

describe.each([
  ["vp8", { encodingName: "VP8", payloadType: 96, clockRate: 90_000 }, [0, 3]],
  ["vp8-gstreamer", { encodingName: "VP8" }, [0, 3]],
  ["vp9", { encodingName: "VP9", payloadType: 96, clockRate: 90_000 }, [0, 3]],
  ["vp9-gstreamer", { encodingName: "VP9" }, [0, 3]],
  ["av1", { encodingName: "AV1", payloadType: 96, clockRate: 90_000 }, [0, 3]],
  ["mpeg4", { encodingName: "MP4V-ES", width: 64, height: 48 }, [0, 3]],
  ["mpeg2", { encodingName: "MPV", payloadType: 32, clockRate: 90_000 }, [0, 3]],
  ["mpeg2-gstreamer", { encodingName: "MPV" }, [0, 2]],
  ["mpeg1", { encodingName: "MPV", payloadType: 32, clockRate: 90_000 }, [0]],
  ["g722", { encodingName: "G722", payloadType: 9, clockRate: 8000, channels: 1 }, [0, 1, 2, 3, 4]],
  ["l16", { encodingName: "L16", payloadType: 10, clockRate: 44_100, channels: 2 }, [0, 1, 2]],
  ["aac-latm", { encodingName: "MP4A-LATM", clockRate: 16_000, channels: 1 }, [0, 1, 2, 3, 4, 5]],
  ["aac-latm-gstreamer", { encodingName: "MP4A-LATM" }, [0, 1, 2, 3, 4, 5]],
  ["opus", { encodingName: "opus", clockRate: 48_000, channels: 2, fmtp: "sprop-stereo=1" }, [0, 1, 2, 3, 4, 5]],
  ["mp3", { encodingName: "MPA", payloadType: 14, clockRate: 90_000 }, [0, 1, 2, 3, 4, 5]],
  ["mp2", { encodingName: "MPA", payloadType: 14, clockRate: 90_000 }, [0, 1, 2, 3, 4]],
  ["mp2-gstreamer", { encodingName: "MPA" }, [0, 1, 2, 3, 4]],
] as const)("%s", (name, description, starts) => {
  const stream = recorded(name);
  const units = unitsOf(stream);
  const traits = findStreamTraits(stream.format);

  test("is described", () => {
    expect(stream.format).toMatchObject(description);
  });

  test("is read as it was sent", () => {
    const sent = cuts[name.replace("-gstreamer", "")]?.(stream.stream);
    // FFmpeg keeps back what does not fill its last packet of MP3; Opus stands in pages of Ogg.
    if (sent)
      expect(units.map((unit) => unit.toString("hex"))).toEqual(
        sent.slice(0, units.length).map((unit) => Buffer.from(unit).toString("hex")),
      );
    else if (name !== "opus") expect(Buffer.concat(units).equals(stream.stream)).toBe(true);
  });

  test("can be joined at its random access units", () => {
    const found = units.flatMap((unit, index) => (traits?.isRandomAccess([unit]) === true ? [index] : []));
    expect(found).toEqual(starts ?? []);
  });

  test.each([200, 333, 1388])("comes back from our own packets of %i bytes", (maxBytes) => {
    const ends = name === "l16" || name === "g722" || name === "opus" ? 1388 : maxBytes;
    for (const unit of units) expect(roundTrip(stream.format, unit, ends)).toEqual([unit]);
  });
});

describe.each(["jpeg-420", "jpeg-420-gstreamer"])("%s", (name) => {
  const stream = recorded(name);
  const units = unitsOf(stream);
  const sent = stream.stream
    .toString("latin1")
    .split(/(?=\xff\xd8\xff)/)
    .map((picture) => parseJpeg(Buffer.from(picture, "latin1")));

  test("is read with the size, the tables and the data that were sent", () => {
    expect(stream.format).toMatchObject({ encodingName: "JPEG", payloadType: 26, clockRate: 90_000 });
    expect(units).toHaveLength(2);
    for (const [index, unit] of units.entries()) {
      const { width, height, scan, quantization } = parseJpeg(unit);
      expect({ width, height }).toEqual({ width: 64, height: 48 });
      expect(Buffer.compare(scan, sent[index]?.scan ?? Buffer.alloc(0))).toBe(0);
      expect(quantization.get(0)).toEqual(sent[index]?.quantization.get(0));
    }
  });

  test.each([200, 333, 1388])("comes back from our own packets of %i bytes", (maxBytes) => {
    for (const unit of units) expect(roundTrip(stream.format, unit, maxBytes)).toEqual([unit]);
  });
});
