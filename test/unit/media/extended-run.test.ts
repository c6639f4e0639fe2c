import { describe, expect, it } from "vitest";
import { jpegFormat } from "#codec/jpeg/payload";
import { extendedRun } from "#media/extended-run";
import { Packetizer } from "#media/packetizer";
import { SlabAllocator } from "#media/slab";
import { extensionOf, payloadOf, rtpProblem, sequenceNumber } from "#wire/rtp/packet";
import { readReplayExtension, type ReplayMark } from "#wire/rtp/replay-extension";

const mark: ReplayMark = {
  wallMs: 1000,
  cleanPoint: true,
  endOfSection: false,
  discontinuity: false,
  terminal: false,
  cseq: 7,
};

/** Packets of a relayed unit: the first with a JPEG header extension, as of a picture beyond 2040 pixels, or without. */
function aRun(hasExtension: boolean) {
  const head = (number: number, flags: number): Buffer => {
    const header = Buffer.alloc(12, 0);
    header[0] = flags;
    header[1] = 26;
    header.writeUInt16BE(number, 2);
    return header;
  };
  const jpeg = Buffer.from("ffd80002ffc0000b08123412", "hex");
  const first = Buffer.concat([
    head(1, hasExtension ? 0x90 : 0x80),
    hasExtension ? jpeg : Buffer.alloc(0),
    Buffer.alloc(50, 1),
  ]);
  const packets = [first, Buffer.concat([head(2, 0x80), Buffer.alloc(30, 2)])];
  const memory = new SlabAllocator();
  const packetizer = new Packetizer(jpegFormat(), { ssrc: 9, sequence: 65_535, rtpBase: 3 }, 0, memory);
  return packetizer.packetize({ track: 0, pts: 0, wallMs: 0, randomAccess: true, payload: [], packets }, 0);
}

describe("a run with the replay extension", () => {
  it.each([false, true])("has it in the first packet alone (extension of the payload: %s)", (hasExtension) => {
    const run = aRun(hasExtension);
    const extended = extendedRun(run, mark, 2, new SlabAllocator());
    expect([extended.count, extended.sequence, extended.rtpTime]).toEqual([2, 65_535, 3]);
    expect(extended.bytes).toBe(run.bytes + 16);
    const [first, second] = [extended.packet(0), extended.packet(1)];
    expect([rtpProblem(first), rtpProblem(second)]).toEqual([undefined, undefined]);
    expect([sequenceNumber(first), sequenceNumber(second)]).toEqual([65_535, 0]);
    expect(readReplayExtension(extensionOf(first))).toMatchObject(mark);
    expect(Buffer.from(extensionOf(first)?.subarray(16) ?? []).toString("hex")).toBe(
      hasExtension ? "ffd80002ffc0000b08123412" : "",
    );
    expect(payloadOf(first)).toEqual(payloadOf(run.packet(0)));
    expect(second).toEqual(run.packet(1));
    expect(extended.interleaved(2).subarray(0, 4)).toEqual(Buffer.of(0x24, 2, 0, first.length));
  });

  it("leaves the run itself as it is, since others read it", () => {
    const run = aRun(true);
    const before = Buffer.from(run.interleaved(0));
    extendedRun(run, mark, 0, new SlabAllocator());
    expect(run.interleaved(0)).toEqual(before);
  });
});
