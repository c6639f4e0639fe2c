import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { g722Format } from "#codec/g722";
import { g726Format, reorderG726, type G726Bits } from "#codec/g726";
import { linearFormat, linearUnit, swapBytes, type LinearBits } from "#codec/linear-pcm";
import { parseMpegAudioHeader, splitMpegAudio } from "#codec/mpeg-audio/header";
import { mpegAudioFormat, mpegAudioTraits } from "#codec/mpeg-audio/payload";
import { opusFormat, opusTicks } from "#codec/opus/payload";
import { payloadFormatOf } from "#codec/payloads";
import { findStreamTraits } from "#codec/stream-traits";
import { DecodeError } from "#util/errors";
import { recorded, roundTrip, unitsOf } from "../../support/recorded-rtp.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("the format", () => {
  test("of G.722 has a clock of half its sample rate", () => {
    expect(g722Format()).toMatchObject({ encodingName: "G722", payloadType: 9, clockRate: 8000, channels: 1 });
  });

  test.each([
    [2, "rfc3551", "G726-16"],
    [3, "rfc3551", "G726-24"],
    [4, "rfc3551", "G726-32"],
    [5, "rfc3551", "G726-40"],
    [2, "aal2", "AAL2-G726-16"],
    [5, "aal2", "AAL2-G726-40"],
  ] as const)("of G.726 with %i bits in the order of %s is %s", (bits, order, name) => {
    const format = g726Format(bits, order, 97);
    expect(format).toMatchObject({ encodingName: name, payloadType: 97, clockRate: 8000, bitrateKbps: bits * 8 });
    expect(roundTrip(format, Buffer.alloc(20 * bits, 7), 1388)).toEqual([Buffer.alloc(20 * bits, 7)]);
  });

  test.each([
    [16, 44_100, 2, "L16", 10],
    [16, 44_100, 1, "L16", 11],
    [16, 44_100, 4, "L16", 97],
    [16, 8000, 1, "L16", 97],
    [8, 44_100, 2, "L8", 97],
    [24, 48_000, 2, "L24", 97],
  ] as const)(
    "of %i bits at %i Hz with %i channels is %s, type %i",
    (bits, rate, channels, encodingName, payloadType) => {
      expect(linearFormat(bits, rate, channels, 97)).toMatchObject({
        encodingName,
        payloadType,
        clockRate: rate,
        channels,
      });
    },
  );

  test("of Opus has a clock of 48 kHz and two channels, whatever is coded", () => {
    expect(opusFormat(1, 97)).toMatchObject({ encodingName: "opus", clockRate: 48_000, channels: 2 });
    expect(opusFormat(1, 97).fmtp).toBeUndefined();
    expect(opusFormat(2, 97).fmtp).toBe("sprop-stereo=1");
  });
});

describe("the unit of uncompressed sound", () => {
  test.each([
    [16, 8000, 1, 160, 320],
    [16, 44_100, 2, 308, 1232],
    [16, 48_000, 1, 624, 1248],
    [24, 48_000, 2, 192, 1152],
    [8, 8000, 1, 160, 160],
    [16, 192_000, 8, 80, 1280],
    [24, 192_000, 64, 6, 1152],
  ] as const)("of %i bits at %i Hz with %i channels is %i ticks, %i bytes", (bits, rate, channels, ticks, bytes) => {
    expect(linearUnit(linearFormat(bits, rate, channels, 97))).toEqual({ ticks, bytes });
  });

  test("fits into a packet and is whole, whatever the format", () => {
    const bits = fc.constantFrom<LinearBits>(8, 16, 24);
    fc.assert(
      fc.property(
        bits,
        fc.integer({ min: 1, max: 768_000 }),
        fc.integer({ min: 1, max: 32 }),
        (each, rate, channels) => {
          const { ticks, bytes } = linearUnit(linearFormat(each, rate, channels, 97));
          expect(bytes).toBe((ticks * channels * each) / 8);
          expect(ticks).toBeGreaterThan(0);
          expect(bytes).toBeLessThanOrEqual(1280);
        },
      ),
    );
  });

  test("comes in pieces of that length out of packets that are too large", () => {
    const format = linearFormat(16, 48_000, 2, 97);
    const result = payloadFormatOf(format).depacketizer(format).push(Buffer.alloc(3840), false);
    expect(result?.units?.map(([unit]) => unit?.length)).toEqual([1152, 1152, 1152, 384]);
    expect(findStreamTraits(format)?.unitTicks?.(format)).toBe(288);
  });
});

describe("bytes in the other order", () => {
  test.each([
    [2, "0102 0304 05", "0201 0403"],
    [3, "010203 040506 07", "030201 060504"],
    [1, "0102", "0102"],
  ])("of samples of %i bytes", (bytesEach, samples, swapped) => {
    expect(Buffer.from(swapBytes(hex(samples), bytesEach))).toEqual(hex(swapped));
  });
});

describe("G.726 codewords", () => {
  // Codewords 0, 1, 2 … of as many bits as there are.
  test.each([
    [4, "10 32 54 76", "01 23 45 67"],
    [2, "e4 e4", "1b 1b"],
    [3, "88c6fa", "053977"],
    [5, "20 88 41 8a 39", "00 44 32 14 c7"],
  ] as const)("of %i bits, %s in the order of RFC 3551, are %s in that of AAL2", (bits, rfc3551, aal2) => {
    expect(Buffer.from(reorderG726(hex(rfc3551), bits, "rfc3551"))).toEqual(hex(aal2));
    expect(Buffer.from(reorderG726(hex(aal2), bits, "aal2"))).toEqual(hex(rfc3551));
  });

  test("come back from the other order", () => {
    fc.assert(
      fc.property(fc.constantFrom<G726Bits>(2, 3, 4, 5), fc.uint8Array({ maxLength: 64 }), (bits, bytes) => {
        const whole = bytes.subarray(0, bytes.length - (bytes.length % bits));
        expect(reorderG726(reorderG726(whole, bits, "aal2"), bits, "rfc3551")).toEqual(whole);
      }),
    );
  });
});

describe("an Opus packet lasts", () => {
  test.each([
    ["20 ms of SILK", "08", 960],
    ["60 ms of SILK", "18", 2880],
    ["10 ms of hybrid", "60", 480],
    ["2.5 ms of CELT", "80", 120],
    ["two frames of 20 ms", "f9", 1920],
    ["six frames of 20 ms", "fb06", 5760],
    ["seven frames of 20 ms, which is too long", "fb07", 0],
    ["no time without frames", "fb00", 0],
    ["no time when it is empty", "", 0],
  ])("%s", (_what, packet, ticks) => {
    expect(opusTicks(hex(packet))).toBe(ticks);
  });

  test("20 ms as libopus makes them", () => {
    expect(unitsOf(recorded("opus")).map(opusTicks)).toEqual(Array(6).fill(960));
  });

  test("and is not sent when it does not fit into one packet", () => {
    const format = opusFormat(2, 97);
    expect(payloadFormatOf(format).packetize([Buffer.alloc(1400)], format, true, 1388)).toEqual([]);
  });
});

describe("an MPEG audio frame", () => {
  test.each([
    [
      "MP3, 44.1 kHz, 128 kbit/s",
      "fffb9064",
      { layer: 3, sampleRate: 44_100, channels: 2, samples: 1152, frameBytes: 417 },
    ],
    ["with padding", "fffb9264", { frameBytes: 418 }],
    [
      "MP3 of MPEG-2, 22.05 kHz mono",
      "fff340c4",
      { layer: 3, sampleRate: 22_050, channels: 1, samples: 576, frameBytes: 104 },
    ],
    ["MP3 of MPEG-2.5, 8 kHz", "ffe318c4", { layer: 3, sampleRate: 8000, samples: 576, frameBytes: 72 }],
    ["layer 2, 48 kHz, 192 kbit/s", "fffda444", { layer: 2, sampleRate: 48_000, samples: 1152, frameBytes: 576 }],
    ["layer 1, 32 kHz, 384 kbit/s", "ffffc804", { layer: 1, sampleRate: 32_000, samples: 384, frameBytes: 576 }],
  ])("%s", (_what, header, expected) => {
    expect(parseMpegAudioHeader(hex(header))).toMatchObject(expected);
  });

  test.each([
    ["too short", "fffb90"],
    ["without sync", "7ffb9064"],
    ["of a reserved version", "ffeb9064"],
    ["of a reserved layer", "fff99064"],
    ["of a reserved rate", "fffb9c64"],
    ["of free format", "fffb0064"],
    ["of a forbidden bit rate", "fffbf064"],
  ])("%s is refused", (_what, header) => {
    expect(() => parseMpegAudioHeader(hex(header))).toThrow(DecodeError);
  });

  test("that is cut off is refused", () => {
    const { stream } = recorded("mp2");
    expect(() => splitMpegAudio(stream.subarray(0, 1000))).toThrow(DecodeError);
  });

  test("tells what stays the same, and how long it lasts", () => {
    const frames = splitMpegAudio(recorded("mp3").stream);
    const sets = frames.map((frame) => Buffer.from(mpegAudioTraits.setsOf([frame])[0] ?? []).toString("hex"));
    expect(new Set(sets).size).toBe(1);
    const format = mpegAudioFormat(frames[0] ?? Buffer.alloc(0));
    expect(mpegAudioTraits.unitTicks?.(format)).toBe(2351);
  });

  const mpa = mpegAudioFormat(hex("fffb9064"));
  test("comes back alone when several share a packet", () => {
    const { stream } = recorded("mp2");
    const result = payloadFormatOf(mpa)
      .depacketizer(mpa)
      .push(Buffer.concat([hex("00000000"), stream.subarray(0, 1152)]), false);
    expect(result?.units?.map(([frame]) => frame?.length)).toEqual([576, 576]);
  });

  test.each([
    ["nothing", ["00000000"], "short"],
    ["the second piece of a frame alone", ["00000100 aabb"], "fragment-missing"],
    ["what is no frame", ["00000000 aabbccdd"], "frame-malformed"],
    ["a piece beyond the frame's end", ["00000000 fffda444", `00000004 ${"00".repeat(600)}`], "fragment-malformed"],
  ])("is dropped when it is %s", (_what, packets, dropped) => {
    const depacketizer = payloadFormatOf(mpa).depacketizer(mpa);
    expect(packets.map((packet) => depacketizer.push(hex(packet), false)).at(-1)).toEqual({ dropped });
  });
});
