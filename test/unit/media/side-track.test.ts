import { describe, expect, test } from "vitest";
import { metadataFormat } from "#codec/metadata/payload";
import type { MediaDescription } from "#media/description";
import type { PathLease } from "#media/path";
import { PathMap } from "#media/path-map";
import type { SidePublication, SideTrack } from "#media/side-track";
import { silentLogger } from "#util/log";
import { hasMarker, payloadType } from "#wire/rtp/packet";
import { FakeClock } from "../../support/fake-clock.js";
import { seededEntropy } from "../../support/fake-host.js";
import { cameraDescription, FakeReader, FakeSource, picture, pictures } from "../../support/media-fakes.js";

/** Metadata that says "state" for whoever joins, and whatever the test tells it. */
class FakeSide implements SideTrack {
  readonly kind = "metadata";
  readonly format = metadataFormat;
  readonly heard: string[] = [];
  into: SidePublication | undefined;

  start(into: SidePublication) {
    this.heard.push("start");
    this.into = into;
    this.say("state");
    return {
      joined: () => {
        this.heard.push("joined");
        this.say("state");
      },
      close: () => void this.heard.push("close"),
    };
  }

  say(text: string): void {
    this.into?.write(Buffer.from(text));
  }
}

class World implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly source: FakeSource[] = [];
  readonly side = new FakeSide();
  readonly map: PathMap;

  constructor(description: MediaDescription = cameraDescription) {
    const createSource = (): FakeSource => {
      const source = new FakeSource((into) => into.describe(description));
      this.source.push(source);
      return source;
    };
    const resolve = async (name: string) => ({ name, createSource, sideTracks: [this.side] });
    const parts = { clock: this.clock, entropy: seededEntropy(3), log: silentLogger, resolver: { resolve } };
    this.map = new PathMap(parts);
  }

  write(from: number, to: number): void {
    this.source.at(-1)?.write(...pictures(from, to));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.map.close();
  }
}

const METADATA = 2;

function play({ path }: PathLease, tracks: readonly number[] = [0, METADATA]) {
  const reader = new FakeReader();
  const reading = path.read(reader, tracks);
  const first = reading.first(METADATA);
  reading.play();
  const units = () => reader.units.filter(({ track }) => track === METADATA);
  const texts = (): string[] => units().map(({ payload }) => Buffer.concat(payload).toString());
  return { reader, reading, first, units, texts };
}

describe("a side track", () => {
  test("comes behind the tracks of the source, under a payload type that is free", async () => {
    await using world = new World();
    const { description, path } = await world.map.open("cam");
    expect(description.tracks.map(({ format }) => format.encodingName)).toEqual(["H264", "PCMU", "vnd.onvif.metadata"]);
    expect(description.tracks[METADATA]).toEqual({ format: metadataFormat(107), direction: "recvonly" });
    expect(path.description).toEqual(description);
  });

  test("takes another payload type where the source has its own", async () => {
    const [video] = cameraDescription.tracks;
    if (!video) throw new Error("no video");
    const tracks = [{ ...video, format: { ...video.format, payloadType: 107 } }];
    await using world = new World({ ...cameraDescription, tracks });
    expect((await world.map.open("cam")).description.tracks[1]?.format.payloadType).toBe(127);
  });

  test("gives way to one of its kind that the source has", async () => {
    const own = { format: metadataFormat(98), direction: "recvonly" } as const;
    const described = { ...cameraDescription, tracks: [...cameraDescription.tracks, own] };
    await using world = new World(described);
    const lease = await world.map.open("cam");
    expect(lease.description).toEqual(described);
    play(lease);
    expect(world.side.heard).toEqual([]);
  });

  test("runs while somebody plays it, and then no longer", async () => {
    await using world = new World();
    const lease = await world.map.open("cam");
    const other = play(lease, [0, 1]);
    expect(world.side.heard).toEqual([]);
    const one = play(lease);
    const two = play(lease);
    expect(world.side.heard).toEqual(["start", "joined"]);
    one.reading.close();
    expect(world.side.heard).toHaveLength(2);
    two.reading.pause();
    expect(world.side.heard).toEqual(["start", "joined", "close"]);
    world.side.say("nobody hears it");
    two.reading.play();
    expect(two.texts()).toEqual(["state", "state"]);
    expect(other.texts()).toEqual([]);
  });

  test("does not stay behind a reader that leaves with its first unit", async () => {
    await using world = new World();
    const { path } = await world.map.open("cam");
    const reader = new FakeReader();
    const reading = path.read(reader, [METADATA]);
    reader.onDeliver = () => reading.close();
    reading.play();
    expect(reader.units).toHaveLength(1);
    expect(world.side.heard).toEqual(["start", "close"]);
  });

  test("begins anew for whoever joins behind a reading", async () => {
    await using world = new World();
    const { reading, texts } = play(await world.map.open("cam"));
    reading.renew();
    reading.pause();
    reading.renew();
    expect(world.side.heard).toEqual(["start", "joined", "close"]);
    expect(texts()).toEqual(["state", "state"]);
  });

  test("has the time of its writing on the path's own clock, and number and wall time that go with it", async () => {
    await using world = new World();
    await world.clock.advance(5_000);
    const lease = await world.map.open("cam");
    await world.clock.advance(1_000);
    const { units, first } = play(lease);
    await world.clock.advance(500);
    world.side.say("later");
    const [state, later] = units();
    expect(first).toEqual({ ssrc: lease.path.ssrc(METADATA), sequence: state?.rtp.sequence, rtpTime: undefined });
    expect([state?.pts, later?.pts]).toEqual([90_000, 135_000]);
    expect((later?.wallMs ?? 0) - (state?.wallMs ?? 0)).toBe(500);
    expect(((later?.rtp.rtpTime ?? 0) - (state?.rtp.rtpTime ?? 0)) >>> 0).toBe(45_000);
  });

  test("is cut into packets of one timestamp, of which the last one is marked", async () => {
    await using world = new World();
    const { units } = play(await world.map.open("cam"));
    world.side.say("x".repeat(5_000));
    const rtp = units().at(-1)?.rtp;
    const packets = Array.from({ length: rtp?.count ?? 0 }, (_, index) => rtp?.packet(index) ?? new Uint8Array(12));
    expect(packets.map(hasMarker)).toEqual([false, false, false, true]);
    expect(packets.map(payloadType)).toEqual([107, 107, 107, 107]);
  });

  test("comes with the group of pictures to a reader that joins, and anew at its end", async () => {
    await using world = new World();
    const lease = await world.map.open("cam");
    const early = play(lease);
    world.write(0, 3);
    world.side.say("event");
    world.write(3, 5);
    const late = play(lease);
    expect(early.texts()).toEqual(["state", "event", "state"]);
    expect(late.first?.sequence).toBe(late.units()[0]?.rtp.sequence);
    expect(late.texts()).toEqual(["event", "state"]);
    expect(late.reader.units.map(({ track }) => track)).toEqual([0, 0, 0, METADATA, 0, 0, METADATA]);
  });

  test("goes on with the next run of the source, in sequence and in time", async () => {
    await using world = new World();
    const lease = await world.map.open("cam");
    const { reading, units, texts } = play(lease);
    await world.clock.advance(1_000);
    world.source[0]?.publication?.lost("the end");
    expect(world.side.heard).toEqual(["start", "close"]);
    world.side.say("into the void");
    await world.clock.advance(2_000);
    reading.play();
    await world.clock.settle();
    expect(world.side.heard).toEqual(["start", "close", "start"]);
    expect(texts()).toEqual(["state", "state"]);
    const [one, two] = units();
    expect((two?.pts ?? 0) - (one?.pts ?? 0)).toBe(270_000);
    expect(((two?.rtp.sequence ?? 0) - (one?.rtp.sequence ?? 0)) & 0xffff).toBe(1);
  });

  test("begins anew for those who stay when another publisher takes the path over", async () => {
    await using world = new World();
    const { texts } = play(await world.map.open("cam"));
    world.source[0]?.publication?.describe(cameraDescription);
    expect(world.side.heard).toEqual(["start", "close", "start"]);
    world.source[0]?.write(picture(0, true));
    expect(texts()).toEqual(["state", "state"]);
  });

  test("alone makes a path, of a source without tracks", async () => {
    await using world = new World({ title: "metadata", tracks: [] });
    const { path, description } = await world.map.open("cam");
    expect(description.tracks).toHaveLength(1);
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    expect(reader.units).toHaveLength(1);
  });
});
