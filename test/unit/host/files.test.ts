import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Files } from "#host/files";
import { nodeHost } from "#host/node";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeFiles } from "../../support/fake-files.js";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true });
});

/** A file system with an empty folder, and how to put a link into it. */
interface Setting {
  readonly files: Files;
  readonly folder: string;
  readonly link: (path: string, target: string) => void;
  readonly modeOf: (path: string) => number | undefined;
}

const real = (): Setting => {
  const folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "files-")));
  folders.push(folder);
  return {
    files: nodeHost().files,
    folder,
    link: (path, target) => fs.symlinkSync(target, path),
    modeOf: (path) => fs.statSync(path).mode & 0o777,
  };
};

const inMemory = (): Setting => {
  const files = new FakeFiles(new FakeClock());
  const folder = "/srv/folder";
  files.setFolder(folder);
  return { files, folder, link: (path, target) => files.link(path, target), modeOf: (path) => files.mode(path) };
};

describe.each([
  { name: "node", setting: real },
  { name: "fake", setting: inMemory },
])("files of the $name host", ({ setting }) => {
  it("replaces and reads back, with the permissions asked for", async () => {
    const { files, folder, modeOf } = setting();
    const path = join(folder, "state.cfg");
    await files.replace(path, "first");
    expect(modeOf(path)).toBe(0o600);
    await files.replace(path, Buffer.from("second"), 0o644);
    expect((await files.read(path)).toString()).toBe("second");
    expect(modeOf(path)).toBe(0o644);
    expect(await files.list(folder)).toEqual(["state.cfg"]);
  });

  it("tells of a file that is open what it is now, whatever has become of its name", async () => {
    const { files, folder } = setting();
    const path = join(folder, "clip");
    await files.replace(path, "first");
    const before = await files.info(path);
    const file = await files.open(path);
    expect(await file.info()).toEqual(before);
    await files.replace(path, "a second one");
    expect(await file.info()).toEqual(before);
    expect((await files.info(path)).identity).not.toBe(before.identity);
    await files.remove(path);
    expect(await file.info()).toEqual(before);
    await file.close();
  });

  it("writes a new file at any position, and never into one that is there", async () => {
    const { files, folder, modeOf } = setting();
    const path = join(folder, "new");
    const file = await files.create(path);
    expect(modeOf(path)).toBe(0o600);
    await file.write(4, Buffer.from("tail"));
    await file.write(0, Buffer.from("head"));
    await file.close();
    await file.close();
    expect((await files.read(path)).toString()).toBe("headtail");
    await expect(files.create(path)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(files.create(join(folder, "no/x"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("keeps the last of many replacements that were asked for at once", async () => {
    const { files, folder } = setting();
    const path = join(folder, "state.cfg");
    const contents = Array.from({ length: 20 }, (_, index) => `content ${index}`.repeat(1000));
    await Promise.all(contents.map((content) => files.replace(path, content)));
    expect((await files.read(path)).toString()).toBe(contents.at(-1));
    expect(await files.list(folder)).toEqual(["state.cfg"]);
  });

  it("reads any part of an open file, and less only at its end", async () => {
    const { files, folder } = setting();
    const path = join(folder, "clip.bin");
    await files.replace(path, "0123456789");
    const file = await files.open(path);
    expect(file.size).toBe(10);
    expect((await file.read(3, 4)).toString()).toBe("3456");
    expect((await file.read(8, 100)).toString()).toBe("89");
    expect(await file.read(10, 1)).toHaveLength(0);
    expect(await file.read(2 ** 40, 2 ** 40)).toHaveLength(0);
    await file.close();
    await file.close();
  });

  it("tells files from folders", async () => {
    const { files, folder } = setting();
    await files.replace(join(folder, "a"), "xyz");
    expect(await files.info(join(folder, "a"))).toMatchObject({ size: 3, isFile: true, isDirectory: false });
    expect(await files.info(folder)).toMatchObject({ isFile: false, isDirectory: true });
  });

  it("follows symbolic links to the real path", async () => {
    const { files, folder, link } = setting();
    await files.makeDirectory(join(folder, "media/deep"));
    await files.replace(join(folder, "media/deep/clip"), "x");
    link(join(folder, "inside"), "media/deep");
    link(join(folder, "outside"), "/etc");
    expect(await files.realPath(join(folder, "inside/clip"))).toBe(join(folder, "media/deep/clip"));
    expect((await files.read(join(folder, "inside/clip"))).toString()).toBe("x");
    await expect(files.realPath(join(folder, "outside/no-such-file"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("does not hang on a circle of links", async () => {
    const { files, folder, link } = setting();
    link(join(folder, "one"), "other");
    link(join(folder, "other"), "one");
    await expect(files.realPath(join(folder, "one"))).rejects.toMatchObject({ code: "ELOOP" });
  });

  it("renames, removes and lists in order", async () => {
    const { files, folder } = setting();
    for (const name of ["c", "a", "b"]) await files.replace(join(folder, name), name);
    await files.rename(join(folder, "c"), join(folder, "0"));
    await files.remove(join(folder, "a"));
    expect(await files.list(folder)).toEqual(["0", "b"]);
  });

  it.each<[string, string, (files: Files, folder: string) => Promise<unknown>]>([
    ["reading what is not there", "ENOENT", (files, folder) => files.read(join(folder, "nothing"))],
    ["opening what is not there", "ENOENT", (files, folder) => files.open(join(folder, "nothing"))],
    ["examining what is not there", "ENOENT", (files, folder) => files.info(join(folder, "nothing"))],
    ["removing what is not there", "ENOENT", (files, folder) => files.remove(join(folder, "nothing"))],
    ["renaming what is not there", "ENOENT", (files, folder) => files.rename(join(folder, "nothing"), folder)],
    ["listing what is not there", "ENOENT", (files, folder) => files.list(join(folder, "nothing"))],
    ["writing into a folder that is not there", "ENOENT", (files, folder) => files.replace(join(folder, "no/x"), "")],
    ["reading a folder", "EISDIR", (files, folder) => files.read(folder)],
    ["opening a folder", "EISDIR", (files, folder) => files.open(folder)],
    ["removing a folder", "EISDIR", (files, folder) => files.remove(folder)],
    ["replacing a folder", "EISDIR", (files, folder) => files.replace(folder, "x")],
  ])("answers %s with %s", async (_what, code, act) => {
    const { files, folder } = setting();
    await expect(act(files, folder)).rejects.toMatchObject({ name: "CodedError", code });
  });
});

describe("files of the node host", () => {
  it("takes over what a crash left aside, and follows no link there", async () => {
    const { files, folder } = real();
    const path = join(folder, "state.cfg");
    fs.writeFileSync(`${path}.new`, "half of someth");
    await files.replace(path, "whole");
    expect(await files.list(folder)).toEqual(["state.cfg"]);
    fs.symlinkSync(join(folder, "victim"), `${path}.new`);
    await expect(files.replace(path, "other")).rejects.toMatchObject({ code: "ELOOP" });
    expect((await files.read(path)).toString()).toBe("whole");
  });

  it("does not hang on a pipe in the place of a file", async () => {
    const { files, folder } = real();
    const pipe = join(folder, "pipe");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    await expect(files.open(pipe)).rejects.toMatchObject({ code: "EINVAL" });
  });
});

describe("faults of the fake files", () => {
  it("leaves the old content and half a file aside when the power goes while writing", async () => {
    const files = new FakeFiles(new FakeClock());
    files.set("/state.cfg", "old");
    files.failNext("write", "crash", "/state.cfg");
    await expect(files.replace("/state.cfg", "new content")).rejects.toMatchObject({ code: "crash" });
    expect([files.text("/state.cfg"), files.text("/state.cfg.new")]).toEqual(["old", "new c"]);
  });

  it("leaves the new content when the power goes after the rename", async () => {
    const files = new FakeFiles(new FakeClock());
    files.set("/state.cfg", "old");
    files.failNext("sync", "crash");
    await expect(files.replace("/state.cfg", "new")).rejects.toMatchObject({ code: "crash" });
    expect(files.text("/state.cfg")).toBe("new");
  });

  it("cleans up after a full disk, and works the next time", async () => {
    const files = new FakeFiles(new FakeClock());
    files.set("/state.cfg", "old");
    files.failNext("write", "ENOSPC");
    await expect(files.replace("/state.cfg", "new")).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await files.list("/")).toEqual(["state.cfg"]);
    await files.replace("/state.cfg", "new");
    expect(files.text("/state.cfg")).toBe("new");
  });

  it("fails one operation on one path", async () => {
    const files = new FakeFiles(new FakeClock());
    files.set("/a", "a");
    files.set("/b", "b");
    files.failNext("read", "EIO", "/b");
    expect((await files.read("/a")).toString()).toBe("a");
    await expect(files.read("/b")).rejects.toMatchObject({ code: "EIO" });
    expect((await files.read("/b")).toString()).toBe("b");
  });
});
