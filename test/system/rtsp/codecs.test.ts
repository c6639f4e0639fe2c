import { describe, expect, it } from "vitest";
import type { MediaFormat } from "#codec/format";
import { payloadFormatOf } from "#codec/payloads";
import { formatFromSdp } from "#codec/sdp-format";
import { PathMap } from "#media/path-map";
import { RtspServer } from "#rtsp/server/server";
import { hasMarker, payloadOf, sequenceNumber, timestamp } from "#wire/rtp/packet";
import { parseSdp } from "#wire/sdp/parser";
import { codecSamples, readUnits, type CodecSample } from "../../support/codec-samples.js";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import { FakeSource } from "../../support/media-fakes.js";
import { media, publish, publishStage, readBack, urlP, type PublishStage } from "../../support/publish-stage.js";
import { UnitSender } from "../../support/relay-packets.js";
import { keepingLogger, RtspClient, serverAddress, setUpTcp } from "../../support/rtsp-client.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const hexOf = (unit: readonly Uint8Array[]): string => hex(Buffer.concat(unit));
const rows = codecSamples.map((sample) => [sample.name, sample] as const);
/** How far a timestamp is behind another one, modulo 2^32. */
const ticksBetween = (a: Uint8Array, b: Uint8Array): number => (timestamp(b) - timestamp(a)) >>> 0;

async function described(client: RtspClient, url: string): Promise<MediaFormat> {
  const [section] = parseSdp((await client.request("DESCRIBE", url)).body.toString()).media;
  if (!section) throw new Error("nothing is described");
  return formatFromSdp(section);
}

interface SourceStage extends AsyncDisposable {
  readonly host: FakeHost;
  readonly source: FakeSource;
  connect(): Promise<RtspClient>;
}

const urlC = `rtsp://${serverAddress}/c`;

/** A server with one stream, which is filled by hand. */
async function sourceStage(format: MediaFormat): Promise<SourceStage> {
  const host = fakeHost({ addresses: [serverAddress] });
  const log = keepingLogger([]);
  const source = new FakeSource((into) => into.describe({ title: "c", tracks: [{ format, direction: "recvonly" }] }));
  const resolver = { resolve: async (name: string) => ({ name, createSource: () => source }) };
  const paths = new PathMap({ ...host, log, resolver });
  const server = new RtspServer(host, log, { open: ({ name }) => paths.open(name) });
  await server.listen({ port: 554 });
  const clientHost = fakeHost({ network: host.network, addresses: ["192.0.2.20"], seed: 9 });
  return {
    host,
    source,
    connect: () => RtspClient.connect(clientHost, serverAddress),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await paths.close();
    },
  };
}

describe.each(rows)("%s to a reader", (_name, sample: CodecSample) => {
  const { format, units, large } = sample;
  const step = format.clockRate / 50;

  it("is described so that its packets can be read, in packets that fit, over the wrap of the timestamps", async () => {
    await using stage = await sourceStage(format);
    const client = await stage.connect();
    const told = await described(client, urlC);
    await setUpTcp(client, urlC, [0]);
    await client.request("PLAY", urlC);
    const all = large ? [...units, large] : units;
    // Where the timestamps of the path begin is random: the first unit tells.
    const write = (pts: number, payload: readonly Uint8Array[]): void =>
      stage.source.write({ track: 0, pts, wallMs: 0, randomAccess: true, payload });
    write(0, units[0] ?? []);
    await stage.host.clock.settle();
    const [probe = Buffer.alloc(12)] = client.frames(0);
    const start = 2 ** 32 - timestamp(probe) - step / 2;
    for (const [index, unit] of all.entries()) write(start + index * step, unit);
    await stage.host.clock.settle();
    const packets = client.frames(0);
    // What a decoder needs in front of random access units is put there.
    const read = readUnits(told, packets);
    expect(read).toHaveLength(all.length);
    for (const [index, unit] of all.entries()) expect(read[index]?.endsWith(hexOf(unit))).toBe(true);
    expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(1400);
    const times = [...new Set(packets.map((packet) => ticksBetween(probe, packet)))];
    expect(times).toEqual(all.map((_unit, index) => (start + index * step) % 2 ** 32));
    expect(packets.some((packet) => timestamp(packet) < step * 2)).toBe(true);
    // RFC 3550 §5.1: the marker stands on the last packet of a unit alone, or, for sound without frames, on none.
    const marked = packets.filter(hasMarker);
    const ends = packets.filter(
      (packet, index) => packets[index + 1] === undefined || ticksBetween(packet, packets[index + 1] ?? packet) > 0,
    );
    expect(marked).toEqual(payloadFormatOf(format).marker === "never" ? [] : ends);
  });
});

describe.each(rows)("%s of a publisher", (_name, sample: CodecSample) => {
  const { format, packets, units, isBare = false } = sample;

  it.each(["TCP", "UDP"] as const)(
    "reaches readers as it was sent by %s, over the wrap of the timestamps",
    async (lower) => {
      await using stage = await publishStage();
      const publisher = await publish(stage, lower, [format]);
      const reader = await readWhenKnown(stage);
      const [first = Buffer.alloc(12)] = packets;
      const [middle = first] = packets.slice(packets.length >> 1);
      const shifted = packets.map((packet) => {
        const copy = Buffer.from(packet);
        copy.writeUInt32BE((timestamp(packet) - timestamp(middle)) >>> 0, 4);
        return copy;
      });
      await publisher.send(shifted);
      await stage.host.clock.advance(1000);
      const got = media(reader);
      const told = await described(await stage.connect(), urlP);
      const read = readUnits(told, got);
      expect(read).toHaveLength(units.length);
      for (const [index, unit] of units.entries()) expect(read[index]?.endsWith(hexOf(unit))).toBe(true);
      const [begin = Buffer.alloc(12)] = got;
      expect(got.map((packet, index) => (sequenceNumber(packet) - sequenceNumber(begin) - index) & 0xffff)).toEqual(
        got.map(() => 0),
      );
      const times = (of: readonly Buffer[], from: Buffer): number[] => [
        ...new Set(of.map((packet) => ticksBetween(from, packet))),
      ];
      expect(times(got, begin)).toEqual(times(packets, first));
      if (isBare) return;
      expect(got.map((packet) => hex(payloadOf(packet)))).toEqual(packets.map((packet) => hex(payloadOf(packet))));
      expect(got.map(hasMarker)).toEqual(packets.map(hasMarker));
    },
  );
});

it.each(rows.filter(([, { large }]) => large !== undefined))(
  "%s of a publisher is cut for readers where its packets are larger than ours",
  async (_name, { format, units, large }) => {
    await using stage = await publishStage();
    const publisher = await publish(stage, "TCP", [format]);
    const reader = await readWhenKnown(stage);
    const sender = new UnitSender(format, { maxBytes: 9000 });
    const all = [units[0] ?? [], large ?? []];
    for (const [index, unit] of all.entries()) await publisher.send(sender.packets(unit, index * 9000));
    await stage.host.clock.advance(1000);
    const got = media(reader);
    expect(Math.max(...got.map(({ length }) => length))).toBeLessThanOrEqual(1400);
    const told = await described(await stage.connect(), urlP);
    const read = readUnits(told, got);
    expect(read).toHaveLength(2);
    for (const [index, unit] of all.entries()) expect(read[index]?.endsWith(hexOf(unit))).toBe(true);
  },
);

/** Streams without parameter sets in their description are described two seconds later. */
async function readWhenKnown(stage: PublishStage): Promise<RtspClient> {
  await stage.host.clock.advance(3000);
  return readBack(stage);
}
