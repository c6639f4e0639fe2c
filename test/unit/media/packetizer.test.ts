import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { metadataFormat } from "#codec/metadata/payload";
import type { MediaFormat } from "#codec/format";
import { Packetizer } from "#media/packetizer";
import { SlabAllocator } from "#media/slab";
import type { PacketRun } from "#media/access-unit";
import {
  extensionOf,
  hasMarker,
  payloadOf,
  rtpProblem,
  payloadType,
  sequenceNumber,
  ssrc,
  timestamp,
  writeRtpHeader,
} from "#wire/rtp/packet";
import { cameraDescription, picture, sound } from "../../support/media-fakes.js";

const format = (track: number): MediaFormat => {
  const found = cameraDescription.tracks[track]?.format;
  if (!found) throw new Error("no such track");
  return found;
};
const memory = new SlabAllocator();
const packetizer = (track = 0, sequence = 100, rtpBase = 5000): Packetizer =>
  new Packetizer(format(track), { ssrc: 0xc0ffee01, sequence, rtpBase }, track * 2, memory);
const packets = (run: PacketRun): Uint8Array[] => Array.from({ length: run.count }, (_, index) => run.packet(index));

describe("a unit", () => {
  test("becomes packets that share time and SSRC, count on, and end with the marker", () => {
    const run = packetizer().packetize(picture(1, false, 5000), 3600);
    const made = packets(run);
    expect(made).toHaveLength(4);
    expect(made.map(sequenceNumber)).toEqual([100, 101, 102, 103]);
    expect(made.map(hasMarker)).toEqual([false, false, false, true]);
    expect(new Set(made.map(timestamp))).toEqual(new Set([8600]));
    expect(new Set(made.map(ssrc))).toEqual(new Set([0xc0ffee01]));
    expect(new Set(made.map(payloadType))).toEqual(new Set([96]));
    expect(Math.max(...made.map((packet) => packet.length))).toBeLessThanOrEqual(1400);
    expect(run).toMatchObject({
      sequence: 100,
      rtpTime: 8600,
      bytes: made.reduce((sum, { length }) => sum + length, 0),
    });
  });

  test("brings the parameter sets when it is a random access unit", () => {
    const types = packets(packetizer().packetize(picture(0, true), 0)).map(
      (packet) => (payloadOf(packet)[0] ?? 0) & 0x1f,
    );
    expect(types).toEqual([7, 8, 5]);
  });

  test("of sound never has the marker", () => {
    expect(packets(packetizer(1).packetize(sound(0), 0)).map(hasMarker)).toEqual([false]);
  });

  test("with nothing to send has no packets and takes no sequence number", () => {
    const made = packetizer();
    expect(made.packetize({ ...picture(0, false), payload: [] }, 0).count).toBe(0);
    expect(made.packetize(picture(1, false), 3600).sequence).toBe(100);
  });
});

describe("numbers", () => {
  test("of packets go on at 0 after 65535", () => {
    const made = packetizer(0, 65_534);
    expect(packets(made.packetize(picture(0, false, 5000), 0)).map(sequenceNumber)).toEqual([65_534, 65_535, 0, 1]);
    expect(made.packetize(picture(1, false), 3600).sequence).toBe(2);
  });

  test("of time go on at 0 after 2^32 - 1", () => {
    const made = packetizer(0, 0, 2 ** 32 - 3600);
    const times = [0, 1, 2].map((index) => made.packetize(picture(index, false), index * 3600).rtpTime);
    expect(times).toEqual([2 ** 32 - 3600, 0, 3600]);
    expect(made.packetize(picture(3, false), 2 ** 32 * 5 + 7200).rtpTime).toBe(3600);
  });

  test("of the next packet are known once the units keep their distance", () => {
    const made = packetizer(1);
    expect(made.next(false)).toBeUndefined();
    for (const index of [0, 1, 2]) made.packetize(sound(index), index * 160);
    expect(made.next(false)).toEqual({ ssrc: 0xc0ffee01, sequence: 103, rtpTime: 5000 + 480 });
    made.packetize(sound(5), 800);
    expect(made.next(false)).toBeUndefined();
  });

  test("of the next packet are not told for pictures to somebody who has to wait", () => {
    const made = packetizer();
    for (const index of [0, 1, 2]) made.packetize(picture(index, index === 0), index * 3600);
    expect(made.next(false)).toBeUndefined();
    expect(made.next(true)).toMatchObject({ rtpTime: 5000 + 3 * 3600 });
  });
});

describe("interleaved frames", () => {
  test("have the header of RFC 2326 in front of each packet", () => {
    const run = packetizer().packetize(picture(1, false, 3000), 0);
    const expected = packets(run).map((packet) =>
      Buffer.concat([Buffer.from([0x24, 6, packet.length >> 8, packet.length & 0xff]), packet]),
    );
    expect(Buffer.concat(expected).equals(run.interleaved(6))).toBe(true);
  });

  test("are made once for each channel", () => {
    const run = packetizer().packetize(picture(1, false), 0);
    expect(run.interleaved(0)).toBe(run.interleaved(0));
    expect(run.interleaved(6)).toBe(run.interleaved(6));
    expect(run.interleaved(0)[1]).toBe(0);
    expect(run.packet(0)).toBe(run.packet(0));
  });
});

test("a payload that has a header extension brings it", () => {
  const jpeg: MediaFormat = { kind: "video", encodingName: "JPEG", payloadType: 26, clockRate: 90_000 };
  const file = readFileSync(new URL("../../fixtures/jpeg/plain-422.jpg", import.meta.url));
  // Beyond what the payload header can tell.
  file.writeUInt16BE(2048, file.indexOf(Buffer.from("ffc00011", "hex")) + 5);
  const made = new Packetizer(jpeg, { ssrc: 1, sequence: 1, rtpBase: 1 }, 0, memory);
  const [first, ...others] = packets(made.packetize({ ...picture(0, true), payload: [file] }, 0));
  expect(
    first && [
      first[0],
      Buffer.from(extensionOf(first) ?? [])
        .toString("hex")
        .slice(0, 4),
    ],
  ).toEqual([0x90, "ffd8"]);
  expect(first && rtpProblem(first)).toBeUndefined();
  expect(others.every((packet) => packet[0] === 0x80)).toBe(true);
});

describe("packets that are relayed", () => {
  const relayed = (sequence: number, marker: boolean, payload: string): Buffer => {
    const packet = Buffer.alloc(12 + payload.length);
    writeRtpHeader(packet, 0, marker, 33, sequence, 777, 0xabcdef);
    packet.write(payload, 12);
    return packet;
  };

  test("take the path's numbers and keep payload and marker", () => {
    const run = packetizer().packetize(
      { ...picture(1, false), packets: [relayed(9, false, "abc"), relayed(10, true, "de"), Buffer.from("junk")] },
      3600,
    );
    const made = packets(run);
    expect(made.map((packet) => Buffer.from(payloadOf(packet)).toString())).toEqual(["abc", "de"]);
    expect(made.map(hasMarker)).toEqual([false, true]);
    expect(made.map(sequenceNumber)).toEqual([100, 101]);
    expect(made.map(timestamp)).toEqual([8600, 8600]);
    expect(made.map(payloadType)).toEqual([96, 96]);
  });

  test("keep an extension that is of their payload format", () => {
    const jpeg: MediaFormat = { kind: "video", encodingName: "JPEG", payloadType: 26, clockRate: 90_000 };
    const made = new Packetizer(jpeg, { ssrc: 1, sequence: 1, rtpBase: 1 }, 0, memory);
    const decorated = Buffer.from("b11a0001000000000000000011111111ffd8000112345678aabbcc000003", "hex");
    const run = made.packetize({ ...picture(0, true), packets: [decorated, relayed(2, true, "x")] }, 0);
    expect(packets(run).map((packet) => [packet[0], Buffer.from(packet.subarray(12)).toString("hex")])).toEqual([
      [0x90, "ffd8000112345678aabbcc"],
      [0x80, "78"],
    ]);
  });

  test("lose CSRCs, extension and padding", () => {
    const decorated = Buffer.from("b260000100000000000000001111111122222222abac000100000000aabbcc000003", "hex");
    const run = packetizer().packetize({ ...picture(1, false), packets: [decorated] }, 0);
    expect(packets(run).map((packet) => [packet[0], Buffer.from(packet.subarray(12)).toString("hex")])).toEqual([
      [0x80, "aabbcc"],
    ]);
  });

  test("keep the gaps that they had, within a unit and in front of it", () => {
    const made = packetizer();
    const numbers = (sequences: readonly number[], lostBefore = 0): number[] =>
      packets(
        made.packetize(
          { ...picture(1, false), packets: sequences.map((sequence) => relayed(sequence, false, "x")), lostBefore },
          0,
        ),
      ).map(sequenceNumber);
    expect(numbers([65_535, 0, 3])).toEqual([100, 101, 104]);
    // What stands in front of the packets has the number of the first.
    expect(numbers([9, 9, 9, 10])).toEqual([105, 106, 107, 108]);
    expect(numbers([40_000], 5)).toEqual([114]);
    expect(made.packetize({ ...picture(1, false), lostBefore: 2 }, 0).sequence).toBe(117);
  });
});

test("an encoding without payload format is refused, unless its packets are there", () => {
  const unknown = { ...metadataFormat(98), encodingName: "X-NONE" };
  const made = new Packetizer(unknown, { ssrc: 1, sequence: 1, rtpBase: 1 }, 0, memory);
  expect(() => made.packetize(picture(0, true), 0)).toThrow("X-NONE");
  const relayed = Buffer.alloc(20);
  writeRtpHeader(relayed, 0, true, 96, 1, 1, 1);
  expect(made.packetize({ ...picture(0, true), payload: [], packets: [relayed] }, 0).count).toBe(1);
});

test("blocks of one slab do not overlap, and large ones stand alone", () => {
  const blocks = [1000, 2000, 60_000, 300_000, 5].map((length) => memory.take(length));
  for (const [index, block] of blocks.entries()) block.fill(index + 1);
  expect(blocks.map((block) => new Set(block))).toEqual([1, 2, 3, 4, 5].map((value) => new Set([value])));
  expect(blocks[3]?.buffer.byteLength).toBe(300_000);
});
