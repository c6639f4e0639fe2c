import { describe, expect, it } from "vitest";
import type { RecordedUnit } from "#media/replay-source";
import { ReplayPath } from "#media/replay-path";
import { ClipLibrary } from "#sources/clip-library";
import { FileReplay } from "#sources/file-replay";
import { FileReplays } from "#sources/file-replays";
import { CodedError } from "#util/errors";
import { silentLogger } from "#util/log";
import { fakeHost } from "../../support/fake-host.js";
import { mediaFixture, shippedMedia } from "../../support/media-fixtures.js";

const startMs = Date.UTC(2026, 0, 1);

async function replayOf(name: string, loops = 1): Promise<FileReplay> {
  const host = fakeHost();
  host.files.set("/media/clip", name.startsWith("test") ? shippedMedia(name) : mediaFixture(name));
  const clip = await new ClipLibrary(host.files, host.clock, silentLogger).open("/media/clip");
  return new FileReplay(clip, { title: "clip", startMs, loops });
}

async function all(units: AsyncGenerator<readonly RecordedUnit[], void, undefined>): Promise<RecordedUnit[]> {
  const found: RecordedUnit[] = [];
  for await (const part of units) found.push(...part);
  return found;
}

const secondsOf = (units: readonly RecordedUnit[], track = 0): number[] =>
  units.filter((unit) => unit.track === track).map(({ atMs }) => Math.round(atMs - startMs) / 1000);

describe("a file that is replayed", () => {
  it("begins with the key frame at or before the time, and sound from there on", async () => {
    const replay = await replayOf("test_640x480.mp4");
    const units = await all(replay.forward(startMs + 5_300));
    const first = units.find(({ track }) => track === 0);
    expect(first).toMatchObject({ randomAccess: true, atMs: startMs + 5000 });
    const pictures = secondsOf(units);
    expect(pictures).toHaveLength(19 * 25);
    expect(pictures.slice(0, 3)).toEqual([5, 5.04, 5.08]);
    const [sound = 0] = secondsOf(units, 1);
    expect(sound).toBeGreaterThan(4.98);
    expect(sound).toBeLessThan(5.06);
    await replay.close();
  });

  it("gives groups of pictures backwards, the one of the time first, and ends with the first", async () => {
    const replay = await replayOf("test_640x480.mp4");
    const groups: RecordedUnit[][] = [];
    for await (const { units, startsGroup } of replay.backward(startMs + 3_300)) {
      if (startsGroup) groups.push([]);
      groups.at(-1)?.push(...units);
    }
    expect(groups.map((group) => secondsOf(group)[0])).toEqual([3, 2, 1, 0]);
    expect(groups.map((group) => group.length)).toEqual([25, 25, 25, 25]);
    expect(groups.flat().every(({ track }) => track === 0)).toBe(true);
    await replay.close();
  });

  it("is repeated, also backwards", async () => {
    const replay = await replayOf("test_640x480.mp4", 2);
    expect(replay.sections).toEqual([{ startMs, endMs: startMs + 48_000 }]);
    const pictures = secondsOf(await all(replay.forward(startMs + 23_500)));
    expect(pictures).toHaveLength(25 * 25);
    expect(pictures.slice(24, 27)).toEqual([23.96, 24, 24.04]);
    const starts: number[] = [];
    for await (const { units, startsGroup } of replay.backward(startMs + 25_500)) {
      if (startsGroup) starts.push(...secondsOf(units.slice(0, 1)));
      if (starts.length === 4) break;
    }
    expect(starts).toEqual([25, 24, 23, 22]);
    await replay.close();
  });

  it.each(["h264-aac.mp4", "h264-aac.mkv", "h264-aac.ts", "mpeg2-mp2.mkv", "jpeg-pcm.mov", "vp8-opus.webm"])(
    "has the same pictures of %s forward and backward",
    async (name) => {
      const replay = await replayOf(name);
      const video = replay.description.tracks.findIndex(({ format }) => format.kind === "video");
      const forward = (await all(replay.forward(startMs))).filter(({ track }) => track === video);
      const groups: RecordedUnit[][] = [];
      for await (const { units, startsGroup } of replay.backward(startMs + 1e7)) {
        if (startsGroup) groups.push([]);
        groups.at(-1)?.push(...units);
      }
      const backward = groups.toReversed().flat();
      expect(backward.map(({ atMs }) => atMs)).toEqual(forward.map(({ atMs }) => atMs));
      expect(backward.map(({ payload }) => payload)).toEqual(forward.map(({ payload }) => payload));
      await replay.close();
    },
  );
});

describe("files that are replayed", () => {
  const media = "/media";
  function library(loops: number, maxReplays = 2): FileReplays {
    const host = fakeHost({ wallMs: Date.UTC(2026, 5, 1) });
    host.files.set(`${media}/a.mp4`, mediaFixture("h264-aac.mp4"));
    const clips = new ClipLibrary(host.files, host.clock, silentLogger);
    return new FileReplays(host, silentLogger, clips, { mediaFolder: media, loops, maxReplays });
  }
  const request = (name: string, parameters: Record<string, string> = {}) => ({
    name,
    parameters: new Map(Object.entries(parameters)),
    query: undefined,
  });

  it("were recorded so that they end when they were last written, or begin when the address says", async () => {
    const replays = library(-1);
    const lease = await replays.replay(request("a.mp4"), "recording");
    expect(lease?.path).toBeInstanceOf(ReplayPath);
    const [section] = lease?.path.sections ?? [];
    expect(section?.endMs).toBeCloseTo(Date.UTC(2026, 5, 1), -1);
    const told = await replays.replay(request("a.mp4", { start: "20200102T030405Z" }), "recording");
    expect(told?.path.sections[0]?.startMs).toBe(Date.UTC(2020, 0, 2, 3, 4, 5));
    await lease?.close();
    await told?.close();
    await expect(replays.replay(request("a.mp4", { start: "yesterday" }), "recording")).rejects.toThrow(CodedError);
    await (await replays.replay(request("a.mp4"), "recording"))?.close();
  });

  it("have the rules of the stream, but for multicast", async () => {
    const host = fakeHost();
    host.files.set(`${media}/a.mp4`, mediaFixture("h264-aac.mp4"));
    const clips = new ClipLibrary(host.files, host.clock, silentLogger);
    const rules = { maxReaders: 2, transports: { udp: false, tcp: true, multicast: true } };
    const options = { mediaFolder: media, loops: 1, maxReplays: 0, rules: () => rules };
    const lease = await new FileReplays(host, silentLogger, clips, options).replay(request("a.mp4"), "recording");
    expect(lease?.rules).toEqual({ maxReaders: 2, transports: { udp: false, tcp: true } });
    await lease?.close();
  });

  it("have a position as a stream only when they end", async () => {
    expect(await library(-1).replay(request("a.mp4"), "stream")).toBeUndefined();
    const lease = await library(3).replay(request("a.mp4"), "stream", [77]);
    expect(lease?.path.ssrc(0)).toBe(77);
    expect(lease?.path.isRecording).toBe(false);
    await lease?.close();
  });

  it("end where they are found to have been changed", async () => {
    const host = fakeHost();
    host.files.set(`${media}/a.mp4`, mediaFixture("h264-aac.mp4"));
    const clip = await new ClipLibrary(host.files, host.clock, silentLogger).open(`${media}/a.mp4`);
    host.files.rewrite(`${media}/a.mp4`, mediaFixture("h265-aac.ts"));
    await expect(clip.windows(0).next()).rejects.toMatchObject({ name: "DecodeError", code: "file-changed" });
    await clip.close();
  });

  it("are those of the media folder", async () => {
    for (const name of ["b.mp4", "../media/a.mp4", "", ".hidden"])
      expect(await library(1).replay(request(name), "recording")).toBeUndefined();
  });

  it("are open so many at a time as is allowed", async () => {
    const replays = library(1);
    const [first, second] = [
      await replays.replay(request("a.mp4"), "stream"),
      await replays.replay(request("a.mp4"), "stream"),
    ];
    await expect(replays.replay(request("a.mp4"), "stream")).rejects.toMatchObject({ code: "replay-limit" });
    await first?.close();
    await first?.close();
    const third = await replays.replay(request("a.mp4"), "stream");
    await expect(replays.replay(request("a.mp4"), "stream")).rejects.toMatchObject({ code: "replay-limit" });
    await second?.close();
    await third?.close();
  });
});
