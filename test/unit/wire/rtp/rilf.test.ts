import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { type ByteOrder, RilfParser } from "#wire/rtp/rilf";
import { rilfFrame } from "../../../support/rilf.js";

/** A packet that begins as RTP does, of so many bytes. */
const packet = (bytes: number, fill = 0x80): Buffer => {
  const data = Buffer.alloc(bytes, fill);
  if (bytes > 0) data[0] = 0x80;
  return data;
};

const stream = (order: ByteOrder, ...lengths: readonly number[]): Buffer =>
  Buffer.concat(lengths.map((length) => rilfFrame(packet(length), order)));

/** Lengths of the packets that come out of it, given in pieces. */
function lengthsOf(parser: RilfParser, ...pieces: readonly Buffer[]): number[] {
  const lengths: number[] = [];
  for (const piece of pieces) {
    parser.push(piece);
    for (let frame = parser.next(); frame; frame = parser.next()) lengths.push(frame.packet.length);
  }
  return lengths;
}

describe("RILF frames", () => {
  it.each<[name: string, order: ByteOrder, lengths: readonly number[], found: ByteOrder | undefined]>([
    ["with the high byte of the length first", "big", [1200, 300, 40, 1200], "big"],
    ["with the low byte of the length first", "little", [1200, 300, 40, 1200], "little"],
    ["of sound, high byte first", "big", [172, 172, 172], "big"],
    ["of sound, low byte first", "little", [172, 172, 172], "little"],
    ["whose length is the same in both", "little", [257, 1028, 257, 1028], undefined],
    ["whose length is the same in both at first, high byte first", "big", [1028, 1028, 1028, 900, 1028, 20], "big"],
    ["whose length is the same in both at first, low byte first", "little", [1028, 1028, 900, 1028, 20], "little"],
    ["that could not be as long in the other order, high byte first", "big", [1024], "big"],
    ["that could not be as long in the other order, low byte first", "little", [1024], "little"],
    ["with empty ones between them", "little", [0, 1200, 0, 300, 0, 40], "little"],
    ["with RTCP", "big", [8, 172, 28, 172], "big"],
  ])("are read: %s", (_name, order, lengths, found) => {
    const parser = new RilfParser();
    expect(lengthsOf(parser, stream(order, ...lengths))).toEqual(lengths);
    expect([parser.order, parser.pendingBytes]).toEqual([found, 0]);
  });

  it("may have any channel, and bring the bytes as they are", () => {
    const parser = new RilfParser();
    const bytes = Buffer.from("80600001000000000000000101020304", "hex");
    parser.push(Buffer.concat([rilfFrame(bytes, "big", 7), rilfFrame(bytes, "big", 255), rilfFrame(bytes, "big")]));
    expect([parser.next(), parser.next(), parser.next(), parser.next()]).toEqual([
      { channel: 7, packet: bytes },
      { channel: 255, packet: bytes },
      { channel: 0, packet: bytes },
      undefined,
    ]);
  });

  it("wait until the byte order shows, and no longer", () => {
    const parser = new RilfParser();
    const bytes = stream("big", 172, 172, 172);
    expect(lengthsOf(parser, bytes.subarray(0, 352 + 4))).toEqual([]);
    expect(lengthsOf(parser, bytes.subarray(356, 357))).toEqual([172, 172]);
    expect(lengthsOf(parser, bytes.subarray(357))).toEqual([172]);
  });

  it.each<[name: string, bytes: Buffer]>([
    ["something else", Buffer.from("OPTIONS * RTSP/1.0\r\n\r\n")],
    ["a first packet that is not RTP", Buffer.concat([rilfFrame(Buffer.alloc(300, 0x41), "big"), Buffer.alloc(9)])],
    ["rubbish behind a frame", Buffer.concat([stream("big", 1200, 300, 40), Buffer.from("no frame")])],
    ["a length that leads nowhere, in either order", Buffer.concat([stream("big", 300), Buffer.alloc(20_000)])],
  ])("are refused, for good: %s", (_name, bytes) => {
    const parser = new RilfParser();
    expect(() => lengthsOf(parser, bytes)).toThrow(DecodeError);
    expect(parser.pendingBytes).toBe(0);
    expect(() => lengthsOf(parser, stream("big", 40))).toThrow(DecodeError);
  });

  it("are the same, however the bytes are cut, in either byte order", () => {
    const order = fc.constantFrom<ByteOrder>("big", "little");
    const content = fc.array(fc.uint8Array({ minLength: 12, maxLength: 2000 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(order, content, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (which, all, sizes) => {
        const packets = all.map((bytes) => Buffer.concat([Buffer.from([0x80]), bytes]));
        const whole = Buffer.concat(packets.map((bytes) => rilfFrame(bytes, which)));
        const parser = new RilfParser();
        const out: Buffer[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          parser.push(whole.subarray(at, at + size));
          at += size;
          for (let frame = parser.next(); frame; frame = parser.next()) out.push(frame.packet);
        }
        // The last frames may wait for those that would show the byte order.
        expect(out).toEqual(packets.slice(0, out.length));
        if (parser.order) expect([parser.order, out.length, parser.pendingBytes]).toEqual([which, packets.length, 0]);
      }),
      { numRuns: 300 },
    );
  });
});
