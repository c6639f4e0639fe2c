import { describe, expect, it } from "vitest";
import { CFG_FOLDER, forFakeHost, hostWithFiles, startOn } from "../support/a-fleet.js";
import { aRecordingLogger } from "../support/recording-logger.js";

const CANNOT = "a file cannot be played";
const media = (name: string): string => `${CFG_FOLDER}/media/${name}`;

describe("the start", () => {
  it("tells which of the profiles' files cannot be played, and plays the others on", async () => {
    const host = hostWithFiles(forFakeHost());
    host.files.set(media("test.mp4"), Buffer.from("no media file"));
    const { log, lines } = aRecordingLogger();
    await using scene = await startOn(host, { log });
    expect(lines.filter(({ message }) => message === CANNOT).map(({ facts }) => facts?.["file"])).toEqual([
      media("test.mp4"),
    ]);
    expect(scene.fleet.summary.cameras[0]?.streams).toHaveLength(2);
  });

  it("says nothing of files that can be played, nor of streams that are no files", async () => {
    const host = hostWithFiles(forFakeHost());
    await host.files.remove(media("test_640x480.mp4"));
    const { log, lines } = aRecordingLogger();
    await using scene = await startOn(host, { log });
    expect(lines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
    expect(scene.fleet.cameras).toHaveLength(1);
  });
});
