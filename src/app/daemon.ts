import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "#util/errors";
import { Exit, EXIT_NOT_RUNNING, EXIT_UNAVAILABLE } from "./exit.js";
import { formatLine } from "./logging.js";
import { programFolder, stateFiles } from "./paths.js";
import { runningPid } from "./pid-file.js";

/** What the daemon tells the command that started it, once. */
export type DaemonReport = { readonly ready: string } | { readonly failed: string; readonly status: number };

/**
 * As in the first line of the program. Room for new objects, in MB: V8 takes 16 twice by itself, nearly all of which
 * would only hold what nobody needs any more (docs/performance.md).
 */
const NODE_FLAGS = ["--max-semi-space-size=4"];

/** Longest start, in ms. */
const START_MS = 60_000;
/** Time for a clean end before the process is killed, in ms. */
const STOP_MS = 12_000;

/** Starts the daemon and waits until it serves. Returns its summary; throws `Exit` with its reason when it cannot. */
export async function startDaemon(folder: string, defaults: boolean): Promise<string> {
  const files = stateFiles(folder);
  const owner = otherPid(files.pid);
  if (owner !== undefined) return `it already runs (process ${owner}); stop ends it, restart starts it anew`;
  const log = openLog(files.log);
  const program = join(programFolder(), "bin", "onvifrtspserver");
  const args = [...NODE_FLAGS, program, "-c", folder, ...(defaults ? ["--defaults"] : []), "--as-daemon"];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const report = await new Promise<DaemonReport>((resolve) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({ failed: `it did not start within ${START_MS / 1000} s; see ${files.log}`, status: 1 });
    }, START_MS);
    const finish = (result: DaemonReport): void => {
      clearTimeout(timer);
      resolve(result);
    };
    child.once("message", (message) => finish(message as DaemonReport));
    child.once("error", (error) => finish({ failed: error.message, status: 1 }));
    // Comes after all messages, which the end of the process may not.
    child.once("disconnect", () => finish({ failed: `it ended while it started; see ${files.log}`, status: 1 }));
  });
  if ("failed" in report) throw new Exit(report.status, report.failed);
  if (child.connected) child.disconnect();
  child.unref();
  return report.ready;
}

function openLog(path: string): number {
  try {
    return openSync(path, "a", 0o640);
  } catch (error) {
    throw new Exit(
      EXIT_UNAVAILABLE,
      `the log file cannot be written: ${messageOf(error)}; name a folder with -c DIR that can be, with copies of onvif.cfg and rtsp.cfg in it`,
    );
  }
}

/** Ends the daemon: it says Bye and writes its state first. */
export async function stopDaemon(folder: string): Promise<string> {
  const { pid: path } = stateFiles(folder);
  const pid = otherPid(path);
  if (pid === undefined) return "it does not run";
  signal(pid, "SIGTERM");
  for (let waited = 0; waited < STOP_MS; waited += 50) {
    if (otherPid(path) !== pid) return "stopped";
    await wait(50);
  }
  signal(pid, "SIGKILL");
  return `it did not end within ${STOP_MS / 1000} s and was killed`;
}

/** Says whether it runs; throws `Exit` 3 when it does not, as init scripts do. */
export function daemonStatus(folder: string, log: string): string {
  const pid = otherPid(stateFiles(folder).pid);
  if (pid === undefined) throw new Exit(EXIT_NOT_RUNNING, "it does not run");
  return `it runs (process ${pid}); the log is ${log}`;
}

/** The process that serves the folder; a file left from before may name the very process that asks. */
function otherPid(path: string): number | undefined {
  const pid = runningPid(path);
  return pid === process.pid ? undefined : pid;
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPERM") throw new Exit(1, `process ${pid} is another user's; only that user or root can end it`);
    if (code !== "ESRCH") throw error;
  }
}

/** Most of a log that is looked at, in bytes. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/** The end of a log, for people. */
export function lastLogLines(path: string, lines: number): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    throw new Exit(1, `there is no log at ${path} yet`);
  }
  try {
    const { size } = fstatSync(file);
    let found: readonly string[] = [];
    for (let length = 65_536; ; length *= 4) {
      const bytes = Buffer.alloc(Math.min(size, length, MAX_LOG_BYTES));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const whole = bytes.length === size;
      // The first line is cut unless it is that of the file.
      found = bytes
        .toString("utf8")
        .split("\n")
        .slice(whole ? 0 : 1)
        .filter(Boolean);
      if (whole || found.length >= lines || bytes.length === MAX_LOG_BYTES) break;
    }
    return found.slice(-lines).map(formatLine).join("\n");
  } finally {
    closeSync(file);
  }
}
