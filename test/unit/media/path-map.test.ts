import { describe, expect, test } from "vitest";
import { PathMap, type PathMapOptions } from "#media/path-map";
import type { Source } from "#media/path";
import { Refusal } from "#util/errors";
import { silentLogger } from "#util/log";
import { FakeClock } from "../../support/fake-clock.js";
import { seededEntropy } from "../../support/fake-host.js";
import { cameraDescription, FakeReader, FakeSource, pictures } from "../../support/media-fakes.js";

class World {
  readonly clock = new FakeClock();
  readonly sources: FakeSource[] = [];
  readonly map: PathMap;
  /** How often there was a path again. */
  filled = 0;
  /** How often somebody has come. */
  opened = 0;
  /** How often the last path has gone. */
  emptied = 0;

  constructor(make: (name: string) => Source = () => new FakeSource(), options: PathMapOptions = {}) {
    this.map = new PathMap(
      {
        clock: this.clock,
        entropy: seededEntropy(3),
        log: silentLogger,
        filled: () => void this.filled++,
        opened: () => void this.opened++,
        emptied: () => void this.emptied++,
        resolver: {
          resolve: async (name) => {
            if (name === "broken") throw new Error("disk on fire");
            if (!name.startsWith("cam")) return undefined;
            return {
              name: name.split("&")[0] ?? name,
              createSource: () => {
                const source = make(name);
                if (source instanceof FakeSource) this.sources.push(source);
                return source;
              },
            };
          },
        },
      },
      options,
    );
  }
}

const codeOf = (refused: Promise<unknown>): Promise<string> =>
  refused.then(
    () => "opened",
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

describe("opening a path", () => {
  test("starts its source and gives the description", async () => {
    const { map, sources } = new World();
    const lease = await map.open("cam");
    expect(lease.description).toBe(cameraDescription);
    expect(lease.path).toMatchObject({ name: "cam", description: cameraDescription });
    expect(sources).toHaveLength(1);
  });

  test("several times at once starts one source, by whatever name", async () => {
    const { map, sources, clock } = new World(() => new FakeSource(() => {}));
    const opening = Promise.all([map.open("cam"), map.open("cam&t=unicast"), map.open("cam")]);
    await clock.settle();
    sources[0]?.publication?.describe(cameraDescription);
    const [one, two, three] = await opening;
    expect(one?.path).toBe(two?.path);
    expect(two?.path).toBe(three?.path);
    expect(sources).toHaveLength(1);
  });

  test.each([
    ["a name nobody knows", "other", "path-not-found"],
    ["a name that cannot be looked up", "broken", "path-not-ready"],
  ])("by %s is refused", async (_what, name, code) => {
    expect(await codeOf(new World().map.open(name))).toBe(code);
  });

  test("is refused when the source does not describe itself in 8 s, not before", async () => {
    const { map, clock } = new World(() => new FakeSource(() => {}));
    let code = "waiting";
    void codeOf(map.open("cam")).then((found) => (code = found));
    await clock.advance(7_999);
    expect(code).toBe("waiting");
    await clock.advance(1);
    expect(code).toBe("path-not-ready");
  });

  test("is refused when the source ends before it has described itself", async () => {
    const { map } = new World(() => new FakeSource((into) => into.lost("no such device")));
    await expect(map.open("cam")).rejects.toThrow("no such device");
  });

  test("is refused when the source cannot be started", async () => {
    const { map } = new World(
      () =>
        new FakeSource(() => {
          throw new Error("out of memory");
        }),
    );
    await expect(map.open("cam")).rejects.toThrow("out of memory");
  });

  test("after a failure tries again", async () => {
    let tries = 0;
    const { map } = new World(
      () => new FakeSource((into) => (tries++ === 0 ? into.lost("busy") : into.describe(cameraDescription))),
    );
    expect(await codeOf(map.open("cam"))).toBe("path-not-ready");
    expect(await codeOf(map.open("cam"))).toBe("opened");
  });
});

describe("a source", () => {
  test("stops 10 s after the last lease is closed", async () => {
    const { map, sources, clock } = new World();
    const [one, two] = [await map.open("cam"), await map.open("cam")];
    await one.close();
    await clock.advance(60_000);
    expect(sources[0]?.closed).toBe(false);
    await two.close();
    await two.close();
    await clock.advance(9_999);
    expect(sources[0]?.closed).toBe(false);
    expect(map.paths).toHaveLength(1);
    await clock.advance(1);
    expect(sources[0]?.closed).toBe(true);
    expect(map.paths).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
  });

  test("keeps running when the path is opened again in time", async () => {
    const { map, sources, clock } = new World();
    await (await map.open("cam")).close();
    await clock.advance(9_000);
    await map.open("cam");
    await clock.advance(60_000);
    expect(sources.map(({ closed }) => closed)).toEqual([false]);
  });

  test("starts anew, with another identity, after it has been stopped", async () => {
    const { map, sources, clock } = new World(undefined, { stopAfterMs: 0 });
    const lease = await map.open("cam");
    const ssrc = lease.path.ssrc(0);
    await lease.close();
    await clock.advance(0);
    expect((await map.open("cam")).path.ssrc(0)).not.toBe(ssrc);
    expect(sources.map(({ closed }) => closed)).toEqual([true, false]);
  });

  test("that has ended tells the readers, and starts again when one plays", async () => {
    const { map, sources } = new World();
    const { path } = await map.open("cam");
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reading.play();
    sources[0]?.write(...pictures(0, 2));
    sources[0]?.publication?.lost("end of file");
    expect(sources[0]?.closed).toBe(true);
    expect(reader.endings).toEqual(["end of file"]);
    sources[0]?.write(...pictures(2, 3));
    reading.play();
    sources[1]?.write(...pictures(0, 1));
    expect(reader.taken()).toHaveLength(3);
  });

  test("that comes back with other content ends the path; its name is free for a new one", async () => {
    const other = { ...cameraDescription, tracks: cameraDescription.tracks.slice(0, 1) };
    let starts = 0;
    const { map, sources } = new World(
      () => new FakeSource((into) => into.describe(starts++ === 0 ? cameraDescription : other)),
    );
    const { path } = await map.open("cam");
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    sources[0]?.publication?.lost("unplugged");
    reading.play();
    reading.play();
    expect(reader.endings).toEqual(["unplugged", "the stream carries something else now", "the stream has ended"]);
    expect((await map.open("cam")).description).toBe(other);
  });
});

test("closing the map closes the sources and ends the readings", async () => {
  const { map, sources, clock } = new World();
  const lease = await map.open("cam");
  const reader = new FakeReader();
  lease.path.read(reader, [0]).play();
  await map.close();
  await lease.close();
  expect(sources[0]?.closed).toBe(true);
  expect(reader.endings).toEqual(["the stream is closed"]);
  expect(await codeOf(map.open("cam"))).toBe("path-not-found");
  expect(clock.pendingTimers).toBe(0);
});

test("tells of each who opens a path that there is", async () => {
  const world = new World();
  await world.map.open("cam1");
  await world.map.open("cam1");
  await expect(world.map.open("other")).rejects.toThrow("there is no stream other");
  expect(world.opened).toBe(2);
});

test("tells when there is a path and when the last one has gone, each once", async () => {
  const world = new World();
  const told = (): number[] => [world.filled, world.emptied];
  expect(told()).toEqual([0, 0]);
  const [one, two] = [await world.map.open("cam1"), await world.map.open("cam2")];
  await one.close();
  await world.clock.advance(11_000);
  expect(told()).toEqual([1, 0]);
  await two.close();
  await world.clock.advance(11_000);
  expect(told()).toEqual([1, 1]);
  await world.map.open("cam1");
  expect(told()).toEqual([2, 1]);
  await world.map.close();
  expect(told()).toEqual([2, 2]);
});

describe("trying out a path", () => {
  test("runs a source of its own up to its first unit, beside the path that others have", async () => {
    const { map } = new World();
    const source = new FakeSource();
    const tried = map.tryOut({ name: "cam", createSource: () => source });
    expect([map.paths, source.closed]).toEqual([[], false]);
    const lease = await map.open("cam");
    source.write(...pictures(0, 1));
    await tried;
    expect([source.closed, map.paths]).toEqual([true, [lease.path]]);
  });

  test("is for a name that nobody has open", async () => {
    const { map } = new World();
    await map.open("cam");
    await map.tryOut({
      name: "cam",
      createSource: () => {
        throw new Error("a second source");
      },
    });
    expect(map.paths).toHaveLength(1);
  });

  test("ends with a source that ends, and leaves nothing", async () => {
    const { map, clock, emptied } = new World();
    const source = new FakeSource((into) => into.lost("no such file"));
    await map.tryOut({ name: "cam", createSource: () => source });
    expect([source.closed, map.paths, clock.pendingTimers, emptied]).toEqual([true, [], 0, 0]);
  });

  test("ends when the map is closed", async () => {
    const { map } = new World();
    const source = new FakeSource();
    const tried = map.tryOut({ name: "cam", createSource: () => source });
    await map.close();
    await tried;
    expect(source.closed).toBe(true);
  });
});
