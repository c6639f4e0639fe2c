import { describe, expect, it } from "vitest";
import { asksForRandomAccess } from "#wire/rtp/feedback";
import { readRtcp, writeRtcp } from "#wire/rtp/rtcp";

describe("a request for something that can be decoded by itself", () => {
  it.each([
    ["PLI for the source", "81ce0002 00000005 00001000", true],
    ["PLI for another", "81ce0002 00000005 00001001", false],
    ["PLI that is cut", "81ce0001 00000005", false],
    ["FIR for the source", "84ce0004 00000005 00000000 00001000 07000000", true],
    ["FIR for two, the source second", "84ce0006 00000005 00000000 00001001 07000000 00001000 08000000", true],
    ["FIR for others", "84ce0004 00000005 00000000 00001001 07000000", false],
    ["FIR for nobody", "84ce0002 00000005 00000000", false],
    ["FIR of RFC 2032", "80c00001 00000005", true],
    ["another feedback about the payload", "82ce0003 00000005 00001000 00000000", false],
    ["a NACK", "81cd0003 00000005 00001000 00010000", false],
    ["a receiver report", "80c90001 00000005", false],
  ])("is or is not %s", (_name, text, expected) => {
    const packets = readRtcp(Buffer.from(text.replaceAll(" ", ""), "hex"));
    if (typeof packets === "string") throw new Error(packets);
    expect(packets.map((packet) => asksForRandomAccess(packet, 0x1000))).toEqual([expected]);
  });

  it("can be written", () => {
    const bytes = writeRtcp([{ type: "PLI", ssrc: 5, media: 0x1000 }]);
    expect(bytes.toString("hex")).toBe("81ce00020000000500001000");
  });
});
