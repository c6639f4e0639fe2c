import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { g711Format } from "#codec/g711";
import { h264Format } from "#codec/h264/payload";
import { h265Format } from "#codec/h265/payload";
import { metadataFormat } from "#codec/metadata/payload";
import type { RtpPayload } from "#codec/payload-format";
import { findPayloadFormat, payloadFormatOf } from "#codec/payloads";
import { h264Sets, h265Sets } from "../../support/parameter-sets.js";

const maxBytes = 1388;
const bytes = (payload: RtpPayload): Buffer => Buffer.concat([payload.head, payload.body]);
const filled = (head: readonly number[], length: number): Buffer => {
  const nal = Buffer.alloc(length, 0x55);
  nal.set(head);
  return nal;
};

const h264 = h264Format([h264Sets.high1080p2997.sps], [h264Sets.high1080p2997.pps], 96);
const sets265 = h265Sets.main1080p25;
const h265 = h265Format({ vps: [sets265.vps], sps: [sets265.sps], pps: [sets265.pps] }, 96);
const aac = aacFormat(Buffer.from("1408", "hex"), 97);
const pcmu = g711Format("PCMU", 8000, 1, 97);

/** Packets of a unit, put together again. */
function roundTrip(format: MediaFormat, unit: readonly Uint8Array[], randomAccess = false): readonly Uint8Array[][] {
  const payloadFormat = payloadFormatOf(format);
  const payloads = payloadFormat.packetize(unit, format, randomAccess, maxBytes).map(bytes);
  const depacketizer = payloadFormat.depacketizer(format);
  return payloads.flatMap((payload, index) => {
    expect(payload.length).toBeLessThanOrEqual(maxBytes);
    const result = depacketizer.push(payload, index === payloads.length - 1);
    expect(result?.dropped).toBeUndefined();
    return (result?.units ?? []).map((found) => found.map((part) => Buffer.from(part)));
  });
}

describe("the SDP parameters", () => {
  test("of H.264 name mode, profile and parameter sets", () => {
    expect(h264).toMatchObject({ encodingName: "H264", clockRate: 90_000, width: 1920, height: 1080 });
    expect(h264.fmtp).toBe(
      "packetization-mode=1; profile-level-id=640028; " +
        "sprop-parameter-sets=Z2QAKKzZQHgCJ+XARAAAD6QAA6mAPGDGWA==,aOvjyyLA",
    );
  });

  test("of H.265 name profile and the sets by kind", () => {
    expect(h265).toMatchObject({ encodingName: "H265", width: 1920, height: 1080 });
    expect(h265.fmtp).toMatch(
      /^profile-space=0; profile-id=1; tier-flag=0; level-id=120; sprop-vps=\S+; sprop-sps=\S+; sprop-pps=\S+$/,
    );
  });

  test("of AAC give the configuration", () => {
    expect(aac).toMatchObject({ encodingName: "MPEG4-GENERIC", clockRate: 16_000, channels: 1 });
    expect(aac.fmtp).toContain("mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config=1408");
  });

  test.each([
    ["PCMU", 8000, 1, 0],
    ["PCMA", 8000, 1, 8],
    ["PCMA", 16_000, 1, 97],
    ["PCMU", 8000, 2, 97],
  ] as const)("of %s at %i Hz with %i channels have payload type %i", (name, rate, channels, type) => {
    expect(g711Format(name, rate, channels, 97)).toMatchObject({ payloadType: type, clockRate: rate, channels });
  });
});

describe("an H.264 unit", () => {
  const payloadFormat = payloadFormatOf(h264);

  test("is sent NAL by NAL while the units fit", () => {
    const unit = [filled([0x06], 40), filled([0x41], maxBytes)];
    expect(payloadFormat.packetize(unit, h264, false, maxBytes).map(bytes)).toEqual(unit);
  });

  test("has its parameter sets in front of an IDR picture", () => {
    const idr = filled([0x65], 100);
    const sent = payloadFormat.packetize([idr], h264, true, maxBytes).map(bytes);
    expect(sent).toEqual([h264Sets.high1080p2997.sps, h264Sets.high1080p2997.pps, idr]);
  });

  test("keeps the parameter sets it brings", () => {
    const unit = [h264Sets.baselineCif.sps, h264Sets.baselineCif.pps, filled([0x65], 100)];
    expect(payloadFormat.packetize(unit, h264, true, maxBytes).map(bytes)).toEqual(unit);
  });

  test("loses delimiters and filler", () => {
    const unit = [Buffer.from("09f0", "hex"), filled([0x41], 9), filled([0x0c], 500)];
    expect(payloadFormat.packetize(unit, h264, false, maxBytes)).toHaveLength(1);
  });

  test("is cut into FU-A of one size, the last at most as long", () => {
    const sent = payloadFormat.packetize([filled([0x65], 5000)], { ...h264, parameterSets: [] }, true, maxBytes);
    const lengths = sent.map((payload) => bytes(payload).length);
    expect(new Set(lengths.slice(0, -1)).size).toBe(1);
    expect(lengths.at(-1)).toBeLessThanOrEqual(lengths[0] ?? 0);
    expect(lengths.at(-1)).toBeGreaterThan((lengths[0] ?? 0) - sent.length);
    expect(sent.map(({ head }) => Buffer.from(head).toString("hex"))).toEqual(["7c85", "7c05", "7c05", "7c45"]);
  });

  test("comes back from STAP-A", () => {
    const depacketizer = payloadFormat.depacketizer(h264);
    const result = depacketizer.push(Buffer.from("78 0002 6742 0003 68cb83".replaceAll(" ", ""), "hex"), true);
    expect(result?.units).toEqual([[Buffer.from("6742", "hex"), Buffer.from("68cb83", "hex")]]);
  });

  test("that has no marker is given out when its time is over", () => {
    const depacketizer = payloadFormat.depacketizer(h264);
    depacketizer.push(Buffer.from("4101", "hex"), false);
    expect(depacketizer.flush()).toEqual([Buffer.from("4101", "hex")]);
    expect(depacketizer.flush()).toBeUndefined();
  });
});

describe("a depacketizer of NAL units says why it drops", () => {
  test.each([
    ["an empty packet", h264, [""], "short"],
    ["a fragment without its start", h264, ["7c05aa"], "fragment-missing"],
    ["a start within a fragment", h264, ["7c85aa", "7c85aa"], "fragment-missing"],
    ["a unit within a fragment", h264, ["7c85aa", "4101"], "fragment-missing"],
    ["a fragment of nothing", h264, ["7c85"], "fragment-malformed"],
    ["an aggregate that lies", h264, ["7800ff67"], "aggregate-malformed"],
    ["interleaved mode", h264, ["7a0000"], "type-unsupported"],
    ["a packet of H.265 without payload", h265, ["0201"], "short"],
    ["a fragment of H.265 without its start", h265, ["620101aa"], "fragment-missing"],
    ["an unknown packet type of H.265", h265, ["6401aa"], "type-unsupported"],
  ])("%s", (_what, format, packets, reason) => {
    const depacketizer = payloadFormatOf(format).depacketizer(format);
    expect(packets.map((packet) => depacketizer.push(Buffer.from(packet, "hex"), false)).at(-1)).toEqual({
      dropped: reason,
    });
  });

  test("a unit that never ends", () => {
    const depacketizer = payloadFormatOf(h264).depacketizer(h264);
    const reasons = Array.from({ length: 20_000 }, () => depacketizer.push(Buffer.from("4101", "hex"), false)?.dropped);
    expect(reasons.filter((reason) => reason !== undefined)).toEqual(["unit-too-large"]);
  });
});

describe("an H.265 unit with decoding order numbers", () => {
  const ordered = { ...h265, fmtp: "sprop-max-don-diff=1" };

  test.each([
    ["alone", ["0201 0007 aabb"], ["0201aabb"]],
    ["in an aggregate", ["6001 0007 0003 0201aa 01 0003 0201bb"], ["0201aa", "0201bb"]],
    ["in fragments", ["6201 81 0007 aa", "6201 01 bb", "6201 41 cc"], ["0201aabbcc"]],
  ])("is read without them, %s", (_what, packets, expected) => {
    const depacketizer = payloadFormatOf(h265).depacketizer(ordered);
    const results = packets.map((packet, index) =>
      depacketizer.push(Buffer.from(packet.replaceAll(" ", ""), "hex"), index === packets.length - 1),
    );
    expect(results.at(-1)?.units?.[0]?.map((nal) => Buffer.from(nal).toString("hex"))).toEqual(expected);
  });

  test("is dropped when nothing stands behind them", () => {
    expect(payloadFormatOf(h265).depacketizer(ordered).push(Buffer.from("02010007", "hex"), true)).toEqual({
      dropped: "short",
    });
  });
});

test("a NAL unit of any length, alone in a packet as mode 0 has it, is cut for our packets", () => {
  const nal = filled([0x65], 60_000);
  const read = payloadFormatOf(h264).depacketizer(h264).push(nal, true)?.units?.[0] ?? [];
  expect(read).toEqual([nal]);
  expect(roundTrip(h264, read, true)[0]?.at(-1)).toEqual(nal);
});

describe("an AAC frame", () => {
  test("is sent with its size in front", () => {
    const [payload] = payloadFormatOf(aac).packetize([Buffer.from("010203", "hex")], aac, true, maxBytes);
    expect(payload && bytes(payload).toString("hex")).toBe("00100018010203");
  });

  test("longer than a packet is fragmented, each piece with the whole size", () => {
    const sent = payloadFormatOf(aac).packetize([filled([1], 3000)], aac, true, maxBytes);
    expect(sent.map(({ head }) => Buffer.from(head).toString("hex"))).toEqual(Array(3).fill("00105dc0"));
    expect(roundTrip(aac, [filled([1], 3000)])).toEqual([[filled([1], 3000)]]);
  });

  test("that 13 bits cannot measure is not sent", () => {
    expect(payloadFormatOf(aac).packetize([filled([1], 8192)], aac, true, maxBytes)).toEqual([]);
  });

  test("comes back alone when several share a packet", () => {
    const result = payloadFormatOf(aac).depacketizer(aac).push(Buffer.from("002000100008aabbcc", "hex"), true);
    expect(result?.units).toEqual([[Buffer.from("aabb", "hex")], [Buffer.from("cc", "hex")]]);
  });

  test("comes back from packets of mode AAC-lbr, whose headers have a byte each", () => {
    const fmtp = "mode=AAC-lbr; sizelength=6; indexlength=2; indexdeltalength=2; config=1408";
    const depacketizer = payloadFormatOf(aac).depacketizer({ ...aac, fmtp });
    const result = depacketizer.push(Buffer.from("0010080caabbccddee", "hex"), true);
    expect(result?.units).toEqual([[Buffer.from("aabb", "hex")], [Buffer.from("ccddee", "hex")]]);
    expect(depacketizer.push(Buffer.from("000f080caabbccddee", "hex"), true)).toEqual({ dropped: "headers-malformed" });
  });

  test.each([
    ["no headers", "0000", "headers-malformed"],
    ["headers longer than the packet", "ffff0018", "headers-malformed"],
    ["an empty frame", "00100000", "frame-empty"],
    ["a second frame cut off", "002000080018aabb", "frame-truncated"],
    ["a fragment of nothing", "00100018", "fragment-malformed"],
  ])("is dropped with %s", (_what, packet, reason) => {
    expect(payloadFormatOf(aac).depacketizer(aac).push(Buffer.from(packet, "hex"), true)).toEqual({ dropped: reason });
  });
});

test("only G.711 never sets the marker", () => {
  const never = [h264, h265, aac, pcmu, metadataFormat(98)].filter(
    (format) => payloadFormatOf(format).marker === "never",
  );
  expect(never).toEqual([pcmu]);
});

test("an encoding that is not known has no payload format", () => {
  expect(findPayloadFormat({ ...pcmu, encodingName: "toString" })).toBeUndefined();
  expect(() => payloadFormatOf({ ...pcmu, encodingName: "X-NONE" })).toThrow("X-NONE");
});

describe("every unit comes back as it was", () => {
  const nals = (first: readonly number[], rest: readonly number[]): fc.Arbitrary<Buffer> =>
    fc
      .tuple(fc.constantFrom(...first), fc.constantFrom(...rest), fc.integer({ min: 3, max: 9000 }))
      .map(([a, b, length]) => filled([a, b], length));

  test.each([
    ["H264", h264, nals([0x41, 0x65, 0x06, 0x67], [0x11])],
    ["H265", h265, nals([0x02, 0x26, 0x4e], [0x01, 0x02])],
    ["MPEG4-GENERIC", aac, fc.integer({ min: 1, max: 8191 }).map((length) => filled([7], length))],
    ["PCMU", pcmu, fc.integer({ min: 1, max: maxBytes }).map((length) => filled([7], length))],
    ["metadata", metadataFormat(98), fc.integer({ min: 1, max: 9000 }).map((length) => filled([0x3c], length))],
  ] as const)("%s", (_what, format, part) => {
    const several = format.kind === "video" ? 4 : 1;
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: several }), (unit) => {
        const [back = [], ...more] = roundTrip(format, unit);
        expect(more).toHaveLength(0);
        expect(Buffer.concat(back).equals(Buffer.concat(unit))).toBe(true);
        expect(back.map((nal) => nal.length)).toEqual(unit.map((nal) => nal.length));
      }),
      { numRuns: 150 },
    );
  });
});
