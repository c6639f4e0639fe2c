import { beforeEach, describe, expect, test } from "vitest";
import { loadTrim } from "#host/libc";
import { nodeMeans, nodeMemory } from "#host/node-memory";
import { FakeClock } from "../../support/fake-clock.js";

const MIB = 1024 * 1024;

class World {
  readonly clock = new FakeClock();
  readonly startMs = this.clock.monotonic();
  bytes = 10 * MIB;
  /** What a collection leaves. */
  left = 10 * MIB;
  /** Whether it collects when it is told to. */
  obeys = true;
  /** What has been done, and when. */
  readonly done: string[] = [];
  readonly memory = nodeMemory(this.clock, {
    bufferBytes: () => this.bytes,
    press: () => {
      this.#note("press");
      if (this.obeys) this.bytes = this.left;
    },
    collect: () => this.#note("collect"),
    release: async () => this.#note("release"),
  });

  /** Lets seconds pass in each of which buffers grow by so much. */
  async flow(seconds: number, bytesEach: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.bytes += bytesEach;
      await this.clock.advance(1000);
    }
  }

  #note(what: string): void {
    this.done.push(`${what} ${(this.clock.monotonic() - this.startMs) / 1000}`);
  }
}

let world: World;

beforeEach(() => {
  world = new World();
});

describe("when streams have ended", () => {
  test("what nobody holds is collected two seconds after it was asked for, once", async () => {
    const { clock } = world;
    const memory = nodeMemory(clock, { ...nodeMeans(), release: async () => {} });
    const kept = new WeakRef({});
    memory.tidy();
    memory.tidy();
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1_999);
    expect(kept.deref()).toBeDefined();
    await clock.advance(1);
    await new Promise((turn) => setImmediate(turn));
    memory.tidy();
    await clock.advance(2_000);
    expect(kept.deref()).toBeUndefined();
  });

  test("what the collection has freed is given back a second behind it", async () => {
    world.memory.tidy();
    await world.clock.advance(10_000);
    expect(world.done).toEqual(["collect 2", "release 3"]);
  });

  test("giving memory back does no harm where it cannot be done", async () => {
    expect((await loadTrim())()).toBeUndefined();
  });
});

describe("while streams flow", () => {
  test("V8 is told to collect when buffers have grown by 16 MiB, and what it frees is given back", async () => {
    world.memory.watch();
    await world.flow(20, MIB);
    expect(world.done).toEqual(["press 16", "release 17"]);
  });

  test("nothing is done while they do not grow", async () => {
    world.memory.watch();
    await world.flow(100, 0);
    expect(world.done).toEqual([]);
  });

  test("it counts from the fewest that there were, whoever has collected the others", async () => {
    world.memory.watch();
    await world.flow(4, 3 * MIB);
    world.bytes = 5 * MIB;
    await world.flow(8, 3 * MIB);
    expect(world.done).toEqual(["release 5", "press 11", "release 12"]);
  });

  test("many streams may leave a quarter of what they hold", async () => {
    world.bytes = world.left = 100 * MIB;
    world.memory.watch();
    await world.flow(12, 2 * MIB);
    expect(world.done).toEqual([]);
    await world.flow(1, 2 * MIB);
    expect(world.done).toEqual(["press 13"]);
  });

  test("V8 is not told again within thirty seconds, however much they leave", async () => {
    world.memory.watch();
    await world.flow(62, 20 * MIB);
    expect(world.done).toEqual(["press 1", "press 31", "release 32", "press 61", "release 62"]);
  });

  test("what V8 collects by itself is given back too", async () => {
    world.memory.watch();
    await world.flow(3, MIB);
    world.bytes = 10 * MIB;
    await world.flow(1, 0);
    expect(world.done).toEqual(["release 4"]);
  });

  test("nothing is given back where nothing was collected", async () => {
    world.obeys = false;
    world.memory.watch();
    await world.flow(50, MIB);
    expect(world.done).toEqual(["press 16", "press 46"]);
  });

  test("buffers that are still there after a collection are no reason for another one", async () => {
    world.left = 30 * MIB;
    world.memory.watch();
    await world.flow(1, 22 * MIB);
    await world.flow(60, 0);
    expect(world.done).toEqual(["press 1", "release 2"]);
  });

  test("a crowd has come, and what it left behind is collected once nobody has come for a second", async () => {
    world.memory.watch();
    for (let second = 0; second < 5; second++) {
      for (let n = 0; n < 100; n++) world.memory.joined();
      await world.flow(1, MIB);
    }
    expect(world.done).toEqual([]);
    await world.flow(20, 0);
    expect(world.done).toEqual(["press 6", "release 7"]);
  });

  test("fewer than 500 are no crowd, and nobody is counted twice", async () => {
    world.memory.watch();
    for (let n = 0; n < 499; n++) world.memory.joined();
    await world.flow(10, 0);
    expect(world.done).toEqual([]);
    world.memory.joined();
    await world.flow(10, 0);
    expect(world.done).toEqual(["press 12"]);
    for (let n = 0; n < 499; n++) world.memory.joined();
    await world.flow(10, 0);
    expect(world.done).toEqual(["press 12"]);
  });

  test("crowds that come one after the other are waited for for six seconds", async () => {
    world.memory.watch();
    for (let second = 0; second < 10; second++) {
      if (second % 3 === 0) for (let n = 0; n < 500; n++) world.memory.joined();
      await world.flow(1, 0);
    }
    expect(world.done).toEqual(["press 2", "press 8"]);
  });

  test("it ends with the last stream, and begins again with the next one", async () => {
    world.memory.watch();
    world.memory.watch();
    expect(world.clock.pendingTimers).toBe(1);
    world.memory.tidy();
    await world.flow(10, 5 * MIB);
    expect(world.done).toEqual(["collect 2", "release 3"]);
    expect(world.clock.pendingTimers).toBe(0);
    world.bytes = 10 * MIB;
    world.memory.watch();
    await world.flow(4, 5 * MIB);
    expect(world.done).toEqual(["collect 2", "release 3", "press 14"]);
  });

  test("V8 does collect old buffers when it is told to", async () => {
    const means = nodeMeans();
    let kept: Buffer[] = Array.from({ length: 8 }, () => Buffer.alloc(MIB));
    // What has been through a collection is old, and no collection of new objects finds it.
    means.collect();
    const before = means.bufferBytes();
    expect(kept).toHaveLength(8);
    kept = [];
    means.press();
    await expect.poll(() => before - means.bufferBytes(), { timeout: 10_000 }).toBeGreaterThan(6 * MIB);
  });
});
