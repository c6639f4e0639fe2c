import { describe, expect, it } from "vitest";
import { ProgramPictureMaker, programVersion } from "#ffmpeg/program";
import { fakeHost, type FakeHost } from "../../support/fake-host.js";
import type { Program } from "../../support/fake-processes.js";
import { recordedKeyFrame } from "../../support/key-frames.js";

const path = "/usr/bin/ffmpeg";
const jpeg = Buffer.from("ffd8ff00ffd9", "hex");
const frame = recordedKeyFrame("h264-high");

const maker = (program?: Program): { host: FakeHost; pictures: ProgramPictureMaker } => {
  const host = fakeHost();
  if (program) host.processes.install("ffmpeg", program);
  return { host, pictures: new ProgramPictureMaker(host.processes, path) };
};

describe("the picture maker with the FFmpeg program", () => {
  it("gives the byte stream to the program and returns what it prints", async () => {
    const { host, pictures } = maker(() => ({ stdout: jpeg }));
    expect(await pictures.jpeg(frame)).toEqual(jpeg);
    const run = host.processes.runs[0];
    expect(run?.program).toBe(path);
    expect(run?.args).toEqual(expect.arrayContaining(["-nostdin", "-f", "h264", "pipe:0", "mjpeg", "pipe:1"]));
    expect(
      Buffer.from(run?.input ?? [])
        .subarray(0, 5)
        .toString("hex"),
    ).toBe("0000000167");
    expect(pictures.name).toBe(path);
  });

  it.each([
    [{}, "scale=out_range=full,format=yuvj420p"],
    [{ width: 640, height: 360 }, "scale=640:360:out_range=full,format=yuvj420p"],
    [{ width: 640 }, "scale=640:-1:out_range=full,format=yuvj420p"],
    [{ height: 360 }, "scale=-1:360:out_range=full,format=yuvj420p"],
  ])("asks for the size %j", async (size, filter) => {
    const { host, pictures } = maker(() => ({ stdout: jpeg }));
    await pictures.jpeg({ ...frame, ...size });
    expect(host.processes.runs[0]?.args).toContain(filter);
  });

  it.each<[string, string, Program | undefined]>([
    ["the program is missing", "picture-failed", undefined],
    ["it fails", "picture-failed", () => ({ status: 1, stderr: "first\ninvalid data\n" })],
    ["it prints no picture", "picture-failed", () => ({ stdout: "usage: ffmpeg" })],
    ["it prints half a picture", "picture-failed", () => ({ stdout: jpeg.subarray(0, 4) })],
    ["it prints too much", "picture-failed", () => ({ stdout: Buffer.alloc(33 * 1024 * 1024) })],
  ])("fails when %s", async (_what, code, program) => {
    await expect(maker(program).pictures.jpeg(frame)).rejects.toMatchObject({ code });
  });

  it("repeats the program's last words", async () => {
    const { pictures } = maker(() => ({ status: 1, stderr: "first\ninvalid data\n" }));
    await expect(pictures.jpeg(frame)).rejects.toThrow(/invalid data$/);
  });

  it("gives up after five seconds", async () => {
    const { host, pictures } = maker(() => "hang");
    const picture = pictures.jpeg(frame);
    const failure = expect(picture).rejects.toMatchObject({ code: "picture-timeout" });
    await host.clock.advance(5000);
    await failure;
  });

  it("runs two programs at a time and refuses when too many wait", async () => {
    const { host, pictures } = maker(() => "hang");
    const all = Promise.allSettled(Array.from({ length: 35 }, () => pictures.jpeg(frame)));
    await host.clock.settle();
    expect(host.processes.runs).toHaveLength(2);
    await host.clock.advance(5000 * 20);
    const codes = (await all).map((result) =>
      result.status === "rejected" ? (result.reason as { code: string }).code : "",
    );
    expect(codes.filter((code) => code === "picture-busy")).toHaveLength(1);
    expect(codes.filter((code) => code === "picture-timeout")).toHaveLength(34);
  });

  it("makes none after its close", async () => {
    const { pictures } = maker(() => ({ stdout: jpeg }));
    await pictures.close();
    await pictures.close();
    await expect(pictures.jpeg(frame)).rejects.toMatchObject({ code: "picture-busy" });
  });
});

describe("the version of a program", () => {
  it.each<[string, Program, string | undefined]>([
    [
      "Debian 12",
      () => ({ stdout: "ffmpeg version 5.1.9-0+deb12u1 Copyright (c)\n" }),
      "ffmpeg version 5.1.9-0+deb12u1",
    ],
    ["a build from git", () => ({ stdout: "ffmpeg version N-118-g1 Copyright\n" }), "ffmpeg version N-118-g1"],
    ["something else", () => ({ stdout: "hello\n" }), undefined],
    ["a broken one", () => ({ status: 127, stderr: "cannot open shared object file" }), undefined],
  ])("is read of %s", async (_what, program, expected) => {
    const { host } = maker(program);
    expect(await programVersion(host.processes, path)).toBe(expected);
  });

  it("is unknown when there is none, or it hangs", async () => {
    expect(await programVersion(fakeHost().processes, path)).toBeUndefined();
    const { host } = maker(() => "hang");
    const version = programVersion(host.processes, path);
    await host.clock.advance(5000);
    expect(await version).toBeUndefined();
  });
});
