import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PacketIndex } from "#rtsp/server/security/packet-index";

describe("the places of packets in a protected stream", () => {
  it("go on through wraps of the sequence number, with the gaps that the stream has", () => {
    const places = new PacketIndex(5000);
    const sequences = [65_530, 65_531, 65_535, 0, 3, 30_000, 60_000, 10];
    expect(sequences.map((sequence, at) => places.place(sequence, at))).toEqual([
      5000, 5001, 5005, 5006, 5009, 35_006, 65_006, 70_552,
    ]);
    expect(places.sequenceOf(11)).toBe(70_553 % 65_536);
  });

  it("are known before the first packet, if it is the one that comes", () => {
    const places = new PacketIndex(5000);
    expect(places.sequenceOf(77)).toBe(5000);
    expect(places.place(77, 0)).toBe(5000);
    expect(places.sequenceOf(76)).toBe(4999);
  });

  it("lie behind the newest for packets of readers that join in the past", () => {
    const places = new PacketIndex(5000);
    places.place(100, 0);
    expect([places.place(120, 1), places.place(101, 2), places.place(102, 3), places.place(121, 4)]).toEqual([
      5020, 5001, 5002, 5021,
    ]);
  });

  it("are above all others when it is not known how much has come in between", () => {
    const places = new PacketIndex(5000);
    places.place(100, 0);
    expect(places.place(101, 10_000)).toBe(5001);
    expect(places.place(99, 20_000)).toBe(5002);
    expect(places.place(98, 20_001)).toBeUndefined();
    expect(places.place(40_000, 40_000)).toBe(5003);
  });

  it("are never given twice for packets that come one after another, whatever the gaps and pauses", () => {
    const step = fc.record({ ahead: fc.integer({ min: 1, max: 200_000 }), ms: fc.integer({ min: 0, max: 20_000 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), fc.array(step, { maxLength: 60 }), (first, steps) => {
        const places = new PacketIndex(4096);
        let [sequence, atMs] = [first, 0];
        const given = [places.place(first, 0)];
        for (const { ahead, ms } of steps) {
          // No stream is so fast that half of the numbers are used in the time after which they are not trusted.
          sequence += ms < 3000 ? Math.min(ahead, 30_000) : ahead;
          atMs += ms;
          given.push(places.place(sequence % 65_536, atMs));
        }
        const known = given.filter((place) => place !== undefined);
        expect(known).toEqual([...new Set(known)].toSorted((a, b) => a - b));
        expect(known.length).toBe(given.length);
      }),
    );
  });
});
