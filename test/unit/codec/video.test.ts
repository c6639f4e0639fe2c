import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { av1Format } from "#codec/av1/payload";
import { lebAt, lebOf, splitObus } from "#codec/av1/obu";
import { parseAv1Sequence } from "#codec/av1/sequence";
import { BitWriter } from "#codec/bits";
import { parseMpegSequence, sequenceOf } from "#codec/mpeg-video/headers";
import { mpegVideoFormat } from "#codec/mpeg-video/payload";
import { configOf, parseMpeg4VideoConfig } from "#codec/mpeg4-video/headers";
import { mpeg4VideoFormat, mpeg4VideoTraits } from "#codec/mpeg4-video/payload";
import type { MediaFormat } from "#codec/format";
import { payloadFormatOf } from "#codec/payloads";
import { vp8Format } from "#codec/vp8/payload";
import { parseVp9FrameHeader } from "#codec/vp9/header";
import { vp9Format } from "#codec/vp9/payload";
import { DecodeError } from "#util/errors";
import { ivfFrames, recorded, roundTrip, unitsOf } from "../../support/recorded-rtp.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");

function bitsOf(fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const writer = new BitWriter();
  for (const [value, bits] of fields) writer.bits(value, bits);
  return writer.bytes();
}

/** The payloads of a unit, and what pushing payloads one after the other gives. */
const packed = (format: MediaFormat, unit: string, randomAccess = false, maxBytes = 200): string[] =>
  payloadFormatOf(format)
    .packetize([hex(unit)], format, randomAccess, maxBytes)
    .map(({ head, body }) => textOf(Buffer.concat([head, body])));
function pushed(format: MediaFormat, payloads: readonly string[]): { units: string[]; dropped: string[] } {
  const depacketizer = payloadFormatOf(format).depacketizer(format);
  const results = payloads.map((payload, index) => depacketizer.push(hex(payload), index === payloads.length - 1));
  return {
    units: results.flatMap((result) => (result?.units ?? []).map((unit) => textOf(Buffer.concat(unit)))),
    dropped: results.flatMap((result) => result?.dropped ?? []),
  };
}

const vp8 = vp8Format(96);
const keyFrame9 = ivfFrames(recorded("vp9").stream)[0] ?? hex("");
const vp9 = vp9Format(keyFrame9, 96);

describe("VP8", () => {
  test("starts a frame with the descriptor's start bit", () => {
    expect(packed(vp8, "aabbcc")).toEqual(["10aabbcc"]);
    const [first = "", second = ""] = packed(vp8, "ab".repeat(250));
    expect([first.slice(0, 4), second.slice(0, 4), first.length, second.length]).toEqual(["10ab", "00ab", 252, 252]);
  });

  test.each([
    ["nothing", "10aabb"],
    ["a picture id of 7 bits", "908005aabb"],
    ["a picture id of 15 bits", "90808005aabb"],
    ["a layer index", "90c08005 07aabb"],
    ["a layer index alone", "904007aabb"],
    ["a temporal layer or key index", "9020 40aabb"],
    ["both", "9030 40aabb"],
    ["everything", "90f0 8123 07 40 aabb"],
  ])("is read with %s in the descriptor", (_what, payload) => {
    expect(pushed(vp8, [payload]).units).toEqual(["aabb"]);
  });

  test.each([
    ["an empty packet", [""], ["short"], []],
    ["a descriptor alone", ["908005"], ["short"], []],
    ["a later piece alone", ["00aabb"], ["start-missing"], []],
    ["a later partition alone", ["11aabb"], ["start-missing"], []],
    ["a frame whose end is missing", ["10aa", "10bb"], ["end-missing"], ["bb"]],
  ])("drops %s", (_what, payloads, dropped, units) => {
    expect(pushed(vp8, payloads)).toEqual({ dropped, units });
  });
});

describe("VP9", () => {
  test("tells profile and size by a key frame", () => {
    expect(vp9).toMatchObject({ encodingName: "VP9", fmtp: "profile-id=0", width: 64, height: 48 });
  });

  test.each([
    [
      "a key frame of profile 0",
      textOf(keyFrame9.subarray(0, 12)),
      { profile: 0, keyFrame: true, width: 64, height: 48 },
    ],
    ["a key frame of profile 1", "a24983420003f002f0".padEnd(20, "0"), { profile: 1, keyFrame: true }],
    ["a key frame of profile 2", "9249834200 03f002f000", { profile: 2, keyFrame: true }],
    ["another frame", "86", { profile: 0, keyFrame: false }],
    ["a frame that shows an earlier one", "8a", { profile: 0, keyFrame: false }],
  ])("%s is told by its header", (_what, frame, expected) => {
    expect(parseVp9FrameHeader(hex(frame))).toMatchObject(expected);
  });

  test.each([
    ["nothing", ""],
    ["another marker", "4249834200"],
    ["a key frame without sync code", "8249834300"],
  ])("is refused when it is %s", (_what, frame) => {
    expect(() => parseVp9FrameHeader(hex(frame))).toThrow(DecodeError);
  });

  test("says where frames begin and end, and which need others", () => {
    expect(packed(vp9, "aabb")).toEqual(["4caabb"]);
    expect(packed(vp9, "aabb", true)).toEqual(["0caabb"]);
    expect(packed(vp9, "ab".repeat(450)).map((payload) => payload.slice(0, 2))).toEqual(["48", "40", "44"]);
  });

  test.each([
    ["nothing", "0caabb"],
    ["a picture id of 7 bits", "8c05aabb"],
    ["a picture id of 15 bits", "8c8105aabb"],
    ["a layer index", "2c 00 07aabb"],
    ["references in flexible mode", "dc05 0305 06aabb"],
    ["a layer index in flexible mode", "7c 00 04aabb"],
    ["a structure with sizes", "0e 10 0280 01e0aabb"],
    ["a structure with a group of pictures", "0e 08 02 04 05 00aabb"],
    ["everything", "fe 8105 00 04 18 02800168 01 04 01aabb"],
  ])("is read with %s in the descriptor", (_what, payload) => {
    expect(pushed(vp9, [payload]).units).toEqual(["aabb"]);
  });

  test("keeps the frames of all spatial layers together", () => {
    expect(pushed(vp9, ["2c0007aa", "2c0207bb"]).units).toEqual(["aabb"]);
  });

  test.each([
    ["an empty packet", [""], ["short"]],
    ["a descriptor alone", ["8c05"], ["short"]],
    ["a later piece alone", ["44aabb"], ["start-missing"]],
    ["more than three references", ["5c 03 03 03 03 aabb"], ["references"]],
    ["a structure beyond the packet", ["0e f8 00"], ["short"]],
  ])("drops %s", (_what, payloads, dropped) => {
    expect(pushed(vp9, payloads).dropped).toEqual(dropped);
  });
});

describe("AV1", () => {
  const [first = hex("")] = unitsOf(recorded("av1"));
  const header = Buffer.from(splitObus(first).find(({ type }) => type === 1)?.payload ?? []);
  const sequence = Buffer.concat([Buffer.from([0x0a, header.length]), header]);
  const av1 = av1Format(sequence, 96);

  test("is described by its sequence header", () => {
    expect(av1).toMatchObject({ encodingName: "AV1", width: 64, height: 48 });
    expect(av1.fmtp).toBe("profile=0; level-idx=0; tier=0");
  });

  test.each<[string, readonly (readonly [value: number, bits: number])[], object]>([
    [
      "of a still picture",
      [
        [0, 3],
        [1, 1],
        [1, 1],
        [8, 5],
        [6, 4],
        [5, 4],
        [127, 7],
        [63, 6],
      ],
      { profile: 0, levelIndex: 8, tier: 0, width: 128, height: 64 },
    ],
    [
      "with timing, a decoder model and two operating points",
      [
        ...([
          [1, 3],
          [0, 2],
          [1, 1],
          [1, 32],
          [60, 32],
          [1, 1],
          [0b010, 3],
          [1, 1],
          [9, 5],
          [0, 32],
          [0, 10],
        ] as const),
        ...([
          [1, 1],
          [1, 5],
          [0, 12],
          [13, 5],
          [1, 1],
          [1, 1],
          [0, 21],
          [1, 1],
          [0, 4],
        ] as const),
        ...([
          [0, 12],
          [5, 5],
          [0, 1],
          [0, 1],
          [10, 4],
          [10, 4],
          [1919, 11],
          [1079, 11],
        ] as const),
      ],
      { profile: 1, levelIndex: 13, tier: 1, width: 1920, height: 1080, frameRate: 30 },
    ],
  ])("a sequence header %s is read", (_what, fields, expected) => {
    expect(parseAv1Sequence(bitsOf(fields))).toEqual(expected);
  });

  test("a sequence header is refused wherever it is cut", () => {
    for (let length = 0; length < 7; length++) {
      expect(() => parseAv1Sequence(header.subarray(0, length))).toThrow(DecodeError);
    }
  });

  test("sends a sequence header with the frame behind it, and marks the start of a sequence", () => {
    expect(packed(av1, "0a020102 3203aabbcc", true)).toEqual(["28 03080102 30aabbcc".replaceAll(" ", "")]);
    expect(packed(av1, "3203aabbcc")).toEqual(["1030aabbcc"]);
  });

  test("gets the sequence header where it is missing", () => {
    const [payload = ""] = packed(av1, "3203aabbcc", true);
    expect(payload).toBe(`28${(header.length + 1).toString(16).padStart(2, "0")}08${header.toString("hex")}30aabbcc`);
  });

  test("loses delimiters, tile lists and padding", () => {
    expect(packed(av1, "1200 4201aa 7a01bb 3203aabbcc")).toEqual(["1030aabbcc"]);
  });

  test("cuts long units, all pieces of one length", () => {
    const payloads = packed(av1, `32f203${"ab".repeat(498)}`);
    expect(payloads.map((payload) => [payload.slice(0, 2), payload.length / 2])).toEqual([
      ["50", 168],
      ["d0", 168],
      ["90", 166],
    ]);
    expect(pushed(av1, payloads).units).toEqual([`32f203${"ab".repeat(498)}`]);
  });

  test("cannot send what is no temporal unit", () => {
    expect(packed(av1, "32ffaabbcc")).toEqual([]);
  });

  test.each([
    ["each unit behind its length", "00 03080102 0430aabbcc", "0a020102 3203aabbcc"],
    ["the last without", "20 03080102 30aabbcc", "0a020102 3203aabbcc"],
    ["sizes that the sender has left in", "10 3203aabbcc", "3203aabbcc"],
    ["an extension byte", "10 3448aabb", "364802aabb"],
    ["a delimiter in front", "20 0110 30aa", "3201aa"],
    ["empty elements", "20 00 30aa", "3201aa"],
  ])("is read with %s", (_what, payload, unit) => {
    expect(pushed(av1, [payload]).units).toEqual([unit.replaceAll(" ", "")]);
  });

  test("is put together over packets, several units in each", () => {
    expect(pushed(av1, ["60 03080102 30aa", "d0bb", "a0 01cc 30dd"]).units).toEqual(["0a0201023203aabbcc3201dd"]);
  });

  test.each([
    ["an empty packet", ["10"], ["short"]],
    ["a continuation of nothing", ["9030aa"], ["fragment-missing"]],
    ["a fragment that does not go on", ["5030aa", "1030bb"], ["fragment-missing"]],
    ["a length beyond the packet", ["00 05 30aa"], ["malformed"]],
    ["a length without end", ["00 ffffffffffffffffff"], ["malformed"]],
    ["a count beyond the packet", ["30 0230aa"], ["malformed"]],
    ["a forbidden bit", ["10 b0aa"], ["malformed"]],
  ])("drops %s", (_what, payloads, dropped) => {
    expect(pushed(av1, payloads).dropped).toEqual(dropped);
  });

  test("numbers come back from LEB128", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (value) => {
        const bytes = Uint8Array.from(lebOf(value));
        expect(lebAt(bytes, 0)).toEqual({ value, end: bytes.length });
      }),
    );
    expect(() => lebAt(hex("ffffffffff"), 0)).toThrow(DecodeError);
    expect(() => lebAt(hex("ffffffff7f"), 0)).toThrow(DecodeError);
  });
});

describe("MPEG-4 video", () => {
  const { format } = recorded("mpeg4");
  const config = format.parameterSets?.[0] ?? hex("");

  test("has its configuration in front of a picture", () => {
    expect(textOf(config)).toBe("000001b0f1000001b5a913000001000000012008d48d08002d02040614103f");
    for (const behind of ["", "000001b610", "000001b300100b"]) {
      expect(textOf(configOf(Buffer.concat([config, hex(behind)])))).toBe(textOf(config));
    }
    expect(configOf(hex("000001b610"))).toHaveLength(0);
    expect(configOf(hex("000001b0f1000001b610"))).toHaveLength(0);
    expect(parseMpeg4VideoConfig(config)).toEqual({ profileLevelId: 0xf1, width: 64, height: 48 });
    expect(mpeg4VideoFormat(config, 96).fmtp).toBe(`profile-level-id=241; config=${textOf(config).toUpperCase()}`);
  });

  test("tells a fixed rate, behind a priority, an aspect ratio and a buffer", () => {
    const fields = [
      ...([
        [0, 1],
        [1, 8],
        [1, 1],
        [2, 4],
        [1, 3],
        [15, 4],
        [0x0101, 16],
        [1, 1],
        [1, 3],
        [1, 1],
      ] as const),
      ...([
        [0, 32],
        [0, 32],
        [0, 15],
        [0, 2],
        [1, 1],
        [30_000, 16],
        [1, 1],
        [1, 1],
        [1001, 15],
      ] as const),
      ...([
        [1, 1],
        [352, 13],
        [1, 1],
        [288, 13],
        [1, 1],
      ] as const),
    ];
    expect(parseMpeg4VideoConfig(Buffer.concat([hex("00000120"), bitsOf(fields)]))).toEqual({
      profileLevelId: 1,
      width: 352,
      height: 288,
      frameRate: 30_000 / 1001,
    });
  });

  test.each([
    ["nothing", ""],
    ["no video object layer", "000001b001000001b509"],
    ["a layer that is cut off", "0000012008d48d"],
    ["a layer without a size", "00000120 08d48d0800 0000000000"],
  ])("is refused when its configuration is %s", (_what, bytes) => {
    expect(() => parseMpeg4VideoConfig(hex(bytes))).toThrow(DecodeError);
  });

  test("gets the configuration in front of a picture that is coded by itself", () => {
    const intra = "000001b610";
    expect(packed(format, intra, true)).toEqual([textOf(config) + intra]);
    expect(packed(format, intra, false)).toEqual([intra]);
    expect(packed(format, textOf(config) + intra, true)).toEqual([textOf(config) + intra]);
  });

  test("keeps an fmtp that tells the configuration, whatever its case", () => {
    const fmtp = `config=${textOf(config)};profile-level-id=1`;
    expect(mpeg4VideoTraits.withSets({ ...format, fmtp }, [config]).fmtp).toBe(fmtp);
    expect(mpeg4VideoTraits.withSets({ ...format, fmtp: "x=1" }, [config]).fmtp).toMatch(
      /^x=1; profile-level-id=241; config=/,
    );
  });

  test("is not joined without its start", () => {
    expect(pushed(format, ["aabb"])).toEqual({ units: [], dropped: ["start-missing"] });
    expect(pushed(format, ["000001b610", "aabb"]).units).toEqual(["000001b610aabb"]);
  });
});

describe("MPEG-1 and MPEG-2 video", () => {
  const { stream } = recorded("mpeg2");
  const sequence = sequenceOf(stream) ?? hex("");
  const mpv = mpegVideoFormat(sequence);
  const [intra = hex(""), , , second = hex("")] = unitsOf(recorded("mpeg2"));

  test("is described by its sequence header", () => {
    expect(mpv).toMatchObject({ encodingName: "MPV", payloadType: 32, width: 64, height: 48, frameRate: 25 });
  });

  test.each([
    ["720 by 576 at 25", "000001b32d024023", { width: 720, height: 576, frameRate: 25 }],
    ["beyond 4095, by its extension", "000001b3f0087013 000001b5 14828001", { width: 7936, height: 2160 }],
    ["a forbidden rate", "000001b32d02402f", { width: 720, height: 576 }],
  ])("tells %s", (_what, bytes, expected) => {
    expect(parseMpegSequence(hex(bytes))).toMatchObject(expected);
  });

  test.each(["", "000001b32d02", "000001b300000013"])("refuses the sequence header %j", (bytes) => {
    expect(() => parseMpegSequence(hex(bytes))).toThrow(DecodeError);
  });

  test("tells in each packet what its picture is and which slices it holds", () => {
    const payloads = payloadFormatOf(mpv).packetize([intra], mpv, true, 400);
    expect(payloads.map(({ head }) => textOf(head))).toEqual(["00003100", "00000900", "00001900"]);
  });

  test("packs whole slices together", () => {
    const picture = "00000100000fffff";
    const slice = (row: number, bytes: number): string =>
      `000001${row.toString(16).padStart(2, "0")}${"55".repeat(bytes - 4)}`;
    const payloads = packed(
      mpv,
      picture + slice(1, 60) + slice(2, 60) + slice(3, 90) + slice(4, 300) + slice(5, 20),
      false,
    );
    expect(payloads.map((payload) => [payload.slice(4, 6), payload.length / 2])).toEqual([
      ["19", 4 + 8 + 120],
      ["19", 4 + 90],
      ["11", 200],
      ["09", 4 + 104],
      ["19", 4 + 20],
    ]);
  });

  test("gets the sequence header where it is missing", () => {
    const without = second.subarray(sequence.length);
    const [payload] = payloadFormatOf(mpv).packetize([without], mpv, true, 1388);
    expect(textOf(payload?.body).startsWith(textOf(sequence))).toBe(true);
    expect((payload?.head[2] ?? 0) & 0x20).toBe(0x20);
  });

  test("is read with the extension of MPEG-2, and not without its start", () => {
    expect(pushed(mpv, ["04003901 aabbccdd 0000010000"]).units).toEqual(["0000010000"]);
    expect(pushed(mpv, ["00003901"]).dropped).toEqual(["short"]);
    expect(pushed(mpv, ["00001101 00000102aa"]).dropped).toEqual(["start-missing"]);
  });
});

describe("every unit comes back as it was", () => {
  const bytes = (min: number, max: number): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength: min, maxLength: max });
  const obu = fc
    .tuple(fc.constantFrom(0x0a, 0x1a, 0x2a, 0x32), bytes(0, 900))
    .map(([header, payload]) => Buffer.concat([Uint8Array.of(header, ...lebOf(payload.length)), payload]));
  const slices = fc.array(fc.tuple(fc.integer({ min: 1, max: 175 }), fc.integer({ min: 0, max: 700 })), {
    maxLength: 12,
  });
  const mpegPicture = slices.map((rows) =>
    Buffer.concat([
      hex("00000100000fffff"),
      ...rows.map(([row, size]) => Buffer.concat([Uint8Array.of(0, 0, 1, row), Buffer.alloc(size, 0x55)])),
    ]),
  );
  const mpv: MediaFormat = { kind: "video", encodingName: "MPV", payloadType: 32, clockRate: 90_000 };

  test.each<[string, MediaFormat, fc.Arbitrary<Uint8Array>]>([
    ["VP8", vp8, bytes(1, 3000)],
    ["VP9", vp9, bytes(1, 3000)],
    [
      "AV1",
      { ...vp8, encodingName: "AV1" },
      fc.array(obu, { minLength: 1, maxLength: 5 }).map((obus) => Buffer.concat(obus)),
    ],
    ["MPEG-4 video", recorded("mpeg4").format, bytes(0, 3000).map((rest) => Buffer.concat([hex("000001b650"), rest]))],
    ["MPEG-2 video", mpv, mpegPicture],
  ])("%s", (_what, format, unit) => {
    fc.assert(
      fc.property(unit, fc.integer({ min: 200, max: 1388 }), (sent, maxBytes) => {
        expect(roundTrip(format, sent, maxBytes)).toEqual([Buffer.from(sent)]);
      }),
      { numRuns: 200 },
    );
  });
});
