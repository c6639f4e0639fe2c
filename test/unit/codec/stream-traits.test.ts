import { describe, expect, test } from "vitest";
import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { nalsOfParameter, withParameters } from "#codec/fmtp";
import { h264Format } from "#codec/h264/payload";
import { h265Format } from "#codec/h265/payload";
import { findStreamTraits, type StreamTraits } from "#codec/stream-traits";
import { DecodeError } from "#util/errors";
import { parseFmtp } from "#wire/sdp/attributes";
import { h264Sets, h265Sets } from "../../support/parameter-sets.js";

const { sps, pps } = h264Sets.baselineCif;
const other = h264Sets.high1080p2997;
const hevc = h265Sets.main1080p25;
const h264: MediaFormat = { kind: "video", encodingName: "H264", payloadType: 96, clockRate: 90_000 };
const h265: MediaFormat = { ...h264, encodingName: "h265" };
const nal = (first: number): Uint8Array => Uint8Array.of(first, 1, 2, 3);

function traitsOf(format: MediaFormat): StreamTraits {
  const traits = findStreamTraits(format);
  if (!traits) throw new Error("no traits");
  return traits;
}

describe("the parameters of fmtp", () => {
  test.each<[string, string | undefined, Record<string, string>, string]>([
    ["are put behind the others", "a=1;b=2", { c: "3" }, "a=1; b=2; c=3"],
    ["are replaced in place, whatever their case", "A=1; b=2", { a: "3" }, "a=3; b=2"],
    ["stay as they are written when nothing changes", "a=1;  B=2;", { b: "2" }, "a=1;  B=2;"],
    ["begin where there are none", undefined, { a: "1", b: "2" }, "a=1; b=2"],
    ["may hold equals signs", "sprop=Zw==;x", { a: "1" }, "sprop=Zw==; x; a=1"],
  ])("%s", (_name, fmtp, parameters, expected) => {
    expect(withParameters(fmtp, parameters)).toBe(expected);
  });

  test("hold NAL units in base64; what is none is left out", () => {
    expect(nalsOfParameter("Z0I=, ,aM4=,!").map((bytes) => Buffer.from(bytes).toString("hex"))).toEqual([
      "6742",
      "68ce",
    ]);
  });
});

describe("H.264", () => {
  const stated = h264Format([sps], [pps], 96);

  test("is random access at an IDR picture only", () => {
    const traits = traitsOf(h264);
    expect(
      [[nal(0x65)], [nal(0x67), nal(0x68), nal(0x65)], [nal(0x41)], [nal(0x67)]].map((unit) =>
        traits.isRandomAccess(unit),
      ),
    ).toEqual([true, true, false, false]);
  });

  test("has its sets in a unit that has both kinds", () => {
    const traits = traitsOf(h264);
    expect(traits.setsOf([pps, nal(0x06), sps, nal(0x65)])).toEqual([sps, pps]);
    expect(traits.setsOf([sps, nal(0x65)])).toEqual([]);
  });

  test("keeps an fmtp that states the sets, word for word", () => {
    const sets = [Buffer.from(sps).toString("base64"), Buffer.from(pps).toString("base64")].join(",");
    const fmtp = `sprop-parameter-sets=${sets};packetization-mode=1;profile-level-id=42C015;x-mine=7`;
    const traits = traitsOf({ ...h264, fmtp });
    const found = traits.setsIn(parseFmtp(fmtp));
    expect(found.map((set) => Buffer.from(set))).toEqual([sps, pps].map((set) => Buffer.from(set)));
    expect(traits.withSets({ ...h264, fmtp }, found)).toMatchObject({ fmtp, width: 352, height: 288 });
  });

  test("gets sets, profile and a mode with fragments where they are missing", () => {
    const made = traitsOf(h264).withSets({ ...h264, fmtp: "packetization-mode=0" }, [sps, pps]);
    const wanted = parseFmtp(stated.fmtp ?? "");
    expect(parseFmtp(made.fmtp ?? "")).toEqual(wanted);
    expect(made.parameterSets).toEqual([sps, pps]);
  });

  test("gets other sets in place of those that are stated", () => {
    const made = traitsOf(stated).withSets(stated, [other.sps, other.pps]);
    expect(made).toMatchObject({ width: 1920, height: 1080 });
    expect(traitsOf(made).setsIn(parseFmtp(made.fmtp ?? ""))).toHaveLength(2);
  });

  test("refuses sets that cannot be read", () => {
    expect(() => traitsOf(h264).withSets(h264, [Uint8Array.of(0x67, 1), pps])).toThrow(DecodeError);
  });

  test("is not read where units come in another order", () => {
    expect(findStreamTraits({ ...h264, fmtp: "packetization-mode=2" })).toBeUndefined();
  });
});

describe("H.265", () => {
  const stated = h265Format({ vps: [hevc.vps], sps: [hevc.sps], pps: [hevc.pps] }, 96);

  test("is random access at IDR, CRA and BLA pictures", () => {
    const first = [0x26, 0x2a, 0x20, 0x02, 0x42];
    expect(first.map((byte) => traitsOf(h265).isRandomAccess([nal(byte)]))).toEqual([true, true, true, false, false]);
  });

  test("has its sets in a unit, in fmtp, and puts them there", () => {
    const unit = [hevc.vps, hevc.sps, hevc.pps, nal(0x26)];
    const sets = traitsOf(h265).setsOf(unit);
    expect(sets).toEqual(unit.slice(0, 3));
    const made = traitsOf(h265).withSets({ ...h265, fmtp: "tx-mode=SRST" }, sets);
    expect(made).toMatchObject({ width: stated.width, height: stated.height });
    expect(made.fmtp).toMatch(/^tx-mode=SRST; sprop-vps=/);
    expect(traitsOf(stated).setsIn(parseFmtp(stated.fmtp ?? ""))).toHaveLength(3);
    expect(traitsOf(stated).withSets(stated, sets).fmtp).toBe(stated.fmtp);
  });

  test("is not read where it has decoding order numbers", () => {
    expect(findStreamTraits({ ...h265, fmtp: "sprop-max-don-diff=2" })).toBeUndefined();
  });
});

describe("AAC", () => {
  const stated = aacFormat(Buffer.from("1210", "hex"), 97);

  test("has its configuration in fmtp, and 1024 ticks a frame", () => {
    const traits = traitsOf(stated);
    const sets = traits.setsIn(parseFmtp(stated.fmtp ?? ""));
    expect(sets.map((set) => Buffer.from(set).toString("hex"))).toEqual(["1210"]);
    expect(traits.unitTicks?.(traits.withSets(stated, sets))).toBe(1024);
  });

  test.each([
    ["another mode", "mode=AAC-lbr;sizelength=6;config=1210"],
    ["no configuration", "mode=AAC-hbr;sizelength=13"],
    ["a configuration that cannot be read", "mode=AAC-hbr;sizelength=13;config=ffff"],
  ])("is not read in %s", (_name, fmtp) => {
    expect(findStreamTraits({ ...stated, fmtp })).toBeUndefined();
  });
});

test("other encodings are known by their packets alone", () => {
  expect(findStreamTraits({ ...h264, encodingName: "X-NONE" })).toBeUndefined();
  expect(findStreamTraits({ ...h264, encodingName: "constructor" })).toBeUndefined();
});

describe("what no other picture needs", () => {
  const mpv: MediaFormat = { ...h264, encodingName: "MPV", payloadType: 32 };
  const mp4v: MediaFormat = { ...h264, encodingName: "MP4V-ES" };
  const unit = (hex: string): Uint8Array[] => [Buffer.from(hex.replaceAll(" ", ""), "hex")];
  test.each<[string, MediaFormat, readonly Uint8Array[], boolean]>([
    ["a slice with nal_ref_idc 0 (H.264)", h264, [nal(0x01)], true],
    ["two of them, behind an SEI", h264, [nal(0x06), nal(0x01), nal(0x01)], true],
    ["a slice that is referred to", h264, [nal(0x41)], false],
    ["one that is beside one that is not", h264, [nal(0x01), nal(0x21)], false],
    ["an IDR picture", h264, [nal(0x65)], false],
    ["no picture at all", h264, [nal(0x06)], false],
    ["TRAIL_N (H.265)", h265, [nal(0x00)], true],
    ["RASL_N", h265, [nal(0x10)], true],
    ["TRAIL_R", h265, [nal(0x02)], false],
    ["CRA", h265, [nal(0x2a)], false],
    ["a B picture (MPEG-2)", mpv, unit("00000100 001ffff8 00000101 00"), true],
    ["a P picture", mpv, unit("00000100 0017fff8 00000101 00"), false],
    ["no header", mpv, unit("00000101 00"), false],
    ["a B-VOP (MPEG-4)", mp4v, unit("000001b6 9000"), true],
    ["a P-VOP", mp4v, unit("000001b6 5000"), false],
  ])("%s", (_name, format, payload, expected) => {
    expect(traitsOf(format).isDispensable?.(payload)).toBe(expected);
  });
});
