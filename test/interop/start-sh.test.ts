import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cfgFolder, projectFolder } from "../support/camera-process.js";
import { ask, quiet, serviceIn } from "../support/command-line.js";
import { eventually } from "../support/fake-clock.js";
import { ended, type Ended } from "../support/namespace.js";
import { needs } from "../support/needs.js";

/** Longest time for installing and building, in seconds. */
const PATIENCE_S = 300;
const NOBODY = 65_534;

const missingClone = (): string | undefined => {
  if (!existsSync(join(projectFolder, ".git"))) return "this folder is no git checkout";
  return spawnSync("git", ["--version"]).status === 0 ? undefined : "git is not installed";
};

/** A clean clone of what is committed, with a folder of quiet cfg files in it. */
class Clone implements Disposable {
  readonly parent = mkdtempSync(join(tmpdir(), "onvifrtspserver-test-"));
  readonly folder = join(this.parent, "a camera");
  readonly #cfg = cfgFolder(quiet({ makesCertificate: true }));
  readonly #uid: number | undefined;

  constructor(uid?: number) {
    this.#uid = uid;
    const { status, stderr } = spawnSync("git", ["clone", "--quiet", "--no-hardlinks", projectFolder, this.folder]);
    if (status !== 0) throw new Error(stderr.toString());
    spawnSync("cp", ["-r", this.#cfg.folder, join(this.folder, "my cfg")]);
    if (uid === undefined) return;
    for (const path of [this.parent, this.#cfg.folder]) chownSync(path, uid, uid);
    spawnSync("chown", ["-R", `${uid}:${uid}`, this.parent]);
  }

  spawn(args: readonly string[], cwd = this.folder): ChildProcess {
    const { PATH = "" } = process.env;
    // A user of a service has no home folder, and may be set up for production.
    const bare = { PATH, HOME: "/nonexistent", NODE_ENV: "production" };
    const as = this.#uid === undefined ? {} : { uid: this.#uid, gid: this.#uid, env: bare };
    return spawn(join(this.folder, "start.sh"), args, { cwd, stdio: ["ignore", "pipe", "pipe"], ...as });
  }

  call(args: readonly string[], cwd?: string): Promise<Ended> {
    return ended(this.spawn(args, cwd), { seconds: PATIENCE_S });
  }

  [Symbol.dispose](): void {
    if (existsSync(join(this.folder, "dist")))
      spawnSync(join(this.folder, "start.sh"), ["stop", "-c", join(this.folder, "my cfg")]);
    this.#cfg.remove();
    rmSync(this.parent, { recursive: true, force: true });
  }
}

describe.runIf(needs("start.sh in a clean clone", missingClone()))("start.sh in a clean clone", () => {
  // Root tries it as somebody with less; what works for them works for root.
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;

  it(
    "installs, builds, runs, restarts and stops the camera for a user without special rights",
    async () => {
      using clone = new Clone(uid);
      const cfg = ["-c", "my cfg"];
      const started = await clone.call(cfg);
      expect([started.status, started.stderr]).toEqual([0, ""]);
      expect(started.stdout).toMatch(
        /^installing [^]*building [^]* {2}device {2}http:[^]* {2}log {5}.*my cfg\/onvifrtspserver\.log\n$/,
      );
      expect(await ask(serviceIn(started.stdout), "GetDeviceInformation")).toContain("Virtual Camera");

      // Nothing is installed or built again.
      expect((await clone.call(["start", ...cfg])).stdout).toMatch(/^it already runs \(process \d+\)/);
      const subfolder = join(clone.folder, "my cfg", "sub");
      mkdirSync(subfolder);
      expect((await clone.call(["-c", "..", "status"], subfolder)).stdout).toMatch(/^it runs/);
      expect((await clone.call(["logs", "-n", "1", ...cfg])).stdout).toMatch(/it serves/);
      const raise = ["event", "VideoSource/MotionAlarm", "State=true"];
      expect((await clone.call([...cfg, ...raise])).stdout).toContain("VideoSource/MotionAlarm");
      expect((await clone.call([...cfg, "event", "No/Such"])).status).toBe(64);
      expect((await clone.call(["restart", ...cfg])).stdout).toMatch(/^stopped\nonvifrtspserver Virtual Camera/);
      expect(await clone.call([...cfg, "stop"])).toMatchObject({ status: 0, stdout: "stopped\n" });
      expect((await clone.call(["status", ...cfg])).status).toBe(3);
      expect((await clone.call(["check", ...cfg])).stdout).toMatch(/are good: 2 profiles\n$/);

      const child = clone.spawn([...cfg, "--foreground"]);
      let output = "";
      child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await eventually(() => output.includes("log     this terminal"), 60_000);
      child.kill("SIGINT");
      expect(await once(child, "exit")).toEqual([0, null]);
    },
    PATIENCE_S * 1000,
  );
});

describe("start.sh, called wrongly or before its time,", () => {
  const call = (args: readonly string[]): Promise<Ended> => ended(spawn(join(projectFolder, "start.sh"), args));

  it("explains itself", async () => {
    const { status, stdout } = await call(["--help"]);
    expect(status).toBe(0);
    for (const word of [
      "start ",
      "stop ",
      "restart ",
      "status ",
      "logs ",
      "check ",
      "event ",
      "--foreground",
      "-c DIR",
      "--defaults",
    ])
      expect(stdout).toContain(`\n  ${word}`);
  });

  it.each([[["begin"]], [["-c"]], [["--wrong"]], [["start", "stop"]], [["--foreground", "stop"]]])(
    "ends with 64 and its usage: %j",
    async (args) => {
      const { status, stderr } = await call(args);
      expect(status).toBe(64);
      expect(stderr).toMatch(/^start\.sh: .*\nusage: /);
    },
  );

  it.runIf(needs("start.sh before its time", missingClone()))("says that it was never started", async () => {
    using clone = new Clone();
    expect(await clone.call(["status"])).toEqual({ status: 3, stdout: "it was never started here\n", stderr: "" });
    expect((await clone.call(["event"])).status).toBe(3);
    expect((await clone.call(["stop"])).status).toBe(0);
    expect(readdirSync(clone.folder)).not.toContain("node_modules");
  });
});
