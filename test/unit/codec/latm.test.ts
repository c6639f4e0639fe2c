import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { BitReader, BitWriter } from "#codec/bits";
import { makeMuxConfig, readMuxConfig } from "#codec/latm/mux-config";
import { latmFormat } from "#codec/latm/payload";
import type { MediaFormat } from "#codec/format";
import { payloadFormatOf } from "#codec/payloads";
import { findStreamTraits } from "#codec/stream-traits";
import { DecodeError } from "#util/errors";
import { parseFmtp } from "#wire/sdp/attributes";
import { roundTrip } from "../../support/recorded-rtp.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const read = (bytes: Uint8Array) => {
  const { config, ...rest } = readMuxConfig(new BitReader(bytes), bytes);
  return { config: Buffer.from(config).toString("hex"), ...rest };
};
const aac = latmFormat(hex("1408"), 97);

describe("a StreamMuxConfig", () => {
  test.each([
    ["AAC-LC 16 kHz mono", "40002810 3fc0", { config: "1408", frames: 1, otherBits: 0 }],
    ["44.1 kHz stereo, three frames an element", "420024203fc0", { config: "1210", frames: 3, otherBits: 0 }],
    ["with other data", "400024203fe080", { config: "1210", frames: 1, otherBits: 8 }],
    ["with a check sum", "400024203fd550", { config: "1210", frames: 1, otherBits: 0 }],
  ])("%s", (_what, bytes, expected) => {
    expect(read(hex(bytes))).toEqual(expected);
  });

  test("of version 1 tells the length of the configuration", () => {
    const writer = new BitWriter();
    // Version, no version A, fullness; same timing, one frame, program and layer; length; configuration; the rest.
    for (const [value, bits] of [
      [1, 1],
      [0, 1],
      [0, 10],
      [1, 1],
      [0, 13],
      [0, 2],
      [21, 8],
    ] as const)
      writer.bits(value, bits);
    for (const [value, bits] of [
      [0x1408, 16],
      [0b10101, 5],
      [0, 3],
      [255, 8],
      [0, 2],
    ] as const)
      writer.bits(value, bits);
    expect(read(writer.bytes())).toEqual({ config: "1408a8", frames: 1, otherBits: 0 });
  });

  test.each(["1408", "1210", "11b8", "2b118800", "17803e8008"])("is made for %s", (config) => {
    const plain = hex(config);
    const made = read(makeMuxConfig(plain));
    expect(made).toMatchObject({ frames: 1, otherBits: 0 });
    // Bits behind what the configuration has to say are zero, or not there.
    expect(made.config.padEnd(config.length, "0").slice(0, config.length)).toBe(config);
  });

  test("leaves out what a file adds to the configuration", () => {
    expect(makeMuxConfig(hex("140856e500"))).toEqual(makeMuxConfig(hex("1408")));
  });

  test.each([
    ["nothing", ""],
    ["streams of different timing", "00002810"],
    ["two programs", "400228103fc0"],
    ["frames of fixed length", "40002810bfc0"],
    ["another kind of audio", "4000b8103fc0"],
    ["a program config element", "400028003fc0"],
    ["cut off", "400028"],
    ["version A", "c000"],
  ])("is refused when it is %s", (_what, bytes) => {
    expect(() => read(hex(bytes))).toThrow(DecodeError);
  });

  test("cannot be made for what needs more", () => {
    expect(() => makeMuxConfig(hex("1400"))).toThrow(DecodeError);
    expect(() => latmFormat(hex("b888"), 97)).toThrow(DecodeError);
  });
});

describe("AAC in LATM", () => {
  test("is described with the configuration", () => {
    expect(aac).toMatchObject({ encodingName: "MP4A-LATM", clockRate: 16_000, channels: 1 });
    expect(aac.fmtp).toBe("profile-level-id=1; object=2; cpresent=0; config=400028103FC0");
  });

  test.each([
    [1, "01"],
    [254, "fe"],
    [255, "ff00"],
    [256, "ff01"],
    [600, "ffff5a"],
  ])("has the length of a frame of %i bytes in front: %s", (length, head) => {
    const [payload] = payloadFormatOf(aac).packetize([Buffer.alloc(length, 1)], aac, true, 1388);
    expect(Buffer.from(payload?.head ?? []).toString("hex")).toBe(head);
  });

  test("comes back from whatever packets", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 200, max: 1388 }),
        (frame, maxBytes) => {
          expect(roundTrip(aac, frame, maxBytes)).toEqual([Buffer.from(frame)]);
        },
      ),
    );
  });

  const pushed = (format: MediaFormat, ...payloads: string[]) => {
    const depacketizer = payloadFormatOf(format).depacketizer(format);
    const result = payloads
      .map((payload, index) => depacketizer.push(hex(payload), index === payloads.length - 1))
      .at(-1);
    return result?.dropped ?? result?.units?.map(([frame]) => Buffer.from(frame ?? []).toString("hex"));
  };

  test("is read with several frames an element", () => {
    const format = { ...aac, fmtp: "cpresent=0;config=420024203fc0" };
    expect(pushed(format, "01aa 02bbcc 01dd")).toEqual(["aa", "bbcc", "dd"]);
  });

  test("is read with the configuration in the stream, whose bits move the frames", () => {
    const writer = new BitWriter();
    writer.bits(0, 1);
    writer.copy(new BitReader(hex("400028103fc0")), 44);
    for (const byte of [2, 0xab, 0xcd]) writer.bits(byte, 8);
    const first = Buffer.from(writer.bytes()).toString("hex");
    const format = { ...aac, fmtp: "cpresent=1" };
    expect(pushed(format, first)).toEqual(["abcd"]);
    // The same configuration again: one bit, then length and frame.
    expect(pushed({ ...aac, fmtp: "config=400028103fc0" }, "8155e680")).toEqual(["abcd"]);
    expect(pushed(format, "8155e680")).toBe("config-missing");
  });

  test.each([
    ["cut off", ["05aabb"], "bitstream-truncated"],
    ["without a length", [""], "empty"],
    ["longer than anything", ["ff".repeat(300)], "bitstream-truncated"],
  ])("is dropped when it is %s", (_what, payloads, dropped) => {
    expect(pushed(aac, ...payloads)).toBe(dropped);
  });

  test("can be passed on and cut anew only where fmtp tells the configuration", () => {
    expect(findStreamTraits(aac)?.unitTicks?.(aac)).toBe(1024);
    const sets = findStreamTraits(aac)?.setsIn(parseFmtp(aac.fmtp ?? "")) ?? [];
    expect(sets.map((set) => Buffer.from(set).toString("hex"))).toEqual(["1408"]);
    expect(findStreamTraits({ ...aac, fmtp: "cpresent=1;config=400028103fc0" })).toBeUndefined();
    expect(findStreamTraits({ ...aac, fmtp: "cpresent=0;config=ff" })).toBeUndefined();
  });
});
