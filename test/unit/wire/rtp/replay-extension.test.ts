import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReplayExtension, type ReplayMark, writeReplayExtension } from "#wire/rtp/replay-extension";

const none: ReplayMark = {
  wallMs: Date.UTC(2009, 5, 15, 11, 49, 0, 500),
  cleanPoint: false,
  endOfSection: false,
  discontinuity: false,
  terminal: false,
  cseq: 123,
};

describe("the replay extension", () => {
  it.each<[string, Partial<ReplayMark>, string]>([
    ["no flag", {}, "abac0003cde0b3ac80000000007b0000"],
    ["C", { cleanPoint: true }, "abac0003cde0b3ac80000000807b0000"],
    ["E", { endOfSection: true }, "abac0003cde0b3ac80000000407b0000"],
    ["D", { discontinuity: true }, "abac0003cde0b3ac80000000207b0000"],
    ["T", { terminal: true }, "abac0003cde0b3ac80000000107b0000"],
    ["the low byte of CSeq", { cseq: 0x1234 }, "abac0003cde0b3ac8000000000340000"],
  ])("has three words: %s", (_name, change, hex) => {
    expect(writeReplayExtension({ ...none, ...change }).toString("hex")).toBe(hex);
  });

  it("is followed by the extension of a JPEG picture, and counts it in its length", () => {
    const jpeg = Buffer.from("ffd80002ffc0000b08123412", "hex");
    const both = writeReplayExtension(none, jpeg);
    expect(both.readUInt16BE(2)).toBe(2 + 4);
    expect(both.subarray(16)).toEqual(jpeg);
    expect(readReplayExtension(both)).toEqual(none);
  });

  it("is read back", () => {
    const flag = fc.boolean();
    const marks = fc.record({
      wallMs: fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) }),
      ...{ cleanPoint: flag, endOfSection: flag, discontinuity: flag, terminal: flag },
      cseq: fc.nat(255),
    });
    fc.assert(
      fc.property(marks, (mark) => {
        const read = readReplayExtension(writeReplayExtension(mark));
        expect(read).toEqual({ ...mark, wallMs: expect.closeTo(mark.wallMs, 3) as number });
      }),
    );
  });

  it.each(["", "abac", "abad0003cde0b3ac80000000007b0000", "abac0002cde0b3ac80000000007b0000", "abac0003cde0b3ac8000"])(
    "is not found in %s",
    (hex) => {
      expect(readReplayExtension(Buffer.from(hex, "hex"))).toBeUndefined();
    },
  );
});
