import { fork, spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CodedError, messageOf } from "#util/errors";
import type { Processes, RunningProgram, RunOptions, RunResult, Worker, WorkerPort } from "./processes.js";
import { coded } from "./system-error.js";

/** From SIGTERM to SIGKILL. */
const KILL_AFTER_MS = 2000;
const STDERR_TAIL_BYTES = 8192;

const ignore = (): void => {};

/** Programs of the system, and forked modules of this one. */
export const nodeProcesses: Processes = {
  async find(program: string): Promise<string | undefined> {
    const folders = program.includes("/") ? [""] : (process.env["PATH"] ?? "").split(delimiter);
    for (const folder of folders) {
      const path = resolve(folder, program);
      try {
        await fs.access(path, constants.X_OK);
        if ((await fs.stat(path)).isFile()) return path;
      } catch {
        continue;
      }
    }
    return undefined;
  },

  run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
    return new Promise((done, failed) => {
      const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
      const kill = killer(child);
      const stderr = tailOf(child.stderr);
      const output: Buffer[] = [];
      let outputBytes = 0;
      let timedOut = false;
      const deadline = setTimeout(() => {
        timedOut = true;
        kill();
      }, options.timeoutMs);
      child.stdout.on("data", (chunk: Buffer) => {
        outputBytes += chunk.length;
        if (outputBytes > options.maxOutputBytes) kill();
        else output.push(chunk);
      });
      child.once("error", (error) => {
        clearTimeout(deadline);
        failed(coded(error, "cannot run", { program }));
      });
      child.once("close", (status) => {
        clearTimeout(deadline);
        if (outputBytes > options.maxOutputBytes && !timedOut) {
          const limit = options.maxOutputBytes;
          failed(new CodedError("output-limit", `${program} printed more than ${limit} bytes`, { program, limit }));
        } else {
          done({ status: status ?? undefined, stdout: Buffer.concat(output), stderr: stderr(), timedOut });
        }
      });
      child.stdin.on("error", ignore);
      child.stdin.end(options.input);
    });
  },

  start: (program, args, maxWaitingBytes): RunningProgram => new NodeProgram(program, args, maxWaitingBytes),

  fork: (module: URL): Worker => new NodeWorker(module),
};

/** Ends `child` with SIGTERM, then SIGKILL, and lets go of pipes that a descendant of it may still hold. */
function killer(child: ChildProcess): () => void {
  let begun = false;
  return () => {
    if (begun) return;
    begun = true;
    child.kill("SIGTERM");
    const last = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    const release = (): void => {
      clearTimeout(last);
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    if (child.exitCode === null && child.signalCode === null) child.once("exit", release);
    else release();
  };
}

function tailOf(stream: NodeJS.ReadableStream | null): () => string {
  let tail = Buffer.alloc(0);
  stream?.on("data", (chunk: Buffer) => {
    tail = Buffer.from(Buffer.concat([tail, chunk]).subarray(-STDERR_TAIL_BYTES));
  });
  return () => tail.toString("utf8");
}

/** How a child has ended: its status or signal, and its last words. */
const endOf = (child: ChildProcess, stderr: () => string): Promise<string> =>
  new Promise((ended) => {
    child.once("error", (error) => ended(messageOf(error)));
    child.once("exit", (status, signal) => {
      const lastLine = stderr().trimEnd().split("\n").at(-1) ?? "";
      ended((signal === null ? `exit status ${status}` : `signal ${signal}`) + (lastLine && `: ${lastLine}`));
    });
  });

class NodeProgram implements RunningProgram {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #maxWaitingBytes: number;
  #closing = false;

  constructor(program: string, args: readonly string[], maxWaitingBytes: number) {
    this.#child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"] });
    this.#maxWaitingBytes = maxWaitingBytes;
    this.#child.stdin?.on("error", ignore);
    this.#ended = endOf(this.#child, tailOf(this.#child.stderr));
  }

  write(data: Uint8Array): boolean {
    const { stdin } = this.#child;
    if (!stdin?.writable || stdin.writableLength + data.length > this.#maxWaitingBytes) return false;
    stdin.write(data);
    return true;
  }

  onExit(handler: (reason: string) => void): void {
    void this.#ended.then(handler);
  }

  async close(): Promise<void> {
    if (!this.#closing && this.#child.pid !== undefined) {
      this.#closing = true;
      this.#child.stdin?.end();
      const last = setTimeout(killer(this.#child), KILL_AFTER_MS);
      this.#child.once("exit", () => clearTimeout(last));
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) clearTimeout(last);
    }
    await this.#ended;
  }
}

class NodeWorker implements Worker {
  readonly #child: ChildProcess;
  readonly #kill: () => void;
  readonly #ended: Promise<string>;

  constructor(module: URL) {
    // FFmpeg's blocking reads take a thread each; with the usual four they would stop the worker's own file access.
    this.#child = fork(fileURLToPath(module), [], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, UV_THREADPOOL_SIZE: "16" },
    });
    this.#kill = killer(this.#child);
    this.#ended = endOf(this.#child, tailOf(this.#child.stderr));
  }

  post(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, ignore);
  }

  onMessage(handler: (message: unknown) => void): void {
    this.#child.on("message", handler);
  }

  onExit(handler: (reason: string) => void): void {
    void this.#ended.then(handler);
  }

  async close(): Promise<void> {
    if (this.#child.pid !== undefined) this.#kill();
    await this.#ended;
  }
}

/** The worker's end of a fork; the worker ends when its parent does. Throws where nobody forked this process. */
export function workerPort(): WorkerPort {
  const send = process.send?.bind(process);
  if (!send) throw new CodedError("not-a-worker", "this module runs only as a forked worker");
  process.once("disconnect", () => process.exit(0));
  return {
    post: (message) => void send(message),
    onMessage: (handler) => void process.on("message", handler),
  };
}
