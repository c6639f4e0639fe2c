import { describe, expect, test } from "vitest";
import type { Clock } from "#host/clock";
import type { SourceUnit } from "#media/access-unit";
import type { MediaDescription } from "#media/description";
import { Pacer } from "#media/pacer";
import { WallTime } from "#media/wall-time";
import type { Publication } from "#media/path";
import { ClipLibrary, type ClipLibraryOptions } from "#sources/clip-library";
import { FileSource } from "#sources/file";
import type { Facts } from "#util/errors";
import { silentLogger, type Logger } from "#util/log";
import { fakeHost } from "../../support/fake-host.js";
import { mediaFixture, shippedMedia } from "../../support/media-fixtures.js";

class Sink implements Publication {
  readonly path = "clip";
  description: MediaDescription | undefined;
  /** At each description, how many units came before it. */
  readonly runs: number[] = [];
  readonly units: { readonly unit: SourceUnit; readonly atMs: number }[] = [];
  reason: string | undefined;

  constructor(private readonly now: () => number) {}

  describe(description: MediaDescription): void {
    this.description = description;
    this.runs.push(this.units.length);
  }

  refine(description: MediaDescription): void {
    this.description = description;
  }

  write(unit: SourceUnit): void {
    this.units.push({ unit, atMs: this.now() });
  }

  lost(reason: string): void {
    this.reason = reason;
  }

  of(track: number): { readonly unit: SourceUnit; readonly atMs: number }[] {
    return this.units.filter(({ unit }) => unit.track === track);
  }
}

function world(files: Readonly<Record<string, Buffer>>, options: ClipLibraryOptions = {}) {
  const host = fakeHost();
  for (const [path, bytes] of Object.entries(files)) host.files.set(path, bytes);
  const warnings: { message: string; facts: Facts | undefined }[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (message, facts) => void warnings.push({ message, facts }),
    child: () => log,
  };
  let stoodStillMs = 0;
  const clock: Clock = {
    now: () => host.clock.now() + stoodStillMs,
    monotonic: () => host.clock.monotonic() + stoodStillMs,
    after: (ms, run) => host.clock.after(ms, run),
    exactly: (dueMs, run) => host.clock.exactly(dueMs - stoodStillMs, run),
  };
  const clips = new ClipLibrary(host.files, clock, log, options);
  const pacer = new Pacer(clock);
  const wall = new WallTime(clock);
  const startMs = clock.monotonic();
  return {
    host,
    clock: host.clock,
    warnings,
    /** Time passes without anything being able to run. */
    standStill: (ms: number) => void (stoodStillMs += ms),
    play: (path: string, loops = -1) => {
      const sink = new Sink(() => clock.monotonic() - startMs);
      const source = new FileSource({ clips, clock, pacer, wall, log }, path, { loops });
      source.start(sink);
      return { sink, source };
    },
  };
}

const mp4 = { "/m/test.mp4": mediaFixture("h264-aac.mp4") };

describe("a file", () => {
  test("is described by its tracks", async () => {
    const { clock, play } = world({ "/m/test.mp4": shippedMedia("test.mp4") });
    const { sink } = play("/m/test.mp4");
    await clock.advance(1);
    expect(sink.description?.tracks.map(({ format }) => format.encodingName)).toEqual(["H264", "MPEG4-GENERIC"]);
    expect(sink.description).not.toHaveProperty("durationSeconds");
  });

  test("is played in real time, each unit when it is due", async () => {
    const { clock, play } = world({ "/m/test.mp4": shippedMedia("test_640x480.mp4") });
    const { sink } = play("/m/test.mp4");
    await clock.advance(5_000);
    expect(sink.of(0)).toHaveLength(126);
    for (const [index, { atMs, unit }] of sink.of(0).entries()) {
      expect(unit.pts).toBe(index * 3600);
      expect(Math.abs(atMs - index * 40)).toBeLessThanOrEqual(2);
    }
    for (const [index, { atMs, unit }] of sink.of(1).entries()) {
      expect(unit.pts).toBe(index * 1024);
      expect(Math.abs(atMs - index * 64)).toBeLessThanOrEqual(2);
    }
  });

  test("is played again without a gap, and without drift", async () => {
    const { clock, play } = world({ "/m/test.mp4": shippedMedia("test_640x480.mp4") });
    const { sink } = play("/m/test.mp4");
    await clock.advance(50_000);
    expect(sink.of(0).map(({ unit }) => unit.pts)).toEqual(Array.from({ length: 1251 }, (_, n) => n * 3600));
    expect(sink.of(1).map(({ unit }) => unit.pts)).toEqual(Array.from({ length: 782 }, (_, n) => n * 1024));
    expect(sink.of(0).at(-1)?.atMs).toBeCloseTo(50_000, -1);
    expect(sink.of(0).map(({ unit }) => unit.randomAccess)).toEqual(
      Array.from({ length: 1251 }, (_, n) => n % 25 === 0),
    );
  });

  test("with pictures out of order is sent in decoding order, at the decoding times", async () => {
    const { clock, play } = world(mp4);
    const { sink } = play("/m/test.mp4");
    await clock.advance(950);
    expect(sink.of(0).map(({ unit }) => unit.pts / 9000)).toEqual([0, 3, 1, 2, 4, 5, 8, 6, 7, 9]);
    expect(sink.of(0).map(({ atMs }) => Math.round(atMs / 100))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("played twice ends when the second repetition does", async () => {
    const { clock, play } = world(mp4);
    const { sink, source } = play("/m/test.mp4", 2);
    await clock.advance(10);
    expect(sink.description?.durationSeconds).toBeCloseTo(2, 3);
    await clock.advance(1_985);
    expect(sink.reason).toBeUndefined();
    await clock.advance(10);
    expect(sink.reason).toBe("the file has ended");
    expect(sink.of(0)).toHaveLength(20);
    await source.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("carries the wall time at which each picture is shown", async () => {
    const { clock, play } = world(mp4);
    const startWallMs = clock.now();
    const { sink } = play("/m/test.mp4");
    await clock.advance(950);
    for (const { unit } of sink.of(0)) expect(unit.wallMs - startWallMs).toBeCloseTo(unit.pts / 90, -1);
  });

  test("follows the wall clock when that is set", async () => {
    const { clock, play } = world(mp4);
    const { sink } = play("/m/test.mp4");
    await clock.advance(300);
    clock.setWall(clock.now() + 3_600_000);
    await clock.advance(300);
    const [before, after] = [sink.of(0)[1]?.unit.wallMs ?? 0, sink.of(0)[5]?.unit.wallMs ?? 0];
    expect(after - before).toBeGreaterThan(3_600_000);
  });
});

describe("a host that stood still", () => {
  test("for a moment sends what it has missed", async () => {
    const { clock, play, standStill } = world({ "/m/test.mp4": shippedMedia("test_640x480.mp4") });
    const { sink } = play("/m/test.mp4");
    await clock.advance(1_000);
    expect(sink.of(0)).toHaveLength(26);
    standStill(500);
    await clock.advance(1_000);
    expect(sink.of(0)).toHaveLength(63);
  });

  test("for long leaves a gap, in RTP time as in wall time, before a picture that stands for itself", async () => {
    const { clock, play, standStill } = world({ "/m/test.mp4": shippedMedia("test_640x480.mp4") });
    const { sink } = play("/m/test.mp4");
    await clock.advance(1_000);
    standStill(600_000);
    await clock.advance(1_000);
    const units = sink.of(0).map(({ unit }) => unit);
    expect(units.length).toBeLessThan(110);
    const seam = units.findIndex(({ pts }, n) => pts > n * 3600);
    expect(units[seam]?.randomAccess).toBe(true);
    const gapTicks = (units[seam]?.pts ?? 0) - seam * 3600;
    expect(gapTicks / 90).toBeGreaterThan(595_000);
    expect(units.slice(seam).map(({ pts }) => pts)).toEqual(
      units.slice(seam).map((_, n) => (seam + n) * 3600 + gapTicks),
    );
    const wallOffsets = units.map(({ wallMs, pts }) => wallMs - pts / 90);
    for (const offset of wallOffsets) expect(offset).toBeCloseTo(wallOffsets[0] ?? 0, 0);
  });
});

describe("a file that is no use", () => {
  test.each([
    ["is not there", {}, "/m/none.mp4"],
    ["is text", { "/m/a.txt": Buffer.from("hello".repeat(100)) }, "/m/a.txt"],
    ["has no track that can be sent", { "/m/a.mp4": mediaFixture("flac.mp4") }, "/m/a.mp4"],
  ])("because it %s is lost at once, with one warning", async (_what, files, path) => {
    const { clock, play, warnings } = world(files);
    const { sink, source } = play(path);
    await clock.advance(10);
    expect(sink.reason).toBe("the file cannot be played");
    expect(warnings).toHaveLength(1);
    await source.close();
  });

  test("to its end is played as far as it goes, again and again", async () => {
    const whole = mediaFixture("h264-aac.ts");
    const { clock, play, warnings } = world({ "/m/a.ts": whole.subarray(0, whole.length - 100) });
    const { sink } = play("/m/a.ts");
    await clock.advance(5_000);
    expect(sink.reason).toBeUndefined();
    expect(sink.of(0).length).toBeGreaterThan(40);
    expect(warnings.map(({ message }) => message)).toEqual(["a file is damaged and is not played to its end"]);
  });
});

test("tracks that cannot be sent are named in one warning", async () => {
  const { clock, play, warnings } = world({ "/m/a.mp4": mediaFixture("h265-flac.mp4") });
  const { sink } = play("/m/a.mp4");
  play("/m/a.mp4");
  await clock.advance(3_000);
  expect(sink.description?.tracks).toHaveLength(1);
  expect(warnings).toEqual([
    { message: "tracks of a file cannot be sent", facts: { file: "/m/a.mp4", tracks: "audio track 1 (flac)" } },
  ]);
});

test("several that play one file at once share its samples, except the one that played it alone", async () => {
  const { clock, play, host } = world(mp4);
  host.files.link("/m/another.mp4", "/m/test.mp4");
  const alone = play("/m/test.mp4");
  await clock.advance(100);
  const [one, two] = [play("/m/test.mp4"), play("/m/another.mp4")];
  await clock.advance(100);
  expect(one.sink.units[0]?.unit.payload).toBe(two.sink.units[0]?.unit.payload);
  expect(one.sink.units[0]?.unit.cut).toBe(two.sink.units[0]?.unit.cut);
  expect(one.sink.units[0]?.unit.cut).toBeDefined();
  expect(alone.sink.units[0]?.unit.cut).toBeUndefined();
  expect(alone.sink.units[0]?.unit.payload).not.toBe(two.sink.units[0]?.unit.payload);
  await one.source.close();
  await clock.advance(2_000);
  expect(one.sink.of(0)).toHaveLength(2);
  expect(two.sink.of(0).length).toBeGreaterThan(20);
});

test.each(["h264-aac.mp4", "h264-aac-fragmented.mp4", "h264-aac.mkv", "h264-aac.ts", "h264-pcmu.mov"])(
  "%s gives the same when it is too large for the memory",
  async (name) => {
    const played = async (options: ClipLibraryOptions) => {
      const { clock, play } = world({ "/m/clip": mediaFixture(name) }, options);
      const company = play("/m/clip");
      const { sink, source } = play("/m/clip");
      await clock.advance(2_500);
      await source.close();
      await company.source.close();
      expect(clock.pendingTimers).toBe(0);
      return sink.units.map(({ unit }) => `${unit.track} ${unit.pts} ${Buffer.concat(unit.payload).toString("hex")}`);
    };
    const small = await played({});
    const large = await played({ memoryBytes: 0 });
    expect(small.length).toBeGreaterThan(50);
    expect(large).toEqual(small);
  },
);

test("a file that one plays alone is read window by window, as it is played", async () => {
  const { clock, play, host } = world({ "/m/clip": shippedMedia("test.mp4") });
  const { sink, source } = play("/m/clip");
  await clock.advance(30_000);
  expect(sink.of(0)).toHaveLength(751);
  host.files.failNext("read", "EIO");
  await clock.advance(30_000);
  expect(sink.reason).toBeUndefined();
  await source.close();
});

/** All that a file holds, as it was played to its end. */
async function contentOf(bytes: Buffer): Promise<ReadonlySet<string>> {
  const { clock, play } = world({ "/m/clip": bytes });
  const { sink } = play("/m/clip", 1);
  await clock.advance(60_000);
  expect(sink.reason).toBe("the file has ended");
  return new Set(sink.units.map(hashOf));
}

const hashOf = ({ unit }: { readonly unit: SourceUnit }): string => Buffer.concat(unit.payload).toString("base64");

describe("a file that is written while it plays", () => {
  const before = shippedMedia("test_640x480.mp4");
  const after = mediaFixture("h264-aac.ts");
  const changed = "a file was changed while it is played: it is played from its beginning once it has been written";

  test.each<[string, number, ClipLibraryOptions]>([
    ["read window by window", 1, {}],
    ["in memory", 2, {}],
    ["too large for the memory", 2, { memoryBytes: 0 }],
  ])("%s is played up to there, and then the new one from its beginning", async (_how, players, options) => {
    const { clock, play, host, warnings } = world({ "/m/clip": before }, options);
    const [old, fresh] = [await contentOf(before), await contentOf(after)];
    const playing = Array.from({ length: players }, () => play("/m/clip"));
    await clock.advance(3_000);
    for (let part = 0; part < 12; part++) {
      host.files.rewrite("/m/clip", after.subarray(0, (part / 12) * after.length));
      await clock.advance(500);
    }
    host.files.rewrite("/m/clip", after);
    await clock.advance(25_000);
    for (const { sink, source } of playing) {
      expect(sink.runs).toHaveLength(2);
      const [start = 0, seam = 0] = sink.runs;
      expect(start).toBe(0);
      expect(seam).toBeGreaterThan(120);
      expect(sink.units.slice(0, seam).filter((unit) => !old.has(hashOf(unit)))).toEqual([]);
      expect(sink.units.length).toBeGreaterThan(seam + 30);
      expect(sink.units.slice(seam).filter((unit) => !fresh.has(hashOf(unit)))).toEqual([]);
      expect(sink.units[seam]?.unit.randomAccess).toBe(true);
      expect(sink.reason).toBeUndefined();
      await source.close();
    }
    expect(warnings.map(({ message }) => message)).toEqual(Array.from({ length: players }, () => changed));
    expect(clock.pendingTimers).toBe(0);
  });

  test("is played on without a gap when another one takes its place meanwhile", async () => {
    const { clock, play, host } = world({ "/m/clip": before });
    const { sink } = play("/m/clip");
    await clock.advance(3_000);
    host.files.set("/m/clip.new", after);
    await host.files.rename("/m/clip.new", "/m/clip");
    await clock.advance(20_000);
    expect(sink.runs).toHaveLength(2);
    const times = sink.of(0).map(({ atMs }) => atMs);
    expect(Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))).toBeLessThan(200);
  });

  test("is described anew when it holds something else", async () => {
    const { clock, play, host } = world(mp4);
    const { sink } = play("/m/test.mp4");
    await clock.advance(500);
    host.files.rewrite("/m/test.mp4", mediaFixture("h265-aac.ts"));
    await clock.advance(20_000);
    expect(sink.description?.tracks[0]?.format.encodingName).toBe("H265");
  });

  test("is played as it was by those who have it when it is only removed", async () => {
    const { clock, play, host, warnings } = world({ "/m/clip": before });
    const { sink } = play("/m/clip");
    await clock.advance(1_000);
    await host.files.remove("/m/clip");
    await clock.advance(30_000);
    expect(sink.runs).toHaveLength(1);
    expect(sink.of(0)).toHaveLength(776);
    expect(warnings).toEqual([]);
  });

  test("and is emptied and removed is not played any more", async () => {
    const { clock, play, host } = world({ "/m/clip": before });
    const { sink, source } = play("/m/clip");
    await clock.advance(1_000);
    host.files.rewrite("/m/clip", "");
    await host.files.remove("/m/clip");
    await clock.advance(60_000);
    expect(sink.reason).toBe("the file cannot be played");
    await source.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("for longer than half a minute is given up", async () => {
    const { clock, play, host, warnings } = world({ "/m/clip": before });
    const { sink, source } = play("/m/clip");
    await clock.advance(1_000);
    for (let part = 0; part < 90; part++) {
      host.files.rewrite("/m/clip", before.subarray(0, 1_000 + part));
      await clock.advance(500);
    }
    expect(sink.runs).toHaveLength(1);
    expect(sink.reason).toBe("the file cannot be played");
    expect(warnings.map(({ message }) => message)).toEqual([changed, "a file cannot be played"]);
    await source.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("is let go of when nobody wants it any more", async () => {
    const { clock, play, host } = world({ "/m/clip": before });
    const { sink, source } = play("/m/clip");
    await clock.advance(1_000);
    host.files.rewrite("/m/clip", "");
    await clock.advance(10_000);
    await source.close();
    expect(sink.reason).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  test("is opened by others as it is now", async () => {
    const { clock, play, host } = world(mp4);
    const old = play("/m/test.mp4");
    await clock.advance(100);
    host.files.rewrite("/m/test.mp4", mediaFixture("h265-aac.ts"));
    const fresh = play("/m/test.mp4");
    await clock.advance(100);
    expect(old.sink.description?.tracks[0]?.format.encodingName).toBe("H264");
    expect(fresh.sink.description?.tracks[0]?.format.encodingName).toBe("H265");
    await old.source.close();
    await fresh.source.close();
  });
});

test("a source that is closed while it opens describes nothing", async () => {
  const { clock, play } = world(mp4);
  const { sink, source } = play("/m/test.mp4");
  await source.close();
  await source.close();
  await clock.advance(1_000);
  expect(sink.description).toBeUndefined();
  expect(sink.units).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
