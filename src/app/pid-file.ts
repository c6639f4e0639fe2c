import { closeSync, openSync, readFileSync, readlinkSync, realpathSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/** The process that a pid file names, when it runs and serves the folder of that file; undefined otherwise. */
export function runningPid(path: string): number | undefined {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(path, "utf8"), 10);
  } catch {
    return undefined;
  }
  return Number.isSafeInteger(pid) && pid > 0 && serves(pid, dirname(path)) ? pid : undefined;
}

/**
 * Takes the pid file for this process. False when another instance holds it; a file left by a process that is gone is
 * replaced.
 */
export function takePidFile(path: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, "wx", 0o644);
      try {
        writeSync(file, `${process.pid}\n`);
      } finally {
        closeSync(file);
      }
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
  try {
    if (Number.parseInt(readFileSync(path, "utf8"), 10) === process.pid) rmSync(path, { force: true });
  } catch {
    // It is gone, or the folder is: nothing is left to release.
  }
}

/** Commands of the program that serve nothing. */
const OTHER_COMMANDS: ReadonlySet<string> = new Set(["start", "stop", "restart", "status", "logs", "check"]);

/**
 * Whether a process lives and, where the system tells, is this program with the cfg files of `folder`. Process ids are
 * used again, and `stop` must not end a stranger, nor a camera of another folder.
 */
function serves(pid: number, folder: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  let words: readonly string[];
  try {
    words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return process.platform !== "linux";
  }
  const program = words.findIndex((word) => basename(word) === "onvifrtspserver");
  const rest = words.slice(program + 1);
  if (program < 0 || rest.some((word) => OTHER_COMMANDS.has(word))) return false;
  const named = namedFolder(rest);
  return named === undefined || isSameFolder(pid, named, folder);
}

/** The value of -c; undefined where there is none. */
function namedFolder(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => /^(-c|--config)/.test(word));
  const word = words[at];
  if (word === undefined) return undefined;
  return word === "-c" || word === "--config" ? words[at + 1] : word.replace(/^(--config=|-c)/, "");
}

function isSameFolder(pid: number, named: string, folder: string): boolean {
  try {
    return realpathSync(resolve(readlinkSync(`/proc/${pid}/cwd`), named)) === realpathSync(folder);
  } catch {
    // The working folder of another user's process is hidden.
    return true;
  }
}
