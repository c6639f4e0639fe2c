import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { configFolder, programFolder, programVersion, stateFiles } from "#app/paths";

afterEach(() => void vi.restoreAllMocks());

describe("the program's own folder", () => {
  it("is that of package.json, which names the version", () => {
    expect(existsSync(join(programFolder(), "package.json"))).toBe(true);
    expect(existsSync(join(programFolder(), "onvif.cfg"))).toBe(true);
    expect(programVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("the folder of the cfg files", () => {
  const inFolder = (files: readonly string[], act: (folder: string) => void): void => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "onvifrtspserver-test-")));
    for (const name of files) writeFileSync(join(folder, name), "");
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    try {
      act(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("is the one that is named, made absolute", () => {
    expect(configFolder("some/where")).toBe(resolve("some/where"));
  });

  it("is the present one where that has an onvif.cfg", () => {
    inFolder(["onvif.cfg"], (folder) => expect(configFolder(undefined)).toBe(folder));
  });

  it("is the program's where the present one has none", () => {
    inFolder([], () => expect(configFolder(undefined)).toBe(programFolder()));
  });
});

it("keeps pid file, log and socket beside the cfg files", () => {
  expect(stateFiles("/cam")).toEqual({
    pid: "/cam/onvifrtspserver.pid",
    log: "/cam/onvifrtspserver.log",
    socket: "/cam/onvifrtspserver.sock",
  });
});
