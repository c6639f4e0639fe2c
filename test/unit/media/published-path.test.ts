import { describe, expect, test } from "vitest";
import type { SourceUnit } from "#media/access-unit";
import { PublishedPath } from "#media/published-path";
import { SlabAllocator } from "#media/slab";
import { FakeClock } from "../../support/fake-clock.js";
import { seededEntropy } from "../../support/fake-host.js";
import { cameraDescription, FakeReader, picture, pictures, sound } from "../../support/media-fakes.js";

function aPath(gopCacheBytes = 1_000_000): { path: PublishedPath; clock: FakeClock; revived: () => number } {
  const clock = new FakeClock();
  let revived = 0;
  const path = new PublishedPath("camera", {
    clock,
    entropy: seededEntropy(7),
    memory: new SlabAllocator(),
    gopCacheBytes,
    revive: () => revived++,
  });
  path.begin(cameraDescription);
  return { path, clock, revived: () => revived };
}

const publish = (path: PublishedPath, units: ReturnType<typeof pictures>): void => {
  for (const unit of units) path.write(unit);
};

describe("a reader that joins", () => {
  test("starts at the newest random access unit and goes on without a gap", () => {
    const { path } = aPath();
    publish(path, pictures(0, 40));
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    publish(path, pictures(40, 45));
    expect(reader.taken()).toEqual([25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44]);
  });

  test("gets the sound since that unit too", () => {
    const { path } = aPath();
    publish(path, [sound(0), picture(0, true), sound(1), picture(1, false), sound(2)]);
    const reader = new FakeReader();
    path.read(reader, [0, 1]).play();
    expect(reader.units.map(({ track, pts }) => [track, pts])).toEqual([
      [0, 0],
      [1, 160],
      [0, 3600],
      [1, 320],
    ]);
  });

  test("waits for the next random access unit where nothing is cached", () => {
    const { path } = aPath(0);
    publish(path, pictures(0, 30));
    const reader = new FakeReader();
    path.read(reader, [0, 1]).play();
    path.write(sound(60));
    publish(path, pictures(30, 55));
    expect(reader.taken()).toEqual([50, 51, 52, 53, 54]);
    expect(reader.taken(1, 160)).toEqual([60]);
  });

  test("of sound alone gets what comes, nothing old", () => {
    const { path } = aPath();
    publish(path, [picture(0, true), sound(0)]);
    const reader = new FakeReader();
    path.read(reader, [1]).play();
    publish(path, [picture(1, false), sound(1)]);
    expect(reader.units.map(({ track, pts }) => [track, pts])).toEqual([[1, 160]]);
  });

  test("while a unit is handed out gets it once, as all others do", () => {
    const { path } = aPath();
    publish(path, pictures(0, 3));
    const readers = [new FakeReader(), new FakeReader(), new FakeReader()];
    const readings = readers.map((reader) => path.read(reader, [0]));
    const [first, second, third] = readers;
    readings[0]?.play();
    readings[1]?.play();
    if (first)
      first.onDeliver = ({ pts }) => {
        if (pts === 4 * 3600) readings[2]?.play();
      };
    publish(path, pictures(3, 6));
    expect([first, second, third].map((reader) => reader?.taken())).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
    ]);
  });

  test("and leaves while a unit is handed out does not get it, and all others do once", () => {
    const { path } = aPath();
    publish(path, pictures(0, 3));
    const readers = [new FakeReader(), new FakeReader(), new FakeReader(), new FakeReader()];
    const readings = readers.map((reader) => path.read(reader, [0]));
    for (const reading of readings) reading.play();
    const [, second] = readers;
    if (second)
      second.onDeliver = ({ pts }) => {
        if (pts !== 4 * 3600) return;
        readings[0]?.close();
        readings[2]?.close();
      };
    publish(path, pictures(3, 6));
    expect(readers.map((reader) => reader.taken())).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4, 5],
    ]);
    expect(path.stats.readers).toBe(2);
  });

  test("shares bytes with the others", () => {
    const { path } = aPath();
    const readers = [new FakeReader(), new FakeReader()];
    for (const reader of readers) path.read(reader, [0]).play();
    path.write(picture(0, true));
    expect(readers[0]?.units[0]?.rtp.interleaved(4)).toBe(readers[1]?.units[0]?.rtp.interleaved(4));
  });

  test("gets nothing after it has closed, even from within a delivery", () => {
    const { path } = aPath();
    publish(path, pictures(0, 20));
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reader.onDeliver = () => reading.close();
    reading.play();
    publish(path, pictures(20, 25));
    reading.play();
    path.end("over");
    expect(reader.taken()).toEqual([0]);
    expect(reader.endings).toEqual([]);
    expect(path.stats.readers).toBe(0);
  });
});

describe("a large group", () => {
  test("is handed out in steps of 32 packets until the reader has caught up", async () => {
    const { path, clock } = aPath(10_000_000);
    publish(path, pictures(0, 200, 250, 14_000)); // 11 packets a picture
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    expect(reader.taken()).toEqual([0, 1, 2]);
    await clock.advance(5);
    expect(reader.taken()).toEqual([3, 4, 5]);
    publish(path, pictures(200, 203, 250, 14_000));
    await clock.advance(5);
    expect(reader.taken()).toEqual([6, 7, 8, 9, 10, 11]); // as much more as was published meanwhile
    await clock.advance(600);
    const rest = reader.taken();
    expect(rest).toEqual(Array.from({ length: 191 }, (_, i) => 12 + i));
    publish(path, pictures(203, 204, 250, 14_000));
    expect(reader.taken()).toEqual([203]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("of any size is caught up with in half a second", async () => {
    const { path, clock } = aPath(100_000_000);
    publish(path, pictures(0, 500, 500, 140_000)); // 50 500 packets
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    await clock.advance(510);
    expect(reader.taken()).toHaveLength(500);
  });

  test("is left for the next one when that has begun", async () => {
    const { path, clock } = aPath(10_000_000);
    publish(path, pictures(0, 100, 100, 14_000));
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    publish(path, pictures(100, 101, 100, 14_000));
    publish(path, pictures(101, 103, 100, 14_000));
    await clock.advance(600);
    expect(reader.taken()).toEqual(Array.from({ length: 103 }, (_, i) => i));
  });

  test("beyond the bound is not kept at all, and readers in the middle of it wait for the next", async () => {
    const { path, clock } = aPath(500_000);
    publish(path, pictures(0, 30, 100, 14_000));
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    expect(reader.taken()).toEqual([0, 1, 2]);
    publish(path, pictures(30, 40, 100, 14_000));
    expect(path.stats.cachedBytes).toBe(0);
    await clock.advance(10);
    publish(path, pictures(40, 102, 100, 14_000));
    expect(reader.taken()).toEqual([100, 101]);
  });
});

describe("a pause", () => {
  test("within a group goes on where it stopped", () => {
    const { path } = aPath();
    publish(path, pictures(0, 5));
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reading.play();
    reading.pause();
    publish(path, pictures(5, 10));
    expect(reader.taken()).toEqual([0, 1, 2, 3, 4]);
    expect(reading.first(0)).toMatchObject({ rtpTime: expect.any(Number) as number });
    reading.play();
    publish(path, pictures(10, 12));
    expect(reader.taken()).toEqual([5, 6, 7, 8, 9, 10, 11]);
  });

  test("beyond a group goes on at the newest random access unit", () => {
    const { path } = aPath();
    publish(path, pictures(0, 5));
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reading.play();
    reading.pause();
    publish(path, pictures(5, 28));
    reader.taken();
    reading.play();
    expect(reader.taken()).toEqual([25, 26, 27]);
  });

  test("without a cache goes on at the next random access unit", () => {
    const { path } = aPath(0);
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reading.play();
    publish(path, pictures(0, 5));
    reading.pause();
    reading.play();
    publish(path, pictures(5, 27));
    expect(reader.taken()).toEqual([0, 1, 2, 3, 4, 25, 26]);
  });
});

describe("the announced first packet", () => {
  const late = (unit: SourceUnit, ms: number): SourceUnit => ({ ...unit, wallMs: unit.wallMs + ms });

  test("is the first one delivered, on every track", () => {
    const { path } = aPath();
    publish(path, [picture(0, true), sound(0), sound(1), sound(2), late(picture(1, true), 20)]);
    const reader = new FakeReader();
    const reading = path.read(reader, [0, 1]);
    const announced = [reading.first(0), reading.first(1)];
    reading.play();
    path.write(sound(3));
    const firsts = [0, 1].map((track) => reader.units.find((unit) => unit.track === track)?.rtp);
    expect(announced).toEqual(
      firsts.map((rtp, track) => ({ ssrc: path.ssrc(track), sequence: rtp?.sequence, rtpTime: rtp?.rtpTime })),
    );
  });

  test("is of one moment on all tracks: sound from before the picture is left out", () => {
    const { path } = aPath();
    // A picture that is shown 50 ms after it is sent, as where others are predicted from it backward.
    publish(path, [late(picture(0, true), 50), ...[0, 1, 2, 3, 4].map(sound)]);
    const reader = new FakeReader();
    const reading = path.read(reader, [0, 1]);
    const announced = reading.first(1);
    reading.play();
    const first = reader.units.find(({ track }) => track === 1);
    expect(first?.wallMs).toBe(60);
    expect(announced).toEqual({ ssrc: path.ssrc(1), sequence: first?.rtp.sequence, rtpTime: first?.rtp.rtpTime });
  });

  test("is of the moment of the picture where the sound with it has not come yet", () => {
    const { path } = aPath();
    publish(path, [sound(0), sound(1), sound(2), sound(3), late(picture(0, true), 90), sound(4)]);
    const reader = new FakeReader();
    const reading = path.read(reader, [0, 1]);
    const announced = reading.first(1);
    reading.play();
    publish(path, [sound(5), sound(6)]);
    const firsts = reader.units.filter(({ track }) => track === 1);
    expect(firsts.map(({ pts }) => pts)).toEqual([sound(5).pts, sound(6).pts]);
    expect(announced?.sequence).toBe(firsts[0]?.rtp.sequence);
    // The sound at 100 ms is the first, the picture of 90 ms; so the times agree.
    expect(announced?.rtpTime).toBe(firsts[0]?.rtp.rtpTime);
  });

  test("tells the time of the picture and the number of what comes next while that is earlier", () => {
    const { path } = aPath();
    publish(path, [sound(0), sound(1), sound(2), sound(3), late(picture(0, true), 150)]);
    const reader = new FakeReader();
    const reading = path.read(reader, [0, 1]);
    const announced = reading.first(1);
    reading.play();
    publish(path, [sound(4), sound(5)]);
    const first = reader.units.find(({ track }) => track === 1);
    expect(first?.pts).toBe(sound(4).pts);
    expect(announced?.sequence).toBe(first?.rtp.sequence);
    const ticks = sound(1).pts - sound(0).pts;
    expect(((announced?.rtpTime ?? 0) - (first?.rtp.rtpTime ?? 0)) | 0).toBe((70 / 20) * ticks);
  });

  test("after a pause is the first one after it", () => {
    const { path } = aPath();
    publish(path, pictures(0, 5));
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reading.play();
    reading.pause();
    reader.taken();
    const waiting = reading.first(0);
    publish(path, pictures(5, 8));
    expect(reading.first(0)).toEqual(waiting);
    reading.play();
    expect(reading.first(0)).toBeDefined();
    expect(reader.units[0]?.rtp).toMatchObject({ sequence: waiting?.sequence, rtpTime: waiting?.rtpTime });
  });

  test("is not told where it cannot be known", () => {
    const { path } = aPath(0);
    const reading = path.read(new FakeReader(), [0]);
    expect(reading.first(0)).toBeUndefined();
    publish(path, pictures(0, 5));
    expect(reading.first(0)).toBeUndefined();
  });
});

describe("the identity of a stream", () => {
  test("differs from track to track and from path to path of a fleet", () => {
    const { path } = aPath();
    expect(path.ssrc(0)).not.toBe(path.ssrc(1));
    expect(() => path.ssrc(2)).toThrow("no track 2");
  });

  test("goes on when the source is started again, with time that has passed", async () => {
    const { path, clock, revived } = aPath();
    const reader = new FakeReader();
    const reading = path.read(reader, [0]);
    reading.play();
    publish(path, pictures(0, 3));
    path.end("end of file");
    expect(reader.endings).toEqual(["end of file"]);
    path.write(picture(3, false));
    await clock.advance(2000);
    reading.play();
    expect(revived()).toBe(1);
    expect(path.begin(cameraDescription)).toBe(true);
    publish(path, pictures(0, 2));
    expect(reader.units.map(({ pts }) => pts)).toEqual([0, 3600, 7200, 180_000, 183_600]);
    const [before, after] = [reader.units[2]?.rtp, reader.units[3]?.rtp];
    expect(after?.sequence).toBe(((before?.sequence ?? 0) + 1) & 0xffff);
  });

  test("goes on when another source takes over from one that runs, from its random access unit on", async () => {
    const { path, clock } = aPath();
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    publish(path, pictures(0, 3));
    await clock.advance(1000);
    path.begin(cameraDescription);
    const late = new FakeReader();
    path.read(late, [0]).play();
    publish(path, pictures(0, 2));
    expect(reader.endings).toEqual([]);
    expect(reader.taken()).toEqual([0, 1, 2, 25, 26]);
    expect(late.taken()).toEqual([25, 26]);
  });

  test("goes on behind the picture that is shown last, which need not be the one sent last", () => {
    const { path } = aPath();
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    publish(path, [picture(0, true), picture(3, false), picture(1, false)]);
    path.begin(cameraDescription);
    path.write(picture(0, true));
    expect(reader.units.at(-1)?.pts).toBe(3 * 3600 + 1);
  });

  test("does not depend on what is learned of it later", () => {
    const { path } = aPath();
    const [video, audio] = cameraDescription.tracks;
    if (!video || !audio) throw new Error("no tracks");
    const sets = [Buffer.from("67aa", "hex"), Buffer.from("68bb", "hex")];
    const format = { ...video.format, fmtp: "better", parameterSets: sets };
    path.refine({ ...cameraDescription, tracks: [{ ...video, format }, audio] });
    expect(path.description?.tracks[0]?.format.fmtp).toBe("better");
    const reader = new FakeReader();
    path.read(reader, [0]).play();
    path.write(picture(0, true));
    expect(
      Buffer.from(reader.units[0]?.rtp.packet(0) ?? [])
        .subarray(12)
        .toString("hex"),
    ).toBe("67aa");
    path.end("over");
    expect(path.begin(cameraDescription)).toBe(true);
  });

  test("cannot go on with other content", () => {
    const { path } = aPath();
    expect(path.begin({ ...cameraDescription, title: "another" })).toBe(true);
    expect(path.begin({ ...cameraDescription, tracks: cameraDescription.tracks.slice(1) })).toBe(false);
  });
});

test("units of a track that was not described are not published", () => {
  const { path } = aPath();
  path.write({ ...picture(0, true), track: 5 });
  path.write({ ...picture(0, true), payload: [] });
  expect(path.stats).toMatchObject({ units: 0, packets: 0, bytes: 0 });
});

test("the counts grow with what is published", () => {
  const { path } = aPath();
  publish(path, [picture(0, true, 1000), sound(0)]);
  expect(path.stats).toMatchObject({ units: 2, packets: 4 });
  expect(path.stats.bytes).toBe(path.stats.cachedBytes);
});
