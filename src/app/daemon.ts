import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, fstatSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { formatLine } from "./logging.js";
import { programFolder, stateFiles } from "./paths.js";
import { runningPid } from "./pid-file.js";
import { Exit } from "./run.js";

/** What the daemon tells the command that started it, once. */
export type DaemonReport = { readonly ready: string } | { readonly failed: string; readonly status: number };

/** Longest start, in ms. */
const START_MS = 60_000;
/** Time for a clean end before the process is killed, in ms. */
const STOP_MS = 10_000;

/** Starts the daemon and waits until it serves. Returns its summary; throws `Exit` with its reason when it cannot. */
export async function startDaemon(folder: string, defaults: boolean): Promise<string> {
  const files = stateFiles(folder);
  const owner = runningPid(files.pid);
  if (owner !== undefined) return `it already runs (process ${owner}); stop ends it, restart starts it anew`;
  let log: number;
  try {
    log = openSync(files.log, "a");
  } catch (error) {
    throw new Exit(69, `the log file cannot be written: ${String(error)}; name another folder with -c DIR`);
  }
  const program = join(programFolder(), "bin", "onvifrtspserver");
  const child = spawn(process.execPath, [program, "-c", folder, ...(defaults ? ["--defaults"] : []), "--as-daemon"], {
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
    child.once("exit", (status) => finish({ failed: `it ended at once; see ${files.log}`, status: status ?? 1 }));
  });
  if ("failed" in report) throw new Exit(report.status, report.failed);
  child.disconnect();
  child.unref();
  return report.ready;
}

/** Ends the daemon: it says Bye and writes its state first. */
export async function stopDaemon(folder: string): Promise<string> {
  const { pid: path } = stateFiles(folder);
  const pid = runningPid(path);
  if (pid === undefined) return "it does not run";
  process.kill(pid, "SIGTERM");
  for (let waited = 0; waited < STOP_MS; waited += 50) {
    if (runningPid(path) === undefined) return "stopped";
    await wait(50);
  }
  process.kill(pid, "SIGKILL");
  return `it did not end within ${STOP_MS / 1000} s and was killed`;
}

/** Says whether it runs; throws `Exit` 3 when it does not, as init scripts do. */
export function daemonStatus(folder: string): string {
  const { pid: path, log } = stateFiles(folder);
  const pid = runningPid(path);
  if (pid === undefined) throw new Exit(3, "it does not run");
  return `it runs (process ${pid}); the log is ${log}`;
}

/** The end of the log, for people. */
export function lastLogLines(folder: string, lines: number): string {
  const { log } = stateFiles(folder);
  let file: number;
  try {
    file = openSync(log, "r");
  } catch {
    throw new Exit(1, `there is no log at ${log} yet`);
  }
  const { size } = fstatSync(file);
  const bytes = Buffer.alloc(Math.min(size, lines * 400));
  readSync(file, bytes, 0, bytes.length, size - bytes.length);
  closeSync(file);
  return bytes.toString("utf8").split("\n").filter(Boolean).slice(-lines).map(formatLine).join("\n");
}
