import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeHeaderExtension } from "#codec/jpeg/header-extension";
import { frameSegment, quantizationSegment, segmentOf } from "#codec/jpeg/jfif";
import { jpegFormat, jpegProblem } from "#codec/jpeg/payload";
import { hasStandardTables, withStandardTables } from "#codec/jpeg/recode";
import { Marker, parseJpeg } from "#codec/jpeg/segments";
import { quantizationTables } from "#codec/jpeg/tables";
import type { Depacketizer } from "#codec/payload-format";
import { payloadFormatOf } from "#codec/payloads";
import { DecodeError } from "#util/errors";
import { recorded, roundTrip } from "../../support/recorded-rtp.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const picture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/jpeg/${name}.jpg`, import.meta.url));
const format = jpegFormat();
const payloadFormat = payloadFormatOf(format);
const packets = (bytes: Uint8Array, maxBytes = 500) => payloadFormat.packetize([bytes], format, true, maxBytes);

/** `name`, said to be of another size; its scan then holds too little, which only a decoder would notice. */
function resized(name: string, width: number, height: number): Buffer {
  const bytes = Buffer.from(picture(name));
  const frame = bytes.indexOf(Buffer.from([0xff, Marker.baseline, 0, 17]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

describe("a JPEG picture", () => {
  test.each([
    ["optimal-420", { width: 64, height: 48, restartInterval: 0 }, false],
    ["restart-420", { width: 64, height: 48, restartInterval: 4 }, true],
    ["plain-422", { width: 64, height: 48, restartInterval: 0 }, true],
    ["grey", { width: 64, height: 48, restartInterval: 0 }, true],
  ])("%s is read", (name, expected, standard) => {
    const found = parseJpeg(picture(name));
    expect(found).toMatchObject(expected);
    expect(hasStandardTables(found)).toBe(standard);
  });

  test.each([
    ["optimal-420", undefined],
    ["restart-420", undefined],
    ["plain-422", undefined],
    ["grey", "it is neither 4:2:0 nor 4:2:2 with the usual factors"],
    ["plain-444", "it is neither 4:2:0 nor 4:2:2 with the usual factors"],
  ])("%s can be sent, or it is said why not", (name, problem) => {
    expect(jpegProblem(picture(name))).toBe(problem);
    expect(packets(picture(name)).length > 0).toBe(problem === undefined);
  });

  test.each([
    ["nothing", ""],
    ["no JPEG", "89504e470d0a1a0a"],
    ["a start alone", "ffd8"],
    ["a segment cut off", "ffd8ffdb0043"],
    ["a scan without a frame", "ffd8ffda0008010100003f00"],
    ["progressive", "ffd8ffc2000b080030004001011100"],
    ["without a size", "ffd8ffc0000b080000000001011100"],
    ["a Huffman table of too many values", `ffd8ffc40014 00${"ff".repeat(16)}00`],
    ["its end before its scan", "ffd8ffd9"],
  ])("is refused when it is %s", (_what, bytes) => {
    expect(() => parseJpeg(hex(bytes))).toThrow(DecodeError);
    expect(packets(hex(bytes))).toEqual([]);
  });

  test("coded anew keeps what it shows, with the standard tables", () => {
    const own = parseJpeg(picture("optimal-420"));
    const plain = parseJpeg(picture("restart-420"));
    // The same picture, from the same encoder, without its tables and with restart markers.
    const scan = withStandardTables({ ...own, restartInterval: 0 });
    expect(scan.length).toBeGreaterThan(own.scan.length);
    expect(Buffer.compare(withStandardTables({ ...own, huffman: [], scan }), scan)).toBe(0);
    expect(Buffer.compare(withStandardTables(plain), plain.scan)).toBe(0);
  });

  test("that is cut off cannot be coded anew", () => {
    const own = parseJpeg(picture("optimal-420"));
    expect(() => withStandardTables({ ...own, scan: own.scan.subarray(0, 400) })).toThrow(DecodeError);
    expect(() => withStandardTables({ ...parseJpeg(picture("restart-420")), restartInterval: 3 })).toThrow(DecodeError);
  });
});

describe("packets of a JPEG picture", () => {
  test("have their place in the scan, type, quality and size in front", () => {
    const heads = packets(picture("plain-422")).map(({ head }) => Buffer.from(head));
    expect(heads.map((head) => head.subarray(0, 8).toString("hex"))).toEqual(["0000000000ff0806", "0000016200ff0806"]);
  });

  test("bring the tables in the first", () => {
    const [first, second] = packets(picture("plain-422"));
    const { quantization } = parseJpeg(picture("plain-422"));
    const tables = Buffer.concat([hex("00000080"), quantization.get(0) ?? hex(""), quantization.get(1) ?? hex("")]);
    expect(Buffer.from(first?.head.subarray(8) ?? []).equals(tables)).toBe(true);
    expect(second?.head).toHaveLength(8);
  });

  test("are of one length, only the last is shorter", () => {
    const sizes = packets(picture("plain-422"), 300).map(({ head, body }) => head.length + body.length);
    expect(new Set(sizes.slice(0, -1)).size).toBe(1);
    expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[0] ?? 0);
  });

  test("say where markers restart the scan", () => {
    const heads = packets(picture("restart-420")).map(({ head }) => Buffer.from(head).toString("hex"));
    for (const head of heads) expect(head).toMatch(/^00......41ff0806 ?0004ffff/);
  });

  test("cannot be made when the tables do not fit", () => {
    expect(packets(picture("plain-422"), 140)).toEqual([]);
  });

  test.each([
    [2040, 2040, "ffff", 0],
    [2041, 48, "0000", 24],
    [64, 2048, "0000", 24],
    [3840, 2160, "0000", 24],
  ])("of %i by %i pixels tell its size as %s, and in an extension of %i bytes", (width, height, size, length) => {
    const large = resized("plain-422", width, height);
    const [first, second] = packets(large);
    expect(Buffer.from(first?.head.subarray(6, 8) ?? []).toString("hex")).toBe(size);
    expect(first?.extension?.length ?? 0).toBe(length);
    expect(second?.extension).toBeUndefined();
    const [back] = roundTrip(format, large, 500);
    expect(parseJpeg(back ?? hex(""))).toMatchObject({ width, height });
  });
});

describe("a depacketizer of JPEG", () => {
  const main = (offset: number, options: { type?: number; q?: number; size?: string } = {}): Buffer => {
    const { type = 1, q = 50, size = "0806" } = options;
    return Buffer.concat([Buffer.from([0, offset >> 16, (offset >> 8) & 0xff, offset & 0xff, type, q]), hex(size)]);
  };
  const push = (depacketizer: Depacketizer, marker: boolean, ...parts: Uint8Array[]) =>
    depacketizer.push(Buffer.concat(parts), marker);
  const one = (depacketizer: Depacketizer, ...parts: Uint8Array[]) => {
    const [unit] = push(depacketizer, true, ...parts)?.units ?? [];
    return parseJpeg(unit?.[0] ?? hex(""));
  };
  const scan = hex("11223344");
  const fresh = (size = {}): Depacketizer => payloadFormat.depacketizer({ ...format, ...size });

  test("makes the tables of a quality", () => {
    const { quantization, components } = one(fresh(), main(0, { q: 50 }), scan);
    expect(quantization.get(0)).toEqual(Buffer.from(quantizationTables(50).subarray(0, 64)));
    expect(quantization.get(1)?.subarray(0, 8)).toEqual(Buffer.from([17, 18, 18, 24, 21, 24, 47, 26]));
    expect(components.map(({ horizontal, vertical }) => [horizontal, vertical])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
    ]);
  });

  test.each([
    [1, 255, 255],
    [25, 32, 198],
    [75, 8, 50],
    [99, 1, 2],
  ])("knows quality %i", (q, first, last) => {
    const tables = quantizationTables(q);
    expect([tables[0], tables[63]]).toEqual([first, last]);
  });

  test("keeps tables that do not come with every picture", () => {
    const depacketizer = fresh();
    const tables = Buffer.alloc(128, 9);
    expect(one(depacketizer, main(0, { q: 130 }), hex("00000080"), tables, scan).quantization.get(1)?.[0]).toBe(9);
    expect(one(depacketizer, main(0, { q: 130 }), hex("00000000"), scan).quantization.get(1)?.[0]).toBe(9);
    expect(push(depacketizer, true, main(0, { q: 131 }), hex("00000000"), scan)).toEqual({
      dropped: "headers-malformed",
    });
  });

  test("takes one table for both kinds, and tables of 16 bits", () => {
    expect(one(fresh(), main(0, { q: 255 }), hex("00000040"), Buffer.alloc(64, 7), scan).quantization.get(1)?.[0]).toBe(
      7,
    );
    const wide = quantizationSegment(Buffer.alloc(192, 1), 1);
    expect(wide.subarray(0, 5).toString()).toBe(hex("ffdb00c510").toString());
  });

  test("restarts the scan where the packets say so", () => {
    expect(one(fresh(), main(0, { type: 65 }), hex("0009ffff"), scan).restartInterval).toBe(9);
  });

  test("takes the size of the description when packets tell none", () => {
    const untold = main(0, { size: "0000" });
    expect(one(fresh({ width: 2048, height: 1536 }), untold, scan)).toMatchObject({ width: 2048, height: 1536 });
    expect(push(fresh(), true, untold, scan)).toEqual({ dropped: "headers-malformed" });
  });

  test("gives out a picture without marker when its time is over", () => {
    const depacketizer = fresh();
    push(depacketizer, false, main(0), scan);
    expect(depacketizer.flush()).toHaveLength(1);
    expect(depacketizer.flush()).toBeUndefined();
  });

  test.each([
    ["nothing", [""], "short"],
    ["headers cut off", ["00000000013208"], "short"],
    ["a later piece alone", ["0000000401320806aabb"], "start-missing"],
    ["a piece behind a gap", ["0000000001320806aabb", "0000000401320806aabb"], "fragment-missing"],
    ["tables cut off", ["0000000001ff080600000080aa"], "headers-malformed"],
    ["a table of three bytes", ["0000000001ff080600000003aabbccdd"], "headers-malformed"],
    ["an unknown type", ["0000000005320806aabb"], "headers-malformed"],
    ["a quality without tables", ["0000000001640806aabb"], "headers-malformed"],
  ])("drops %s", (_what, parts, dropped) => {
    const depacketizer = fresh();
    expect(parts.map((part, index) => depacketizer.push(hex(part), index === parts.length - 1)).at(-1)).toEqual({
      dropped,
    });
  });

  describe("with header extensions", () => {
    const frame = frameSegment(4000, 3000, 0x21);
    const pushed = (depacketizer: Depacketizer, extension: Uint8Array, payload: Buffer, marker = true) => {
      const [unit] = depacketizer.push(payload, marker, extension)?.units ?? [];
      return unit && parseJpeg(unit[0] ?? hex(""));
    };
    const untold = Buffer.concat([main(0, { size: "0000", type: 5 }), scan]);

    test("takes size and sampling from them", () => {
      const found = pushed(fresh(), makeHeaderExtension([frame]), untold);
      expect(found).toMatchObject({ width: 4000, height: 3000, components: [{ vertical: 1 }, {}, {}] });
    });

    test("finds them behind that of replay", () => {
      const replay = Buffer.concat([hex("abac0009 0000000000000000 00000000"), makeHeaderExtension([frame])]);
      expect(pushed(fresh(), replay, untold)).toMatchObject({ width: 4000 });
    });

    test("takes the frame header of the picture before when there is none", () => {
      const depacketizer = fresh();
      pushed(depacketizer, makeHeaderExtension([frame]), untold);
      expect(pushed(depacketizer, hex("ffd80000"), untold)).toMatchObject({ width: 4000 });
      expect(pushed(depacketizer, hex("abcd0000"), untold)).toBeUndefined();
    });

    test("lets them override tables, restart interval and scan header", () => {
      const dqt = quantizationSegment(Buffer.alloc(128, 3), 0);
      const dri = segmentOf(Marker.restartInterval, Uint8Array.of(0, 7));
      const found = pushed(fresh(), makeHeaderExtension([dqt, dri, frame]), untold);
      expect(found?.quantization.get(0)?.[0]).toBe(3);
      expect(found?.restartInterval).toBe(7);
    });

    test("joins those of packets in front of the scan", () => {
      const depacketizer = fresh();
      const whole = makeHeaderExtension([frame]);
      expect(
        pushed(depacketizer, Buffer.concat([hex("ffd80002"), whole.subarray(4, 12)]), Buffer.alloc(0), false),
      ).toBeUndefined();
      expect(pushed(depacketizer, Buffer.concat([hex("ffff0003"), whole.subarray(12)]), untold)).toMatchObject({
        width: 4000,
      });
    });

    test("drops what is no header", () => {
      expect(fresh().push(untold, true, hex("ffd80001 12345678"))).toEqual({ dropped: "headers-malformed" });
    });
  });
});

test("pictures of a real stream come back from packets of any length", () => {
  const whole = recorded("jpeg-420").stream;
  for (let maxBytes = 160; maxBytes < 700; maxBytes += 7) {
    const [back] = roundTrip(format, whole, maxBytes);
    expect(Buffer.compare(parseJpeg(back ?? whole).scan, parseJpeg(whole).scan)).toBe(0);
  }
});
