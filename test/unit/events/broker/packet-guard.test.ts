import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PacketGuard } from "#events/broker/packet-guard";

const CONNACK = [0x20, 2, 0, 0];
const PUBACK = [0x40, 2, 0, 7];
const PINGRESP = [0xd0, 0];
const GOOD = [...CONNACK, ...PUBACK, 0x50, 2, 0, 8, 0x70, 2, 0, 8, ...PINGRESP, 0x40, 4, 0, 1, 0, 0, ...PINGRESP];

describe("what a broker sends", () => {
  it.each([
    ["nothing", [], true],
    ["what one who publishes is told", GOOD, true],
    ["half a packet", [...GOOD, 0x40, 2, 0], true],
    ["bytes within a packet that look like others", [0x40, 4, 0x30, 0xff, 0xff, 0x30, ...PINGRESP], true],
    ["a message", [...CONNACK, 0x30, 4, 0, 1, 97, 98], false],
    ["a message of 256 MB", [0x3d, 0xff, 0xff, 0xff, 0x7f], false],
    ["a long confirmation", [0x40, 0xff, 0x7f], false],
    ["what only clients send", [0x10, 0], false],
    ["a type that is none", [0xf0, 0], false],
    ["zeros", [0, 0, 0], false],
    ["HTTP", [...Buffer.from("HTTP/1.1 400 Bad Request")], false],
  ])("is judged however it comes in pieces: %s", (_, bytes, expected) => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const guard = new PacketGuard();
        const ends = [...cuts, bytes.length].toSorted((one, other) => one - other);
        const verdicts = ends.map((end, n) => guard.accepts(Uint8Array.from(bytes.slice(ends[n - 1] ?? 0, end))));
        expect(verdicts.includes(false)).toBe(!expected);
      }),
    );
  });
});
