import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { parseAvcConfiguration } from "#codec/h264/nal";
import { parseHevcConfiguration } from "#codec/h265/nal";
import { splitByteStream, splitLengthPrefixed, unescapeNal } from "#codec/nal-units";
import { DecodeError } from "#util/errors";
import { h264Sets, h265Sets } from "../../support/parameter-sets.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const hexOf = (units: readonly Uint8Array[]): string[] => units.map((unit) => Buffer.from(unit).toString("hex"));

describe("a byte stream", () => {
  test.each([
    ["three and four byte start codes", "000001 6711 00000001 6822", ["6711", "6822"]],
    ["zeros in front of a start code", "00000000 0001 65aa 000000000001 66", ["65aa", "66"]],
    ["zeros at the end", "000001 6711 000000", ["6711"]],
    ["bytes before the first start code", "abcdef 000001 67", ["67"]],
    ["an empty unit", "000001 000001 67", ["67"]],
    ["no start code", "6711", []],
    ["nothing", "", []],
  ])("with %s", (_what, stream, units) => {
    expect(hexOf(splitByteStream(hex(stream)))).toEqual(units);
  });
});

describe("length prefixed units", () => {
  test.each([
    ["of four bytes", 4, "00000002 6711 00000001 68", ["6711", "68"]],
    ["of two bytes", 2, "0002 6711", ["6711"]],
    ["of one byte", 1, "02 6711 00 01 68", ["6711", "68"]],
  ])("%s", (_what, lengthBytes, sample, units) => {
    expect(hexOf(splitLengthPrefixed(hex(sample), lengthBytes))).toEqual(units);
  });

  test.each([
    ["a unit longer than the sample", 4, "00000003 6711"],
    ["a length cut off", 4, "000000"],
    ["a length of 4 GiB", 4, "ffffffff 67"],
  ])("refuse %s", (_what, lengthBytes, sample) => {
    expect(() => splitLengthPrefixed(hex(sample), lengthBytes)).toThrow(DecodeError);
  });
});

describe("emulation prevention", () => {
  test.each([
    ["0000030001", "00000001".slice(0, 8)],
    ["000003000003", "00000000"],
    ["00000300000301", "0000000001"],
    ["000102030003", "000102030003"],
  ])("%s becomes %s", (escaped, plain) => {
    expect(Buffer.from(unescapeNal(hex(escaped))).toString("hex")).toBe(plain);
  });

  test("never makes a unit longer", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(unescapeNal(bytes).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe("a decoder configuration", () => {
  const { sps, pps } = h264Sets.high1080p2997;
  const avc = (lengthByte: number): Buffer =>
    Buffer.concat([
      Buffer.from([1, 0x64, 0, 0x28, 0xfc | lengthByte, 0xe1, 0, sps.length]),
      sps,
      Buffer.from([1, 0, pps.length]),
      pps,
    ]);

  test("of H.264 holds its parameter sets", () => {
    expect(parseAvcConfiguration(avc(3))).toEqual({ lengthBytes: 4, sps: [sps], pps: [pps] });
  });

  test("of H.264 with lengths of three bytes is refused", () => {
    expect(() => parseAvcConfiguration(avc(2))).toThrow(DecodeError);
  });

  test("of H.264 is refused wherever it is cut", () => {
    const record = avc(3);
    for (let length = 0; length < record.length; length++) {
      expect(() => parseAvcConfiguration(record.subarray(0, length))).toThrow(DecodeError);
    }
  });

  test("of H.265 holds its parameter sets by kind", () => {
    const sets = h265Sets.main1080p25;
    const array = (type: number, nal: Buffer): Buffer =>
      Buffer.concat([Buffer.from([0x80 | type, 0, 1, 0, nal.length]), nal]);
    const record = Buffer.concat([
      Buffer.from([1]),
      Buffer.alloc(20),
      Buffer.from([0x0f, 3]),
      array(32, sets.vps),
      array(33, sets.sps),
      array(34, sets.pps),
    ]);
    expect(parseHevcConfiguration(record)).toEqual({
      lengthBytes: 4,
      vps: [sets.vps],
      sps: [sets.sps],
      pps: [sets.pps],
    });
    for (let length = 0; length < record.length; length++) {
      expect(() => parseHevcConfiguration(record.subarray(0, length))).toThrow(DecodeError);
    }
  });
});
