import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";

/** The process that a pid file names, when it still runs and is one of ours; undefined otherwise. */
export function runningPid(path: string): number | undefined {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(path, "utf8"), 10);
  } catch {
    return undefined;
  }
  return Number.isSafeInteger(pid) && pid > 0 && isOurs(pid) ? pid : undefined;
}

/**
 * Takes the pid file for this process. False when another instance holds it; a file left by a process that is gone is
 * replaced.
 */
export function takePidFile(path: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, "wx", 0o644);
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = runningPid(path);
      if (owner !== undefined && owner !== process.pid) return false;
      rmSync(path, { force: true });
    }
  }
  return false;
}

/** Removes the pid file if it is this process's. */
export function releasePidFile(path: string): void {
  if (runningPid(path) === process.pid) rmSync(path, { force: true });
}

/** Whether a process lives and, where the system tells, is this program: process ids are used again. */
function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("onvifrtspserver");
  } catch {
    return process.platform !== "linux";
  }
}
