import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as rtp from "#wire/rtp/packet";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("an RTP packet", () => {
  it("is read in place", () => {
    const packet = hex("80e0 fffe 89abcdef deadbeef 0102");
    expect(rtp.rtpProblem(packet)).toBeUndefined();
    expect(rtp.hasMarker(packet)).toBe(true);
    expect(rtp.payloadType(packet)).toBe(96);
    expect(rtp.sequenceNumber(packet)).toBe(0xfffe);
    expect(rtp.timestamp(packet)).toBe(0x89abcdef);
    expect(rtp.ssrc(packet)).toBe(0xdeadbeef);
    expect(rtp.payloadOf(packet)).toEqual(hex("0102"));
  });

  it("is written as it is read", () => {
    const header = fc.tuple(fc.boolean(), fc.nat(127), fc.nat(0xffff), fc.nat(0xffffffff), fc.nat(0xffffffff));
    fc.assert(
      fc.property(header, ([marker, type, sequence, time, source]) => {
        const packet = Buffer.alloc(20, 0xff);
        expect(rtp.writeRtpHeader(packet, 4, marker, type, sequence, time, source)).toBe(16);
        const own = packet.subarray(4);
        expect(rtp.rtpProblem(own)).toBeUndefined();
        expect([rtp.hasMarker(own), rtp.payloadType(own), rtp.sequenceNumber(own)]).toEqual([marker, type, sequence]);
        expect([rtp.timestamp(own), rtp.ssrc(own)]).toEqual([time, source]);
      }),
    );
  });

  it("becomes one of another stream, and stays the same behind that", () => {
    const place = fc.tuple(fc.nat(0xffff), fc.nat(0xffffffff), fc.nat(0xffffffff));
    fc.assert(
      fc.property(place, ([sequence, time, source]) => {
        const bytes = Buffer.alloc(20, 0x55);
        rtp.writeRtpHeader(bytes, 4, true, 96, 1, 2, 3);
        const expected = Buffer.from(bytes);
        rtp.writeRtpHeader(expected, 4, true, 96, sequence, time, source);
        rtp.assignPacket(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 4, sequence, time, source);
        expect(bytes.equals(expected)).toBe(true);
      }),
    );
  });

  it.each([
    ["two CSRCs", "8260 0001 00000000 00000000 11111111 22222222 aabb", "aabb"],
    ["an extension of three words", "9060 0001 00000000 00000000 abac0003 000000000000000000000000 aa", "aa"],
    ["padding", "a060 0001 00000000 00000000 aabb 000003", "aabb"],
    ["padding and nothing else", "a060 0001 00000000 00000000 000003", ""],
  ])("gives the payload beside %s", (_name, text, payload) => {
    expect(rtp.rtpProblem(hex(text))).toBeUndefined();
    expect(rtp.payloadOf(hex(text))).toEqual(hex(payload));
  });

  it.each([
    ["nothing", "", "short"],
    ["eleven bytes", "8060 0001 00000000 000000", "short"],
    ["version 1", "4060 0001 00000000 00000000", "version"],
    ["CSRCs beyond the end", "8f60 0001 00000000 00000000", "short"],
    ["an extension beyond the end", "9060 0001 00000000 00000000 abac0003 00000000", "extension"],
    ["an extension without its header", "9060 0001 00000000 00000000", "extension"],
    ["padding larger than the packet", "a060 0001 00000000 00000000 ff", "padding"],
    ["padding of none", "a060 0001 00000000 00000000 00", "padding"],
  ])("is refused with %s", (_name, text, problem) => {
    expect(rtp.rtpProblem(hex(text))).toBe(problem);
  });

  it("has serial arithmetic for sequence numbers and timestamps", () => {
    expect(rtp.sequenceDelta(65535, 0)).toBe(1);
    expect(rtp.sequenceDelta(0, 65535)).toBe(-1);
    expect(rtp.sequenceDelta(30, 100)).toBe(70);
    expect(rtp.timestampDelta(0xffffffff, 1)).toBe(2);
    expect(rtp.timestampDelta(1, 0xffffffff)).toBe(-2);
  });
});
