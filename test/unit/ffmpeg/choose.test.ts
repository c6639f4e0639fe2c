import { describe, expect, it } from "vitest";
import { choosePictureMaker, type FfmpegSetting } from "#ffmpeg/choose";
import { silentLogger, type Logger } from "#util/log";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";

const withProgram = (host: FakeHost, name = "ffmpeg"): void =>
  host.processes.install(name, () => ({ stdout: "ffmpeg version 7.1.5 Copyright" }));

const withNodeAv = (host: FakeHost): void => {
  host.processes.onFork = (worker) => worker.reply({ kind: "ready", version: "8.1" });
};

const choose = async (
  setting: FfmpegSetting,
  prepare: (host: FakeHost) => void = () => {},
): Promise<{ name: string | undefined; lines: readonly string[]; host: FakeHost }> => {
  const host = fakeHost();
  prepare(host);
  const lines: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (text) => void lines.push(`info ${text}`),
    warn: (text) => void lines.push(`warn ${text}`),
  };
  const maker = await choosePictureMaker(host, setting, log);
  await maker?.close();
  return { name: maker?.name, lines, host };
};

describe("the choice of a picture maker", () => {
  it("takes the program before node-av, and starts no worker then", async () => {
    const { name, host } = await choose("auto", (each) => {
      withProgram(each);
      withNodeAv(each);
    });
    expect(name).toBe("/usr/bin/ffmpeg");
    expect(host.processes.workers).toHaveLength(0);
  });

  it("takes node-av when there is no program, or none that runs", async () => {
    expect((await choose("auto", withNodeAv)).name).toBe("node-av");
    const broken = await choose("auto", (host) => {
      withNodeAv(host);
      host.processes.install("ffmpeg", () => ({ status: 127 }));
    });
    expect(broken.name).toBe("node-av");
  });

  it("does without when there is neither, and says so once", async () => {
    const { name, lines } = await choose("auto");
    expect(name).toBeUndefined();
    expect(lines).toEqual(["info no FFmpeg: pictures come from the clip"]);
  });

  it("looks for nothing when nothing is wanted", async () => {
    const { name, lines, host } = await choose("none", withProgram);
    expect([name, lines, host.processes.runs]).toEqual([undefined, [], []]);
  });

  it("takes node-av when it is asked for, and warns when it cannot", async () => {
    const both = (host: FakeHost): void => {
      withProgram(host);
      withNodeAv(host);
    };
    expect((await choose("node-av", both)).name).toBe("node-av");
    const { name, lines } = await choose("node-av", withProgram);
    expect(name).toBeUndefined();
    expect(lines).toEqual(["warn node-av cannot be used"]);
  });

  it("takes the program at a path, and warns when there is none", async () => {
    const path = "/opt/ffmpeg/bin/ffmpeg";
    expect((await choose(path, (host) => withProgram(host, path))).name).toBe(path);
    const { name, lines } = await choose(path, withProgram);
    expect(name).toBeUndefined();
    expect(lines).toEqual(["warn this is no FFmpeg program that runs here"]);
  });
});
