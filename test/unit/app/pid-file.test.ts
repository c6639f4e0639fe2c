import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { releasePidFile, runningPid, takePidFile } from "#app/pid-file";
import { eventually } from "../../support/fake-clock.js";

let folder = "";
let children: ChildProcess[] = [];
const pidFile = (): string => join(folder, "onvifrtspserver.pid");

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "onvifrtspserver-test-")));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A process that idles under the program's name, called with `args` in the folder. */
async function aProcess(args: readonly string[], name = "onvifrtspserver"): Promise<number> {
  const program = join(folder, name);
  writeFileSync(program, `process.stdout.write("up"); setInterval(() => {}, 1000);`);
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  let isUp = false;
  child.stdout?.once("data", () => (isUp = true));
  await eventually(() => isUp);
  return child.pid ?? 0;
}

describe("taking the pid file", () => {
  it("writes this process into it, and releasing removes it", () => {
    expect(takePidFile(pidFile())).toBe(true);
    expect(readFileSync(pidFile(), "utf8")).toBe(`${process.pid}\n`);
    releasePidFile(pidFile());
    expect(existsSync(pidFile())).toBe(false);
    releasePidFile(pidFile());
  });

  it.each([
    ["a process that is gone", "999999999\n"],
    ["nothing", ""],
    ["no number", "onvif\n"],
    ["a negative number, which would mean a group", "-1\n"],
  ])("replaces a file that names %s", (_name, text) => {
    writeFileSync(pidFile(), text);
    expect(takePidFile(pidFile())).toBe(true);
    expect(readFileSync(pidFile(), "utf8")).toBe(`${process.pid}\n`);
  });

  it("is refused while another process serves the folder", async () => {
    const pid = await aProcess(["-c", folder]);
    writeFileSync(pidFile(), `${pid}\n`);
    expect(takePidFile(pidFile())).toBe(false);
    releasePidFile(pidFile());
    expect(readFileSync(pidFile(), "utf8")).toBe(`${pid}\n`);
  });

  it("fails with the system's error in a folder that is not there", () => {
    expect(() => takePidFile(join(folder, "none", "x.pid"))).toThrow("ENOENT");
  });
});

describe.runIf(process.platform === "linux")("the process that a pid file names", () => {
  const named = async (args: readonly string[], name?: string): Promise<boolean> => {
    const pid = await aProcess(args, name);
    writeFileSync(pidFile(), `${pid}\n`);
    return runningPid(pidFile()) === pid;
  };

  it.each([
    ["in the foreground", () => []],
    ["with its folder", () => ["-c", folder]],
    ["with its folder in one word", () => [`--config=${folder}`]],
    ["with its folder by a relative name", () => ["-c", "."]],
    ["as a daemon", () => ["-c", folder, "--as-daemon"]],
  ] as const)("is the program %s", async (_name, args) => {
    expect(await named(args())).toBe(true);
  });

  it("is the program with its folder by a symbolic link", async () => {
    symlinkSync(folder, `${folder}-link`);
    try {
      expect(await named(["-c", `${folder}-link`])).toBe(true);
    } finally {
      rmSync(`${folder}-link`);
    }
  });

  it("is not a camera of another folder, whose process id was used again", async () => {
    mkdirSync(join(folder, "other"));
    expect(await named(["-c", join(folder, "other")])).toBe(false);
  });

  it.each(["start", "status", "logs", "check"])("is not the program that only does %s", async (command) => {
    expect(await named([command])).toBe(false);
  });

  it("is no stranger that reads the log", async () => {
    expect(await named([join(folder, "onvifrtspserver.log")], "tail")).toBe(false);
  });
});
