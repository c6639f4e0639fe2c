import { describe, expect, test } from "vitest";
import type { MediaDescription } from "#media/description";
import { PathMap } from "#media/path-map";
import type { PublishedStream, Publishing } from "#rtsp/server/publishing";
import { PublishedStreams } from "#sources/publish";
import { Refusal } from "#util/errors";
import { silentLogger } from "#util/log";
import { FakeClock } from "../../support/fake-clock.js";
import { seededEntropy } from "../../support/fake-host.js";
import { cameraDescription, FakeReader, FakeSource, picture, pictures } from "../../support/media-fakes.js";

class World {
  readonly clock = new FakeClock();
  readonly paths: PathMap;
  readonly publishing: Publishing;
  /** Why publishers were ended, in order. */
  readonly endings: string[] = [];

  readonly streams: PublishedStreams;

  constructor(override = true, reserved: readonly string[] = []) {
    const fixed = {
      resolve: async (name: string) => (name === "clip" ? { name, createSource: () => new FakeSource() } : undefined),
    };
    const streams = new PublishedStreams(fixed, silentLogger, { override, reserved: new Set(reserved) });
    this.streams = streams;
    this.paths = new PathMap({ clock: this.clock, entropy: seededEntropy(3), log: silentLogger, resolver: streams });
    this.publishing = streams.publishing(this.paths);
  }

  async publish(name = "live", description: MediaDescription | "later" = cameraDescription): Promise<PublishedStream> {
    const stream = await this.publishing.publish({ name, parameters: new Map(), query: undefined }, (reason) => {
      this.endings.push(reason);
      stream.end(reason);
    });
    if (description !== "later") stream.describe(description);
    return stream;
  }

  async reader(name = "live"): Promise<FakeReader> {
    const lease = await this.paths.open(name);
    const reader = new FakeReader();
    lease.path.read(reader, [0]).play();
    return reader;
  }
}

const other: MediaDescription = { ...cameraDescription, tracks: cameraDescription.tracks.slice(0, 1) };
const write = (stream: PublishedStream, units: ReturnType<typeof pictures>): void => {
  for (const unit of units) stream.write(unit);
};

describe("a published stream", () => {
  test("is there as long as somebody publishes it", async () => {
    const world = new World();
    await expect(world.paths.open("live")).rejects.toMatchObject({ code: "path-not-found" });
    const stream = await world.publish();
    const reader = await world.reader();
    write(stream, pictures(0, 3));
    expect(reader.taken()).toEqual([0, 1, 2]);
    stream.end("the publisher has left");
    expect(reader.endings).toEqual(["the publisher has left"]);
    await expect(world.paths.open("live")).rejects.toBeInstanceOf(Refusal);
    write(stream, pictures(3, 5));
    stream.end("again");
    expect(reader.units).toEqual([]);
    await world.paths.close();
    expect(world.clock.pendingTimers).toBe(0);
  });

  test("runs without readers, so that the first one has its newest group", async () => {
    const world = new World();
    const stream = await world.publish();
    await world.clock.settle();
    write(stream, pictures(0, 30));
    await world.clock.advance(60_000);
    write(stream, pictures(30, 31));
    expect((await world.reader()).taken()).toEqual([25, 26, 27, 28, 29, 30]);
  });

  test("keeps what comes before its path is open", async () => {
    const world = new World();
    const stream = await world.publish();
    expect(world.paths.paths).toEqual([]);
    write(stream, pictures(0, 3));
    await world.clock.settle();
    expect((await world.reader()).taken()).toEqual([0, 1, 2]);
  });

  test("keeps no more of it than it may", async () => {
    const world = new World();
    const stream = await world.publish();
    write(stream, pictures(0, 1200, 1200, 100_000));
    await world.clock.settle();
    expect(world.paths.paths[0]?.stats.units).toBe(83);
  });

  test("makes readers wait until it has described itself, and drops what comes before", async () => {
    const world = new World();
    const stream = await world.publish("live", "later");
    await world.clock.settle();
    write(stream, pictures(0, 3));
    let reader: FakeReader | undefined;
    const opening = world.reader().then((opened) => (reader = opened));
    await world.clock.settle();
    expect(reader).toBeUndefined();
    stream.describe(cameraDescription);
    await opening;
    write(stream, pictures(25, 27));
    expect(reader?.taken()).toEqual([25, 26]);
  });

  test("takes what is learned of it", async () => {
    const world = new World();
    const stream = await world.publish();
    await world.clock.settle();
    stream.describe({ ...cameraDescription, title: "better" });
    const lease = await world.paths.open("live");
    expect(lease.description.title).toBe("better");
  });

  test.each(["clip", "clip&w=1"])("cannot have the name %s of something else", async (name) => {
    const world = new World();
    await expect(world.publish(name)).rejects.toMatchObject({ code: "publish-reserved" });
    await expect(world.publishing.admit({ name, parameters: new Map(), query: undefined })).rejects.toBeInstanceOf(
      Refusal,
    );
  });
});

describe("a reserved name", () => {
  test("is for those who take it, even where it would stand for something else", async () => {
    const world = new World(true, ["clip"]);
    await expect(world.publish("clip")).rejects.toMatchObject({ code: "publish-reserved" });
    await expect(world.paths.open("clip")).rejects.toMatchObject({ code: "path-not-found" });
    const stream = world.streams.take(world.paths, "clip", (reason) => world.endings.push(reason));
    stream.describe(cameraDescription);
    const reader = await world.reader("clip");
    write(stream, pictures(0, 3));
    expect(reader.units).toHaveLength(3);
    stream.end("it has left");
    await expect(world.paths.open("clip")).rejects.toMatchObject({ code: "path-not-found" });
    expect(world.endings).toEqual([]);
  });
});

describe("a second publisher", () => {
  test("takes the first one's place, and readers go on", async () => {
    const world = new World();
    const first = await world.publish();
    const reader = await world.reader();
    write(first, pictures(0, 2));
    const second = await world.publish();
    await world.clock.settle();
    expect(world.endings).toEqual(["another publisher has taken over"]);
    write(first, [picture(2, false)]);
    write(second, pictures(25, 27));
    expect(reader.taken()).toHaveLength(4);
    expect(reader.endings).toEqual([]);
    second.end("over");
    expect(reader.endings).toEqual(["over"]);
  });

  test("with something else ends it for the readers, who find the new one", async () => {
    const world = new World();
    await world.publish();
    const reader = await world.reader();
    await world.clock.settle();
    const second = await world.publish("live", other);
    write(second, pictures(0, 2));
    expect(reader.endings).toHaveLength(1);
    const late = await world.reader();
    expect(late.taken()).toEqual([0, 1]);
    await world.clock.advance(60_000);
    expect(world.paths.paths).toHaveLength(1);
    write(second, pictures(25, 26));
    expect(late.taken()).toEqual([25]);
    expect(world.endings).toHaveLength(1);
  });

  test("is refused where that is asked for, until the first one has gone", async () => {
    const world = new World(false);
    const first = await world.publish();
    await expect(world.publish()).rejects.toMatchObject({ code: "publish-taken" });
    // Two that come at once: the first one counts.
    first.end("over");
    const results = await Promise.allSettled([world.publish(), world.publish()]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(world.endings).toEqual([]);
  });
});

describe("a publisher that comes back", () => {
  test("goes on for those who stayed", async () => {
    const world = new World();
    const first = await world.publish();
    const lease = await world.paths.open("live");
    const reader = new FakeReader();
    const reading = lease.path.read(reader, [0]);
    reading.play();
    write(first, pictures(0, 2));
    first.end("over");
    reading.play();
    expect(reader.endings).toEqual(["over", "nobody publishes the stream"]);
    await world.clock.advance(30_000);
    const second = await world.publish();
    await world.clock.settle();
    reading.play();
    write(second, pictures(0, 1));
    expect(reader.taken()).toEqual([0, 1, 750]);
  });

  test("with something else finds a new path", async () => {
    const world = new World();
    const first = await world.publish();
    await world.paths.open("live");
    first.end("over");
    const second = await world.publish("live", other);
    await world.clock.settle();
    write(second, pictures(0, 2));
    expect((await world.reader()).taken()).toEqual([0, 1]);
    expect(world.endings).toEqual([]);
  });
});

test("a publisher is ended when its path cannot be opened", async () => {
  const world = new World();
  await world.paths.close();
  await world.publish();
  await world.clock.settle();
  expect(world.endings).toEqual([expect.stringContaining("cannot be published")]);
});
