import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metadataFormat } from "#codec/metadata/payload";
import type { MediaFormat } from "#codec/format";
import type { SourceUnit } from "#media/access-unit";
import { RelayEpoch, RelayTimeline } from "#media/relay-timeline";
import { maxRelayedBytes, RelayTrack } from "#media/relay-track";
import { payloadOf, sequenceNumber, timestamp } from "#wire/rtp/packet";
import { h264Sets } from "../../support/parameter-sets.js";
import { recorded } from "../../support/recorded-rtp.js";
import { nalUnit, publishedFormats, rtpPacket, UnitSender } from "../../support/relay-packets.js";

const { h264, h265, aac, pcmu } = publishedFormats;
const { sps, pps } = h264Sets.baselineCif;
const idr = (bytes = 3000): Buffer => nalUnit("65", bytes);
const picture = (bytes = 500): Buffer => nalUnit("41", bytes);
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");

class Relay {
  units: SourceUnit[] = [];
  readonly formats: MediaFormat[] = [];
  readonly track: RelayTrack;

  constructor(format: MediaFormat) {
    this.track = new RelayTrack(0, format, new RelayTimeline(format.clockRate, new RelayEpoch(0, 1_000_000)), {
      unit: (unit) => this.units.push(unit),
      refined: (_track, refined) => this.formats.push(refined),
    });
  }

  push(packets: readonly Uint8Array[], lostBefore = 0): this {
    packets.forEach((packet, index) => this.track.push(packet, index === 0 ? lostBefore : 0, 0));
    return this;
  }

  /** What the units were: K for random access, p for others, with their number of packets. */
  get kinds(): string {
    return this.units.map((unit) => `${unit.randomAccess ? "K" : "p"}${unit.packets?.length ?? "*"}`).join(" ");
  }
}

describe("a track of H.264", () => {
  test("is relayed unit by unit from its first random access unit on", () => {
    const sender = new UnitSender(h264);
    const relay = new Relay(h264);
    relay.push(sender.packets([picture()], 0));
    const packets = [[sps, pps, idr()], [picture()], [picture(2000)]].map((unit, index) =>
      sender.packets(unit, 3600 * (index + 1)),
    );
    for (const unit of packets) relay.push(unit);
    expect(relay.kinds).toBe("K5 p1 p2");
    expect(relay.units.map(({ packets: sent }) => sent)).toEqual(packets);
    expect(relay.units.map(({ pts, wallMs, lostBefore }) => [pts, wallMs, lostBefore])).toEqual([
      [3600, 1_000_040, 0],
      [7200, 1_000_080, 0],
      [10_800, 1_000_120, 0],
    ]);
    expect(relay.units[0]?.payload.map(hex)).toEqual([sps, pps, idr()].map(hex));
    expect(relay.formats).toEqual([]);
  });

  test("ends a unit where the timestamp changes when there is no marker", () => {
    const sender = new UnitSender(h264);
    const unmarked = (unit: Uint8Array[], time: number): Buffer[] =>
      sender.packets(unit, time).map((packet) => {
        packet[1] = (packet[1] ?? 0) & 0x7f;
        return packet;
      });
    const relay = new Relay(h264);
    for (const [index, unit] of [[sps, pps, idr()], [picture()], [picture()]].entries())
      relay.push(unmarked(unit, index * 3600));
    expect(relay.kinds).toBe("K5 p1");
  });

  test("gets its parameter sets in front of a random access unit that comes without them", () => {
    const sender = new UnitSender(h264);
    const relay = new Relay(h264).push(sender.packets([idr(100)], 777));
    expect(relay.kinds).toBe("K3");
    const [first, second, third] = relay.units[0]?.packets ?? [];
    expect([first, second].map((packet) => hex(packet && payloadOf(packet)))).toEqual([hex(sps), hex(pps)]);
    expect([first, second, third].map((packet) => packet && [sequenceNumber(packet), timestamp(packet)])).toEqual([
      [1000, 777],
      [1000, 777],
      [1000, 777],
    ]);
  });

  test("teaches its parameter sets, and others in their place, once each", () => {
    const { fmtp: _fmtp, parameterSets: _sets, ...bare } = h264;
    const sender = new UnitSender(bare);
    const relay = new Relay(bare);
    const other = h264Sets.high1080p2997;
    for (const sets of [[sps, pps], [sps, pps], [other.sps, other.pps], []])
      relay.push(sender.packets([...sets, idr(50)], 0));
    expect(relay.formats.map(({ width, height }) => [width, height])).toEqual([
      [352, 288],
      [1920, 1080],
    ]);
    expect(relay.formats[0]?.fmtp).toContain(
      `sprop-parameter-sets=${[sps, pps].map((set) => set.toString("base64")).join(",")}`,
    );
    // The last one came without, and gets those that were met last.
    expect(
      relay.units
        .at(-1)
        ?.packets?.slice(0, 2)
        .map((packet) => hex(payloadOf(packet))),
    ).toEqual([hex(other.sps), hex(other.pps)]);
  });

  test("survives parameter sets that cannot be read", () => {
    const relay = new Relay(h264).push(new UnitSender(h264).packets([Buffer.from("6701", "hex"), pps, idr(50)], 0));
    expect(relay.kinds).toBe("K3");
    expect(relay.formats).toEqual([]);
  });

  test("is cut anew where a packet is too large, and relayed as it is where not", () => {
    const sender = new UnitSender(h264, { maxBytes: 9000 });
    const relay = new Relay(h264);
    relay.push(sender.packets([sps, pps, idr(5000)], 0));
    relay.push(sender.packets([picture(maxRelayedBytes - 12)], 3600));
    relay.push(sender.packets([picture(maxRelayedBytes - 11)], 7200));
    expect(relay.kinds).toBe("K* p1 p*");
    expect(relay.units[0]?.payload.map(hex)).toEqual([sps, pps, idr(5000)].map(hex));
  });

  test("passes on what is left of a unit, not as a random access unit, with the gap as it was", () => {
    const sender = new UnitSender(h264);
    const relay = new Relay(h264);
    relay.push(sender.packets([sps, pps, idr()], 0));
    const [a, , c, d, e] = sender.packets([sps, pps, idr()], 3600);
    if (!a || !c || !d || !e) throw new Error("too few packets");
    relay.push([a]).push([c, d, e], 1);
    expect(relay.kinds).toBe("K5 p4");
    expect(relay.units[1]).toMatchObject({ lostBefore: 0, payload: [] });
    expect(relay.units[1]?.packets?.map((packet) => sequenceNumber(packet) - 1005)).toEqual([0, 2, 3, 4]);
    expect(relay.track.counts).toEqual({ damaged: 1, abandoned: 0 });
  });

  test("holds both units for damaged when what is missing stands between them", () => {
    const sender = new UnitSender(h264);
    const relay = new Relay(h264).push(sender.packets([sps, pps, idr()], 0));
    const first = sender.packets([picture(3000)], 3600);
    const second = sender.packets([sps, pps, idr()], 7200);
    relay
      .push(first.slice(0, 2))
      .push(second.slice(3), 4)
      .push(sender.packets([picture()], 10_800));
    expect(relay.kinds).toBe("K5 p2 p2 p1");
    expect(relay.units.map(({ lostBefore }) => lostBefore)).toEqual([0, 0, 4, 0]);
  });

  test("holds a unit for whole when only what came before it is missing", () => {
    const sender = new UnitSender(h264);
    const relay = new Relay(h264).push(sender.packets([sps, pps, idr()], 0));
    relay.push(sender.packets([sps, pps, idr()], 3600), 9);
    relay.push(sender.packets([idr()], 7200), 1);
    // The second slice of a picture whose first one is missing.
    relay.push(sender.packets([nalUnit("65", 100, 0x55)], 10_800), 1);
    expect(relay.kinds).toBe("K5 K5 K5 p1");
    expect(relay.units.map(({ lostBefore }) => lostBefore)).toEqual([0, 9, 1, 1]);
  });

  test("gives up a unit without end, and goes on with the next", () => {
    const relay = new Relay(h264);
    relay.push(new UnitSender(h264).packets([sps, pps, idr()], 0));
    const large = nalUnit("61", 60_000);
    for (let index = 0; index < 200; index++) relay.push([rtpPacket(large, { sequence: index, time: 3600 })]);
    relay.push([rtpPacket(large, { sequence: 200, time: 3600, marker: true })]);
    relay.push([rtpPacket(picture(), { sequence: 201, time: 7200, marker: true })]);
    expect(relay.kinds).toBe("K5 p1");
    expect(relay.units[1]?.lostBefore).toBe(201);
    expect(relay.track.counts.abandoned).toBe(1);
  });

  test("waits for a random access unit again when another sender goes on", () => {
    const relay = new Relay(h264);
    const sender = new UnitSender(h264);
    relay.push(sender.packets([sps, pps, idr()], 0));
    relay.push(sender.packets([picture(3000)], 3600).slice(0, 1));
    relay.track.restart();
    const next = new UnitSender(h264, { sequence: 7, ssrc: 9 });
    relay.push(next.packets([picture()], 50)).push(next.packets([sps, pps, idr()], 3650));
    expect(relay.kinds).toBe("K5 p1 K5");
  });

  test("tells a jump of time", () => {
    const relay = new Relay(h264);
    const sender = new UnitSender(h264);
    relay.push(sender.packets([sps, pps, idr()], 0));
    const [packet] = sender.packets([picture()], 90_000 * 3600);
    expect(packet && relay.track.push(packet, 0, 40)).toBe(true);
  });
});

describe("tracks of other encodings", () => {
  test("H.265 is relayed from a random access unit on, and its sets are learned", () => {
    const { fmtp: _fmtp, parameterSets: _sets, ...bare } = h265;
    const sender = new UnitSender(bare);
    const relay = new Relay(bare);
    relay.push(sender.packets([nalUnit("0201", 100)], 0));
    relay.push(sender.packets([...(h265.parameterSets ?? []), nalUnit("2601", 4000)], 3600));
    relay.push(sender.packets([nalUnit("0201", 100)], 7200));
    relay.push(sender.packets([nalUnit("2a01", 100)], 10_800));
    expect(relay.kinds).toBe("K6 p1 K4");
    expect(relay.formats).toMatchObject([{ width: h265.width, height: h265.height }]);
  });

  test("AAC is relayed packet by packet, fragments together", () => {
    const sender = new UnitSender(aac, { maxBytes: 200 });
    const relay = new Relay(aac);
    relay.push(sender.packets([Buffer.alloc(100)], 0));
    relay.push(sender.packets([Buffer.alloc(500)], 1024));
    relay.push([rtpPacket(Buffer.from("002000100008aabbcc", "hex"), { time: 2048, type: 97, marker: true })]);
    expect(relay.kinds).toBe("K1 K3 K1");
    expect(relay.units.map(({ payload }) => payload.length)).toEqual([1, 1, 0]);
  });

  test("several AAC frames in a packet that is too large become units of their own", () => {
    const sizes = [700, 700, 700];
    const headers = Buffer.concat(sizes.map((size) => Buffer.from([size >> 5, (size << 3) & 0xff])));
    const packet = rtpPacket(
      Buffer.concat([Buffer.from([0, 48]), headers, ...sizes.map((size, index) => Buffer.alloc(size, index))]),
      { type: 97, marker: true },
    );
    const relay = new Relay(aac).push([packet], 4);
    expect(relay.units.map(({ pts, payload, lostBefore }) => [pts, payload[0]?.[0], lostBefore])).toEqual([
      [0, 0, 0],
      [1024, 1, 0],
      [2048, 2, 0],
    ]);
  });

  test("sound without frames in a packet that is too large becomes units of their own", () => {
    const sender = (bytes: number, sequence: number): Uint8Array =>
      rtpPacket(Buffer.alloc(bytes), { type: 0, sequence });
    const relay = new Relay(pcmu).push([sender(1400, 0), sender(1600, 1)]);
    expect(relay.units.map(({ pts, packets }) => [pts, packets?.length])).toEqual([
      [0, 1],
      ...Array.from({ length: 10 }, (_, index) => [index * 160, undefined]),
    ]);
  });

  test("a frame of MPEG audio in several packets is one unit, whatever markers they have", () => {
    const stream = recorded("mp2");
    const relay = new Relay(stream.format).push(stream.packets);
    expect(relay.kinds).toBe("K2 K2 K2 K2 K2");
  });

  test("metadata are relayed from the beginning of a document on, and cut where their packets are too large", () => {
    const sender = new UnitSender(metadataFormat(107), { maxBytes: 9000 });
    const relay = new Relay(metadataFormat(107));
    relay.push(sender.packets([Buffer.alloc(100, "<a/>")], 0));
    relay.push(sender.packets([Buffer.alloc(30_000, "<b/>")], 90_000));
    expect(relay.units.map(({ payload, packets }) => [payload[0]?.length, packets?.length])).toEqual([
      [100, 1],
      [30_000, undefined],
    ]);
  });

  test.each<[string, MediaFormat]>([
    ["what is not known", { kind: "video", encodingName: "X-NEW", payloadType: 96, clockRate: 90_000 }],
    ["H.264 in another order", { ...h264, fmtp: "packetization-mode=2" }],
  ])("%s is relayed packet by packet, whatever its size", (_name, format) => {
    const relay = new Relay(format);
    const packets = [100, 60_000, 1].map((size, index) => rtpPacket(Buffer.alloc(size), { time: 5, sequence: index }));
    relay.push(packets.slice(0, 1)).push(packets.slice(1), 3);
    expect(relay.units.map((unit) => unit.packets)).toEqual(packets.map((packet) => [packet]));
    expect(relay.units.map(({ randomAccess, lostBefore }) => [randomAccess, lostBefore])).toEqual([
      [true, 0],
      [true, 3],
      [true, 0],
    ]);
  });
});

test("whatever units are sent in whatever packets, they are passed on whole, in order and with their times", () => {
  const unit = fc.array(fc.integer({ min: 2, max: 4000 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(unit, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 60, max: 3000 }),
      fc.nat(2 ** 32 - 1),
      (units, maxBytes, time) => {
        const sender = new UnitSender(h264, { maxBytes, sequence: 65_530 });
        const relay = new Relay(h264);
        const sent = units.map((sizes, index) => [
          ...(index === 0 ? [sps, pps] : []),
          ...sizes.map((size, part) => nalUnit(index === 0 && part === 0 ? "65" : "41", size, part)),
        ]);
        sent.forEach((nals, index) => relay.push(sender.packets(nals, time + index * 3600)));
        expect(relay.units.map(({ payload }) => payload.map(hex))).toEqual(sent.map((nals) => nals.map(hex)));
        expect(relay.units.map(({ pts }) => pts)).toEqual(sent.map((_, index) => index * 3600));
        for (const { packets = [] } of relay.units)
          expect(Math.max(0, ...packets.map((packet) => packet.length))).toBeLessThanOrEqual(maxRelayedBytes);
      },
    ),
  );
});
