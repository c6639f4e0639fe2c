import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { nodeHost } from "#host/node";
import { eventually, FakeClock } from "../../support/fake-clock.js";
import { FakeProcesses } from "../../support/fake-processes.js";

const folder = mkdtempSync(join(tmpdir(), "processes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const node = process.execPath;
const limits = { timeoutMs: 20_000, maxOutputBytes: 1_000_000 };
const script = (text: string): string[] => ["-e", text];

describe("programs run by the node host", () => {
  const { processes } = nodeHost();

  it("are found on PATH, and a path is taken as it is", async () => {
    expect(await processes.find("sh")).toMatch(/^\/.*\/sh$/);
    expect(await processes.find("/bin/sh")).toBe("/bin/sh");
    expect(await processes.find("no-such-program-here")).toBeUndefined();
    expect(await processes.find(folder)).toBeUndefined();
  });

  it("get their input and arguments, and give output and status", async () => {
    const echo = `process.stdin.pipe(process.stdout); process.stderr.write(process.argv[1]); process.exitCode = 3`;
    const result = await processes.run(node, [...script(echo), "; $(touch x)"], {
      ...limits,
      input: Buffer.from("some input"),
    });
    expect(result).toEqual({ status: 3, stdout: Buffer.from("some input"), stderr: "; $(touch x)", timedOut: false });
  });

  it("may run on and read what is written to them until their input ends", async () => {
    const path = join(folder, "read");
    const program = processes.start(
      node,
      [...script(`process.stdin.pipe(require("fs").createWriteStream(process.argv[1]))`), path],
      1000,
    );
    const ends: string[] = [];
    program.onExit((reason) => ends.push(reason));
    expect(program.write(Buffer.from("first, "))).toBe(true);
    expect(program.write(Buffer.from("second"))).toBe(true);
    await program.close();
    await program.close();
    expect([readFileSync(path, "utf8"), ends]).toEqual(["first, second", ["exit status 0"]]);
    expect(program.write(Buffer.from("late"))).toBe(false);
  });

  it("may not keep more waiting than was allowed, and are ended when they do not end", async () => {
    const program = processes.start(node, script("setInterval(() => {}, 1000)"), 300_000);
    const chunk = Buffer.alloc(100_000);
    const taken = Array.from({ length: 20 }, () => program.write(chunk));
    expect(taken.slice(0, 2)).toEqual([true, true]);
    expect(taken.at(-1)).toBe(false);
    const ends: string[] = [];
    program.onExit((reason) => ends.push(reason));
    await program.close();
    expect(ends).toEqual(["signal SIGTERM"]);
  });

  it("have ended at once when they cannot be started or fail", async () => {
    const missing = processes.start("/no/such/program", [], 1000);
    expect(await new Promise((done) => missing.onExit(done))).toContain("ENOENT");
    expect(missing.write(Buffer.of(1))).toBe(false);
    await missing.close();
    const failing = processes.start(node, script("console.error('no device'); process.exit(7)"), 1000);
    expect(await new Promise((done) => failing.onExit(done))).toBe("exit status 7: no device");
    await failing.close();
  });

  it("may leave their input unread", async () => {
    const result = await processes.run(node, script("process.exit(0)"), { ...limits, input: Buffer.alloc(5_000_000) });
    expect(result.status).toBe(0);
  });

  it("are killed when they take too long, though a child of theirs holds the pipes", async () => {
    const result = await processes.run("/bin/sh", ["-c", "echo begun; sleep 100 & sleep 100"], {
      ...limits,
      timeoutMs: 2000,
    });
    expect(result).toMatchObject({ status: undefined, timedOut: true });
    expect(result.stdout.toString()).toBe("begun\n");
  });

  it("are killed hard when they do not listen", async () => {
    const deaf = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`;
    const result = await processes.run(node, script(deaf), { ...limits, timeoutMs: 500 });
    expect(result.timedOut).toBe(true);
  });

  it("are killed when they print too much", async () => {
    const endless = "for (;;) require('fs').writeSync(1, 'x'.repeat(1000))";
    await expect(processes.run(node, script(endless), { ...limits, maxOutputBytes: 5000 })).rejects.toMatchObject({
      code: "output-limit",
    });
  });

  it("keep only the end of what they complain about", async () => {
    const result = await processes.run(node, script("console.error('a'.repeat(20000) + 'end')"), limits);
    expect(result.stderr).toHaveLength(8192);
    expect(result.stderr).toMatch(/aend\n$/);
  });

  it("that are not there are an error with the system's code", async () => {
    await expect(processes.run("/no/such/program", [], limits)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("workers forked by the node host", () => {
  const { processes } = nodeHost();
  const worker = (text: string): ReturnType<typeof processes.fork> => {
    const file = join(folder, `worker-${Math.random().toString(36).slice(2)}.mjs`);
    writeFileSync(file, text);
    return processes.fork(pathToFileURL(file));
  };

  it("exchange messages that keep bytes as bytes, and end when closed", async () => {
    const echo = worker(
      `process.on("message", (m) => process.send({ ...m, threads: process.env.UV_THREADPOOL_SIZE }))`,
    );
    const got: unknown[] = [];
    let reason = "";
    echo.onMessage((message) => got.push(message));
    echo.onExit((why) => (reason = why));
    echo.post({ bytes: new Uint8Array([1, 2, 3]), big: 5n });
    await eventually(() => got.length === 1);
    expect(got[0]).toEqual({ bytes: new Uint8Array([1, 2, 3]), big: 5n, threads: "16" });
    await echo.close();
    await echo.close();
    expect(reason).toBe("signal SIGTERM");
    echo.post("nobody hears this");
  });

  it.each([
    ["process.kill(process.pid, 'SIGSEGV')", /^signal SIGSEGV/],
    ["console.error('first'); console.error('the cause'); process.exit(4)", /^exit status 4: the cause$/],
    ["throw new Error('broken')", /^exit status 1/],
  ])("tell why they ended: %s", async (text, expected) => {
    let reason = "";
    const dying = worker(text);
    dying.onExit((why) => (reason = why));
    await eventually(() => reason !== "");
    expect(reason).toMatch(expected);
    await dying.close();
  });
});

describe("scripted programs", () => {
  it("are found, get their input, and are remembered", async () => {
    const processes = new FakeProcesses(new FakeClock());
    processes.install("tool", ({ args, input }) => ({
      stdout: `${args.join(" ")} ${Buffer.from(input ?? []).toString()}`,
    }));
    expect([await processes.find("tool"), await processes.find("other")]).toEqual(["/usr/bin/tool", undefined]);
    const result = await processes.run("/usr/bin/tool", ["-a"], { ...limits, input: Buffer.from("in") });
    expect(result).toEqual({ status: 0, stdout: Buffer.from("-a in"), stderr: "", timedOut: false });
    expect(processes.runs).toHaveLength(1);
    await expect(processes.run("other", [], limits)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("are stopped by the fake clock and by the output limit", async () => {
    const clock = new FakeClock();
    const processes = new FakeProcesses(clock);
    processes.install("slow", () => "hang");
    processes.install("loud", () => ({ stdout: "x".repeat(2_000_000) }));
    const slow = processes.run("slow", [], limits);
    await clock.advance(20_000);
    expect((await slow).timedOut).toBe(true);
    await expect(processes.run("loud", [], limits)).rejects.toMatchObject({ code: "output-limit" });
  });

  it("play workers, which end when closed", async () => {
    const clock = new FakeClock();
    const processes = new FakeProcesses(clock);
    processes.onFork = (worker) => worker.onReceive((message) => worker.reply({ echo: message }));
    const worker = processes.fork(new URL("file:///worker.js"));
    const got: unknown[] = [];
    const ends: string[] = [];
    worker.onMessage((message) => got.push(message));
    worker.onExit((reason) => ends.push(reason));
    worker.post("hello");
    await clock.settle();
    await worker.close();
    await clock.settle();
    expect([got, ends]).toEqual([[{ echo: "hello" }], ["signal SIGTERM"]]);
  });
});
