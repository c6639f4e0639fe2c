import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adtsHeaders, parseAdtsHeader, splitAdts } from "#codec/aac/adts";
import { aacFormat } from "#codec/aac/payload";
import { aacLcConfig } from "#codec/aac/config";
import type { MediaFormat } from "#codec/format";
import { DecodingTimes } from "#codec/mpeg-ts/decoding-times";
import { elementaryStreamOf } from "#codec/mpeg-ts/elementary-stream";
import { TransportStreamMuxer } from "#codec/mpeg-ts/muxer";
import { TS_PACKET_BYTES, transportStreamFormat, transportStreamPayload } from "#codec/mpeg-ts/payload";
import { crc32Mpeg } from "#codec/mpeg-ts/tables";

/** One transport packet, read by the words of ISO 13818-1 §2.4.3 alone. */
function readPacket(packet: Buffer) {
  const pid = packet.readUInt16BE(1) & 0x1fff;
  const hasField = (packet.readUInt8(3) & 0x20) !== 0;
  const fieldBytes = hasField ? packet.readUInt8(4) + 1 : 0;
  const flags = fieldBytes > 1 ? packet.readUInt8(5) : 0;
  return {
    sync: packet.readUInt8(0),
    pid,
    starts: (packet.readUInt8(1) & 0x40) !== 0,
    counter: packet.readUInt8(3) & 0x0f,
    randomAccess: (flags & 0x40) !== 0,
    clock: (flags & 0x10) === 0 ? undefined : packet.readUInt32BE(6) * 2 + (packet.readUInt8(10) >> 7),
    payload: packet.subarray(4 + fieldBytes),
  };
}

const packetsOf = (bytes: Buffer) =>
  Array.from({ length: bytes.length / TS_PACKET_BYTES }, (_, index) =>
    readPacket(bytes.subarray(index * TS_PACKET_BYTES, (index + 1) * TS_PACKET_BYTES)),
  );

const timeAt = (pes: Buffer, offset: number): number =>
  ((pes.readUInt8(offset) >> 1) & 7) * 2 ** 30 +
  (pes.readUInt16BE(offset + 1) >> 1) * 2 ** 15 +
  (pes.readUInt16BE(offset + 3) >> 1);

const H264: MediaFormat = {
  kind: "video",
  encodingName: "H264",
  payloadType: 96,
  clockRate: 90_000,
  parameterSets: [Uint8Array.of(0x67, 1), Uint8Array.of(0x68, 2)],
};

const streams = [
  { type: 0x1b, kind: "video" },
  { type: 0x0f, kind: "audio" },
] as const;

describe("a transport stream", () => {
  it("begins with its tables, whose check sums are right, and names its streams and its clock", () => {
    const muxer = new TransportStreamMuxer(streams);
    const unit = { stream: 0, pts: 0, dts: 0, randomAccess: true, bytes: [Buffer.alloc(10)] };
    const { bytes, starts } = muxer.write(unit);
    const [association, map, picture] = packetsOf(bytes);
    expect(starts).toBe(true);
    expect(association?.pid).toBe(0);
    // From pat_section to crc: table id, length, transport stream, version, section numbers, program 1 at 1000.
    expect(association?.payload.subarray(1, 13).toString("hex")).toBe("00b00d0001c100000001f000");
    expect(map?.pid).toBe(0x1000);
    expect(map?.payload.subarray(1, 23).toString("hex")).toBe("02b0170001c10000e100f0001be100f0000fe101f000");
    for (const [packet, length] of [
      [association, 16],
      [map, 26],
    ] as const)
      expect(crc32Mpeg(packet?.payload.subarray(1, length + 1) ?? Buffer.alloc(0))).toBe(0);
    expect(picture).toMatchObject({ pid: 0x100, starts: true, randomAccess: true });
  });

  it("has the check sum of MPEG-2", () => {
    expect(crc32Mpeg(Buffer.from("123456789"))).toBe(0x0376e6e7);
  });

  it("tells the time of a unit beside the clock, over the wrap of 33 bits", () => {
    const muxer = new TransportStreamMuxer(streams);
    const at = 2 ** 33 - 90_000;
    const { bytes } = muxer.write({ stream: 0, pts: at + 3600, dts: at, randomAccess: true, bytes: [Buffer.of(9)] });
    const picture = packetsOf(bytes)[2];
    expect(picture?.clock).toBe(2 ** 33 - 18_000);
    const pes = picture?.payload ?? Buffer.alloc(0);
    expect(pes.subarray(0, 9).toString("hex")).toBe("000001e0000084c00a");
    expect([timeAt(pes, 9), timeAt(pes, 14)]).toEqual([3600, 0]);
  });

  it("holds any units whole, in packets of 188 bytes whose counters go on", () => {
    const unit = fc.record({
      stream: fc.nat({ max: 1 }),
      length: fc.nat({ max: 1500 }),
      dts: fc.nat({ max: 2 ** 34 }),
      randomAccess: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 20 }), (units) => {
        const muxer = new TransportStreamMuxer(streams);
        const counters = new Map<number, number>();
        for (const [index, { stream, length, dts, randomAccess }] of units.entries()) {
          const content = Buffer.alloc(length, index);
          const { bytes } = muxer.write({ stream, pts: dts, dts, randomAccess, bytes: [content] });
          expect(bytes.length % TS_PACKET_BYTES).toBe(0);
          const packets = packetsOf(bytes);
          for (const { sync, pid, counter } of packets) {
            expect(sync).toBe(0x47);
            if (counters.has(pid)) expect(counter).toBe(((counters.get(pid) ?? 0) + 1) % 16);
            counters.set(pid, counter);
          }
          const own = packets.filter(({ pid }) => pid === 0x100 + stream);
          expect(own.map(({ starts }) => starts)).toEqual(own.map((_, at) => at === 0));
          const pes = Buffer.concat(own.map(({ payload }) => payload));
          expect(pes.subarray(9 + pes.readUInt8(8)).equals(content)).toBe(true);
        }
      }),
    );
  });

  it("repeats its tables every 0.4 s, also where there is sound alone", () => {
    const muxer = new TransportStreamMuxer([{ type: 0x0f, kind: "audio" }]);
    const starts = Array.from({ length: 100 }, (_, index) => {
      const time = index * 1920;
      return muxer.write({ stream: 0, pts: time, dts: time, randomAccess: true, bytes: [Buffer.alloc(50)] }).starts;
    });
    expect(starts.flatMap((isStart, index) => (isStart ? [index] : []))).toEqual([0, 19, 38, 57, 76, 95]);
  });
});

describe("the units of a transport stream", () => {
  it("are H.264 with a delimiter and start codes, and parameter sets where a decoder can start", () => {
    const stream = elementaryStreamOf(H264);
    const picture = [Uint8Array.of(0x09, 0x10), Uint8Array.of(0x65, 7)];
    const bytes = Buffer.concat([...(stream?.bytesOf(picture, H264, true) ?? [])]).toString("hex");
    expect(bytes).toBe("0000000109f0000000016701000000016802000000016507");
    const others = Buffer.concat([...(stream?.bytesOf([Uint8Array.of(0x41, 7)], H264, false) ?? [])]).toString("hex");
    expect(others).toBe("0000000109f0000000014107");
  });

  it("are AAC in ADTS, each frame with its header", () => {
    const format = aacFormat(aacLcConfig(48_000, 2), 97);
    const frames = [Buffer.alloc(300, 1), Buffer.alloc(0), Buffer.alloc(9000), Buffer.alloc(20, 2)];
    const bytes = Buffer.concat([...(elementaryStreamOf(format)?.bytesOf(frames, format, true) ?? [])]);
    expect(splitAdts(bytes)).toEqual([frames[0], frames[3]]);
  });

  it.each([
    ["H264", 0x1b, "video"],
    ["H265", 0x24, "video"],
    ["MP4V-ES", 0x10, "video"],
    ["MPV", 0x01, "video"],
    ["MPA", 0x03, "audio"],
  ] as const)("of %s have the type %i", (encodingName, type, kind) => {
    expect(elementaryStreamOf({ ...H264, encodingName, parameterSets: [] })).toMatchObject({ type, kind });
  });

  it("tell MPEG-1 from MPEG-2", () => {
    const sequence = Buffer.from("000001b31400f0c4000001b5148200010000", "hex");
    expect(elementaryStreamOf({ ...H264, encodingName: "MPV", parameterSets: [sequence] })?.type).toBe(0x02);
    expect(elementaryStreamOf({ ...H264, encodingName: "MPA", parameterSets: [Buffer.of(0xff, 0xf3)] })?.type).toBe(
      0x04,
    );
  });

  it.each(["PCMU", "JPEG", "VP8", "OPUS", "MPEG4-GENERIC", "vnd.onvif.metadata"])(
    "are none of %s without more",
    (name) => {
      expect(elementaryStreamOf({ ...H264, encodingName: name, parameterSets: [] })).toBeUndefined();
    },
  );
});

describe("headers of ADTS", () => {
  it("say what the configuration says", () => {
    for (const [rate, channels] of [
      [48_000, 2],
      [8000, 1],
      [44_100, 6],
    ] as const) {
      const config = aacLcConfig(rate, channels);
      const header = adtsHeaders(config)?.(1000) ?? Buffer.alloc(0);
      expect(parseAdtsHeader(Buffer.concat([header, Buffer.alloc(1000)]))).toEqual({
        headerBytes: 7,
        frameBytes: 1007,
        config,
      });
    }
  });

  it("tell the core of spectral band replication, and there are none for what they cannot tell", () => {
    // Object type 5: core at 24 kHz (index 6), sound at 48 kHz (index 3), AAC-LC.
    const replicated = Buffer.from([0x2b, 0x11, 0x88, 0x00]);
    expect(((adtsHeaders(replicated)?.(10)[2] ?? 0) >> 2) & 0x0f).toBe(6);
    expect(adtsHeaders(Buffer.from([0x11, 0x84]))).toBeUndefined();
  });
});

describe("times of decoding", () => {
  const timesOf = (shown: readonly number[]): number[] => {
    const times = new DecodingTimes();
    return shown.map((pts) => times.next(pts));
  };

  it("are the times of showing in their order, later by what is decoded ahead", () => {
    expect(timesOf([100, 500, 300, 200, 400, 900, 700, 600, 800])).toEqual([98, 99, 100, 200, 300, 400, 500, 600, 700]);
  });

  it("grow and are never behind the times of showing, however deep the order goes, after the first group", () => {
    const group = [8, 4, 2, 1, 3, 6, 5, 7].map((at) => at * 3600);
    const shown = Array.from({ length: 20 }, (_, index) => group.map((at) => at + index * 8 * 3600)).flat();
    const decoded = timesOf(shown);
    for (const [index, dts] of decoded.entries()) {
      expect(dts).toBeLessThanOrEqual(shown[index] ?? 0);
      if (index > group.length) expect(dts).toBeGreaterThan(decoded[index - 1] ?? 0);
    }
  });
});

describe("RTP of a transport stream (RFC 2250)", () => {
  it("holds as many whole transport packets as fit", () => {
    const bytes = Buffer.alloc(TS_PACKET_BYTES * 16);
    const payloads = transportStreamPayload.packetize([bytes], transportStreamFormat, true, 1388);
    expect(payloads.map(({ body }) => body.length / TS_PACKET_BYTES)).toEqual([7, 7, 2]);
  });

  it("is passed on packet by packet", () => {
    const depacketizer = transportStreamPayload.depacketizer(transportStreamFormat);
    const payload = Buffer.alloc(TS_PACKET_BYTES);
    expect(depacketizer.push(payload, false)).toEqual({ units: [[payload]] });
    expect(depacketizer.push(Buffer.alloc(0), false)).toEqual({ dropped: "empty" });
  });
});
