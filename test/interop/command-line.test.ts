import { spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../support/camera-process.js";
import { ask, CommandLine, serviceIn } from "../support/command-line.js";
import { eventually } from "../support/fake-clock.js";
import { ended } from "../support/namespace.js";
import { needs } from "../support/needs.js";

const { version } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as { version: string };
/** Time for what takes a moment on a quiet computer. */
const PATIENCE_MS = 30_000;

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const modelOf = async (service: string): Promise<string | undefined> =>
  /Model>([^<]*)</.exec(await ask(service, "GetDeviceInformation"))?.[1];
const change = (camera: CommandLine, name: string, from: string | RegExp, to: string): void =>
  writeFileSync(camera.path(name), camera.text(name).replace(from, to));

/** Asks the event service at that address, or at that of the service of a camera; the answer as text. */
async function askEvents(service: string, operation: string, content = ""): Promise<string> {
  const e = "http://www.onvif.org/ver10/events/wsdl";
  const body = `<e:${operation} xmlns:e="${e}">${content}</e:${operation}>`;
  const reply = await fetch(service.replace("device_service", "event_service"), {
    method: "POST",
    headers: { "Content-Type": "application/soap+xml" },
    body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`,
  });
  return reply.text();
}

/** A port that somebody else has; none that the system gives out by itself, so that it is free once `server` is closed. */
async function takenPort(): Promise<{ readonly port: number; readonly server: Server }> {
  for (;;) {
    const server = createServer();
    const port = randomInt(20_000, 32_000);
    server.listen(port, "127.0.0.1");
    const isMine = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (isMine) return { port, server };
  }
}

/** Kills the daemon and waits until it is gone. */
async function killed(camera: CommandLine): Promise<void> {
  const { pid } = camera;
  process.kill(pid, "SIGKILL");
  await eventually(() => !runs(pid), PATIENCE_MS);
}

/** What nobody has waited for yet does not run any more either. */
const runs = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe.concurrent("what can be asked without a camera", () => {
  it("is the version", async () => {
    await using camera = new CommandLine();
    expect(await camera.call(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("is help, with every command and option of the README", async () => {
    await using camera = new CommandLine();
    const { status, stdout } = await camera.call(["--help"]);
    expect(status).toBe(0);
    for (const word of ["start", "stop", "restart", "status", "logs", "check", "event"])
      expect(stdout).toMatch(`\n  ${word} `);
    for (const word of ["-c, --config", "-l, --list", "--defaults", "-V, --version", "-h, --help"])
      expect(stdout).toContain(word);
    for (const code of ["64", "69", "78", "SIGHUP"]) expect(stdout).toContain(code);
    expect(stdout).toMatch(/--defaults +delete onvifrun\.cfg/);
    expect(stdout).not.toContain("as-daemon");
  });

  it.each(["device", "videodevice", "audiodevice", "window"])("is what can be captured: -l %s", async (kind) => {
    await using camera = new CommandLine();
    const { status, stdout } = await camera.call(["-l", kind]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Available [^]*none \(this version cannot capture\)/);
  });

  it.each([
    [["--wrong"], "--wrong"],
    [["-l", "speaker"], "speaker"],
    [["-l"], "-l"],
    [["begin"], "begin"],
    [["start", "now"], "too many arguments"],
    [["logs", "-n", "many"], "1 to 100000"],
  ])("ends with 64 when it is called wrongly: %j", async (args, word) => {
    await using camera = new CommandLine();
    const { status, stderr, stdout } = await camera.call(args);
    expect([status, stdout]).toEqual([64, ""]);
    expect(stderr).toContain(word);
  });
});

describe.concurrent("check", () => {
  it("says that the cfg files are good", async () => {
    await using camera = new CommandLine();
    const { status, stdout, stderr } = await camera.call(["check"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`the cfg files of ${camera.folder} are good: 2 profiles\n`);
  });

  it("lists all problems of both files with file, line and column, and ends with 78", async () => {
    await using camera = new CommandLine({
      onvif: { http_port: "70000", need_auth: "yes" },
      rtsp: { serverport: "x" },
    });
    const lineOf = (name: string, tag: string): number =>
      camera
        .text(name)
        .split("\n")
        .findIndex((line) => line.includes(`<${tag}>`)) + 1;
    const { status, stdout, stderr } = await camera.call(["check"]);
    expect([status, stdout]).toEqual([78, ""]);
    const problems = stderr.trimEnd().split("\n").slice(1);
    expect(problems).toEqual([
      expect.stringMatching(
        `^${camera.path("onvif.cfg")}:${lineOf("onvif.cfg", "http_port")}:5: error: <http_port> "70000" .*1 to 65535`,
      ),
      expect.stringMatching(
        `^${camera.path("onvif.cfg")}:${lineOf("onvif.cfg", "need_auth")}:5: error: <need_auth> "yes" .*0 or 1`,
      ),
      expect.stringMatching(
        `^${camera.path("rtsp.cfg")}:${lineOf("rtsp.cfg", "serverport")}:5: error: <serverport> "x"`,
      ),
    ]);
  });

  it("warns of an unknown tag, with the one that may be meant", async () => {
    await using camera = new CommandLine();
    change(camera, "onvif.cfg", /need_auth>/g, "need_aut>");
    const { status, stdout } = await camera.call(["check"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/onvif\.cfg:\d+:\d+: warning: <need_aut> .*Did you mean <need_auth>\?/);
  });

  it("ends with 78 where there are no cfg files, and says where samples are", async () => {
    await using camera = new CommandLine();
    rmSync(camera.path("rtsp.cfg"));
    const { status, stderr } = await camera.call(["check"]);
    expect(status).toBe(78);
    expect(stderr).toMatch(/rtsp\.cfg: error: there is no such file; ready samples are in the folder config\//);
  });
});

describe.concurrent("the daemon", () => {
  it("starts, says what a person needs, runs once, tells its state and log, restarts and stops", async () => {
    await using camera = new CommandLine({ makesCertificate: true });
    const started = await camera.call(["start"]);
    expect([started.status, started.stderr]).toEqual([0, ""]);
    expect(started.stdout).toMatch(/ {2}device {2}http:\/\/127\.0\.0\.1:[1-9]\d*\/onvif\/device_service\n/);
    expect(started.stdout).toMatch(/ {2}device {2}https:\/\/127\.0\.0\.1:[1-9]\d*\//);
    expect(started.stdout).toMatch(/ {2}stream {2}rtsp:\/\/127\.0\.0\.1:[1-9]\d*\/test\.mp4 {2}\(main\)\n/);
    expect(started.stdout).toContain("users   admin (Administrator) (no login needed)");
    expect(started.stdout).toContain(`log     ${camera.path("onvifrtspserver.log")}`);
    expect(await modelOf(serviceIn(started.stdout))).toBe("Virtual Camera");

    const { pid } = camera;
    const second = await camera.call(["start"]);
    expect([second.status, second.stdout]).toEqual([
      0,
      `it already runs (process ${pid}); stop ends it, restart starts it anew\n`,
    ]);
    const foreground = await camera.call([]);
    expect(foreground.status).toBe(1);
    expect(foreground.stderr).toContain(`it already runs with the cfg files of ${camera.folder} (process ${pid})`);
    const status = await camera.call(["status"]);
    expect([status.status, status.stdout]).toEqual([
      0,
      `it runs (process ${pid}); the log is ${camera.path("onvifrtspserver.log")}\n`,
    ]);
    expect((await camera.call(["logs"])).stdout).toMatch(/INFO +onvif .*certificate[^]*INFO +rtsp +it serves streams=/);
    expect((await camera.call(["logs", "-n", "1"])).stdout.trimEnd().split("\n")).toHaveLength(1);

    const restarted = await camera.call(["restart"]);
    expect(restarted.stdout).toMatch(/^stopped\n.*Virtual Camera/);
    expect(camera.pid).not.toBe(pid);
    expect(await modelOf(serviceIn(restarted.stdout))).toBe("Virtual Camera");
    expect(await camera.call(["stop"])).toMatchObject({ status: 0, stdout: "stopped\n" });
    expect(camera.text("onvifrtspserver.pid")).toBe("");
    expect(await camera.call(["status"])).toMatchObject({ status: 3, stderr: "onvifrtspserver: it does not run\n" });
    expect(await camera.call(["stop"])).toMatchObject({ status: 0, stdout: "it does not run\n" });
    await expect(ask(serviceIn(restarted.stdout), "GetHostname")).rejects.toThrow();
    expect(camera.text("onvifrtspserver.log").trimEnd().split("\n").at(-1)).toContain("it has ended");
  });

  it("runs with the folder named by a relative path, and with the present folder", async () => {
    await using camera = new CommandLine();
    const started = await camera.call(["start", "-c", basename(camera.folder)], { cwd: dirname(camera.folder) });
    expect(started.status).toBe(0);
    expect((await camera.call(["status", "-c", "."])).status).toBe(0);
    const { status, stdout } = await camera.call(["stop", "-c", camera.folder]);
    expect([status, stdout]).toEqual([0, "stopped\n"]);
  });

  it("logs JSON lines, all of them, a failing start included", async () => {
    await using camera = new CommandLine();
    await camera.call(["start"]);
    await camera.call(["stop"]);
    change(camera, "onvif.cfg", "<need_auth>0", "<need_auth>many");
    expect((await camera.call(["start"])).status).toBe(78);
    const lines = camera.text("onvifrtspserver.log").trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(Number) as number,
        msg: expect.any(String) as string,
      });
    expect(lines.at(-1)).toMatch(/"level":60.*need_auth/);
    expect((await camera.call(["logs", "-n", "1"])).stdout).toMatch(/FATAL .*need_auth/);
  });

  it("logs into the file that <log_file> names, which logs and status then know", async () => {
    await using camera = new CommandLine({ rtsp: { log_file: "my.log" } });
    const started = await camera.call(["start"]);
    expect(started.stdout).toContain(`log     ${camera.path("my.log")}`);
    expect(camera.text("my.log")).toContain("it serves");
    expect((await camera.call(["logs"])).stdout).toContain("it serves");
    expect((await camera.call(["status"])).stdout).toContain(camera.path("my.log"));
  });

  it("ends with 69 where that file cannot be written, and names the tag", async () => {
    await using camera = new CommandLine({ rtsp: { log_file: "none/my.log" } });
    const { status, stderr } = await camera.call(["start"]);
    expect(status).toBe(69);
    expect(stderr).toMatch(/my\.log cannot be written .*change <log_file> in rtsp\.cfg\n$/);
    expect(camera.text("onvifrtspserver.pid")).toBe("");
  });

  it("logs nothing with log_enable 0 on both sides, and says that the log is off", async () => {
    await using camera = new CommandLine({ onvif: { log_enable: "0" }, rtsp: { log_enable: "0" } });
    const started = await camera.call(["start"]);
    expect(started.stdout).toMatch(/ {2}log {5}off\n$/);
    expect(await modelOf(serviceIn(started.stdout))).toBe("Virtual Camera");
    await camera.call(["stop"]);
    expect(camera.text("onvifrtspserver.log")).toBe("");
  });

  it.each([
    ["onvif", "http_port", "onvif.cfg"],
    ["onvif", "https_port", "onvif.cfg"],
    ["rtsp", "serverport", "rtsp.cfg"],
  ] as const)("ends with 69 and one sentence where the port of <%s %s> is taken", async (side, tag, file) => {
    const { port, server } = await takenPort();
    await using camera = new CommandLine({ [side]: { [tag]: String(port) } });
    const sentence = `onvifrtspserver: port ${port} is taken by another program; end that one, or change <${tag}> in ${file}\n`;
    expect(await camera.call(["start"])).toEqual({ status: 69, stdout: "", stderr: sentence });
    const foreground = await camera.call([]);
    expect([foreground.status, foreground.stderr]).toEqual([69, sentence]);
    expect(camera.text("onvifrtspserver.pid")).toBe("");
    server.close();
    await once(server, "close");
    expect((await camera.call(["start"])).status).toBe(0);
  });

  it("is not ended by a restart with wrong cfg files", async () => {
    await using camera = new CommandLine();
    const started = await camera.call(["start"]);
    change(camera, "onvif.cfg", "<need_auth>0", "<need_auth>many");
    expect((await camera.call(["restart"])).status).toBe(78);
    expect(await modelOf(serviceIn(started.stdout))).toBe("Virtual Camera");
    expect((await camera.call(["status"])).status).toBe(0);
  });

  it("starts again after kill -9, with what clients had changed", async () => {
    await using camera = new CommandLine();
    const started = await camera.call(["start"]);
    await ask(serviceIn(started.stdout), "SetHostname", "<Name>gate-7</Name>");
    await eventually(() => camera.text("onvifrun.cfg").includes("gate-7"), PATIENCE_MS);
    await killed(camera);
    expect((await camera.call(["status"])).status).toBe(3);
    const again = await camera.call(["start"]);
    expect(again.status).toBe(0);
    expect(await ask(serviceIn(again.stdout), "GetHostname")).toContain("gate-7");
    expect((await camera.call(["stop"])).stdout).toBe("stopped\n");
  });

  it("leaves a run file that can be read wherever kill -9 hits it", async () => {
    await using camera = new CommandLine();
    for (const delayMs of [490, 503, 515]) {
      const service = serviceIn((await camera.call(["start"])).stdout);
      await ask(service, "SetHostname", `<Name>gate-${delayMs}</Name>`);
      await pause(delayMs);
      await killed(camera);
      const { status, stdout } = await camera.call(["check"]);
      expect([status, stdout]).toEqual([0, expect.not.stringContaining("damaged")]);
    }
    await camera.call(["start"]);
    expect(camera.text("onvifrtspserver.log")).not.toContain("set aside");
  });

  it("deletes what clients have changed with --defaults", async () => {
    await using camera = new CommandLine();
    const started = await camera.call(["start"]);
    await ask(serviceIn(started.stdout), "SetHostname", "<Name>gate-7</Name>");
    await camera.call(["stop"]);
    expect(camera.text("onvifrun.cfg")).toContain("gate-7");
    const again = await camera.call(["start", "--defaults"]);
    expect(camera.text("onvifrun.cfg")).toBe("");
    expect(await ask(serviceIn(again.stdout), "GetHostname")).not.toContain("gate-7");
  });

  it("reads good cfg files again at SIGHUP, and goes on with wrong ones left out", async () => {
    await using camera = new CommandLine();
    const { port, server } = await takenPort();
    server.close();
    await once(server, "close");
    change(camera, "onvif.cfg", "<http_port>0", `<http_port>${port}`);
    const service = serviceIn((await camera.call(["start"])).stdout);
    change(camera, "onvif.cfg", "<Model>Virtual Camera", "<Model>Another");
    process.kill(camera.pid, "SIGHUP");
    await eventually(() => camera.text("onvifrtspserver.log").includes("have been taken up"), PATIENCE_MS);
    expect(await modelOf(service)).toBe("Another");
    change(camera, "onvif.cfg", "<Model>Another", "<Model>Third");
    change(camera, "onvif.cfg", "<need_auth>0", "<need_auth>many");
    process.kill(camera.pid, "SIGHUP");
    await eventually(() => camera.text("onvifrtspserver.log").includes("wrong and not taken up"), PATIENCE_MS);
    expect(await modelOf(service)).toBe("Another");
    expect((await camera.call(["stop"])).stdout).toBe("stopped\n");
  });
});

describe.concurrent("event", () => {
  it("has the daemon raise events, over a socket that only its owner may use", async () => {
    await using camera = new CommandLine({ onvif: { simulate_enable: "0" } });
    expect(await camera.call(["event"])).toMatchObject({ status: 3, stdout: "" });
    const { stdout } = await camera.call(["start"]);
    expect(statSync(camera.path("onvifrtspserver.sock")).mode & 0o777).toBe(0o600);
    const listed = await camera.call(["event"]);
    expect(listed.stdout).toMatch(/^tns1:VideoSource\/MotionAlarm Source=tt:ReferenceToken State=xs:boolean$/m);
    const created = await askEvents(serviceIn(stdout), "CreatePullPointSubscription");
    const address = /Address>([^<]*)</.exec(created)?.[1] ?? "";
    const pull = "<e:Timeout>PT5S</e:Timeout><e:MessageLimit>100</e:MessageLimit>";
    await askEvents(address, "PullMessages", pull);
    const raised = await camera.call(["event", "VideoSource/MotionAlarm", "State=true"]);
    expect(raised).toEqual({
      status: 0,
      stdout: "tns1:VideoSource/MotionAlarm Changed Source=video_source_1 State=true\n",
      stderr: "",
    });
    expect(await askEvents(address, "PullMessages", pull)).toMatch(/MotionAlarm<[^]*Name="State" Value="true"/);
    for (const [args, reason] of [
      [["VideoSource/Nothing"], "there is no topic VideoSource/Nothing; there are:"],
      [["VideoSource/MotionAlarm", "State=perhaps"], "the item State is true or false"],
      [["VideoSource/MotionAlarm", "State"], "State is not of the form NAME=VALUE"],
    ] as const) {
      const { status, stderr } = await camera.call(["event", ...args]);
      expect(status).toBe(64);
      expect(stderr).toContain(reason);
    }
    await camera.call(["stop"]);
    expect(existsSync(camera.path("onvifrtspserver.sock"))).toBe(false);
  });
});

describe.concurrent("the foreground", () => {
  /** The program in the foreground, once it serves. */
  async function serving(camera: CommandLine) {
    const child = camera.spawn(["-c", camera.folder]);
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => output.includes("  log     "), PATIENCE_MS);
    return { child, output: () => output };
  }

  it.each(["SIGINT", "SIGTERM"] as const)("logs to the terminal and ends cleanly at %s", async (signal) => {
    await using camera = new CommandLine();
    const { child, output } = await serving(camera);
    expect(output()).toMatch(/^\d{4}-.* INFO +onvif /m);
    expect(output()).toContain("log     this terminal");
    expect(camera.pid).toBe(child.pid);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(camera.text("onvifrtspserver.pid")).toBe("");
    expect(output().trimEnd()).toMatch(/it has ended$/);
  });

  it("goes on when nobody reads its output any more", async () => {
    await using camera = new CommandLine();
    const { child, output } = await serving(camera);
    child.stdout?.destroy();
    const service = serviceIn(output());
    for (let times = 0; times < 5; times++) expect(await modelOf(service)).toBe("Virtual Camera");
    process.kill(child.pid ?? 0, "SIGHUP");
    await pause(1000);
    expect(child.exitCode).toBe(null);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  /** Runs the program on a terminal of its own, which is closed when the program serves. */
  const hangUp = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
output = b""
while b"  log     " not in output:
    output += os.read(terminal, 65536)
os.close(terminal)
print(os.waitpid(pid, 0)[1])
`;
  it.runIf(needs("a closed terminal", has("python3") ? undefined : "python3 is not installed"))(
    "ends cleanly when its terminal is closed, of that signal",
    async () => {
      await using camera = new CommandLine();
      const program = [process.execPath, join(projectFolder, "bin", "onvifrtspserver"), "-c", camera.folder];
      const { stdout } = await ended(spawn("python3", ["-c", hangUp, ...program]), { seconds: 45 });
      expect(stdout).toBe("1\n");
      expect(camera.text("onvifrtspserver.pid")).toBe("");
    },
  );

  it("ends cleanly when the signal comes while it starts", async () => {
    await using camera = new CommandLine();
    for (const delayMs of [150, 250, 300, 350, 400, 500]) {
      const child = camera.spawn(["-c", camera.folder]);
      const exit = once(child, "exit");
      await pause(delayMs);
      child.kill("SIGTERM");
      // Before it listens for signals it has opened nothing yet.
      expect([
        [0, null],
        [null, "SIGTERM"],
      ]).toContainEqual(await exit);
      expect(camera.text("onvifrtspserver.pid")).toBe("");
    }
  });
});

const root = process.getuid?.() === 0;
const NOBODY = 65_534;
describe.runIf(needs("ordinary users", root ? undefined : "only root can run programs as another user"))(
  "an ordinary user",
  () => {
    /** A folder that is theirs. */
    const own = (camera: CommandLine): void => {
      for (const path of [camera.folder, camera.path("onvif.cfg"), camera.path("rtsp.cfg")])
        chownSync(path, NOBODY, NOBODY);
    };

    it("starts, restarts and stops the daemon", async () => {
      await using camera = new CommandLine({ makesCertificate: true });
      own(camera);
      const started = await camera.call(["start"], { uid: NOBODY });
      expect([started.stderr, started.status]).toEqual(["", 0]);
      expect(await modelOf(serviceIn(started.stdout))).toBe("Virtual Camera");
      expect((await camera.call(["restart"], { uid: NOBODY })).status).toBe(0);
      expect((await camera.call(["stop"], { uid: NOBODY })).stdout).toBe("stopped\n");
    });

    it("is told in one sentence that a folder cannot be written, and what to do", async () => {
      await using camera = new CommandLine();
      chmodSync(camera.folder, 0o755);
      for (const args of [["start"], []]) {
        const { status, stdout, stderr } = await camera.call(args, { uid: NOBODY });
        expect([status, stdout]).toEqual([69, ""]);
        expect(stderr).toMatch(/^onvifrtspserver: .*cannot be written.*-c DIR[^\n]*\n$/);
      }
    });

    it("cannot stop root's camera, and is told so", async () => {
      await using camera = new CommandLine();
      chmodSync(camera.folder, 0o755);
      await camera.call(["start"]);
      expect((await camera.call(["status"], { uid: NOBODY })).status).toBe(0);
      const { status, stderr } = await camera.call(["stop"], { uid: NOBODY });
      expect([status, stderr]).toEqual([
        1,
        `onvifrtspserver: process ${camera.pid} is another user's; only that user or root can end it\n`,
      ]);
    });

    const first = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
    it.runIf(needs("ports below 1024", first > 81 ? undefined : "this computer lets everybody open them"))(
      "is told in one sentence that a port below 1024 needs rights",
      async () => {
        await using camera = new CommandLine({ onvif: { http_port: "81" }, makesCertificate: true });
        own(camera);
        const { status, stderr } = await camera.call(["start"], { uid: NOBODY });
        expect(status).toBe(69);
        expect(stderr).toBe(
          "onvifrtspserver: port 81 needs special rights (below 1024); change <http_port> in onvif.cfg to a higher one, or run as root\n",
        );
      },
    );
  },
);

it("keeps two cameras of two folders apart", async () => {
  await using one = new CommandLine({ onvif: { Model: "One" } });
  await using two = new CommandLine({ onvif: { Model: "Two" } });
  const [first, second] = [await one.call(["start"]), await two.call(["start"])];
  expect(await modelOf(serviceIn(first.stdout))).toBe("One");
  expect(await modelOf(serviceIn(second.stdout))).toBe("Two");
  // A process id that is used again must not make one camera answer for another.
  mkdirSync(one.path("spare"));
  writeFileSync(one.path("spare/onvifrtspserver.pid"), `${two.pid}\n`);
  expect((await one.call(["stop", "-c", one.path("spare")])).stdout).toBe("it does not run\n");
  await one.call(["stop"]);
  expect(await modelOf(serviceIn(second.stdout))).toBe("Two");
});
