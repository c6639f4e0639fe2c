import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { formatIssue, hasErrors, type Issue } from "#config/issues";
import { type Loaded, loadConfig } from "#config/load";
import { type Fleet, startFleet } from "#fleet/fleet";
import type { Host } from "#host/host";
import { CodedError, messageOf } from "#util/errors";
import { createLog, type LogTarget, sideLog } from "./logging.js";
import { programFolder, stateFiles } from "./paths.js";
import { releasePidFile, runningPid, takePidFile } from "./pid-file.js";
import { summaryText } from "./summary.js";

/** Exit statuses (sysexits.h): wrong configuration, a port or file that is not to be had. */
export const EXIT_CONFIG = 78;
export const EXIT_UNAVAILABLE = 69;

/** Ends the program with a sentence and a status. */
export class Exit extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface RunOptions {
  /** Folder of the cfg files. */
  readonly folder: string;
  /** Leave onvifrun.cfg out of account. */
  readonly defaults: boolean;
  /** Log to the log file, as a daemon does. */
  readonly toFile: boolean;
}

/** Reads the cfg files; throws `Exit` 78 with all problems when there is an error. */
export async function loadOrExit(host: Host, options: Pick<RunOptions, "folder" | "defaults">): Promise<Loaded> {
  const loaded = await loadConfig(host.files, options.folder, {
    programFolder: programFolder(),
    ignoreRunFile: options.defaults,
  });
  if (hasErrors(loaded.issues)) throw new Exit(EXIT_CONFIG, issuesText(loaded.issues));
  return loaded;
}

export const issuesText = (issues: readonly Issue[]): string => issues.map(formatIssue).join("\n");

export interface Running {
  /** For people: addresses, users, log. */
  readonly summary: string;
  /** Reads the cfg files again and starts anew; what is wrong in them is logged and leaves everything as it is. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts what the cfg files describe. Throws `Exit` when it cannot. */
export async function run(host: Host, options: RunOptions): Promise<Running> {
  const { folder } = options;
  const files = stateFiles(folder);
  const loaded = await loadOrExit(host, options);
  const owner = runningPid(files.pid);
  if (owner !== undefined && owner !== process.pid)
    throw new Exit(
      1,
      `it already runs with the cfg files of ${folder} (process ${owner}); stop ends it, restart starts it anew`,
    );
  holdPidFile(files.pid, folder);

  const logFile =
    loaded.rtsp.logFile === "" ? (options.toFile ? files.log : undefined) : resolve(folder, loaded.rtsp.logFile);
  const log = createLog(
    logFile === undefined ? standardOutput : fileTarget(logFile),
    logFile === undefined ? "text" : "json",
  );
  const start = async (from: Loaded, discardState = false): Promise<Fleet> => {
    const { onvif, rtsp } = from;
    const logs = {
      onvif: sideLog(log, "onvif", onvif.logEnable, onvif.logLevel),
      rtsp: sideLog(log, "rtsp", rtsp.logEnable, rtsp.logLevel),
    };
    for (const issue of from.issues) logs.onvif.warn(formatIssue(issue));
    const timeZone = hostTimeZone();
    return startFleet(host, { loaded: from, folder, programFolder: programFolder(), logs, timeZone, discardState });
  };

  let fleet: Fleet;
  try {
    fleet = await start(loaded, options.defaults);
  } catch (error) {
    releasePidFile(files.pid);
    if (error instanceof CodedError) throw new Exit(EXIT_UNAVAILABLE, error.message);
    throw error;
  }
  return {
    summary: summaryText(fleet.summary, logFile ?? "this terminal"),
    reload: async () => {
      const again = await loadConfig(host.files, folder, { programFolder: programFolder() });
      if (hasErrors(again.issues)) {
        log.error(`the changed cfg files are not taken up: ${issuesText(again.issues)}`);
        return;
      }
      await fleet.close();
      try {
        fleet = await start(again);
      } catch (error) {
        log.error(`the changed cfg files cannot be taken up, the former ones count: ${messageOf(error)}`);
        fleet = await start(loaded);
      }
    },
    stop: async () => {
      await fleet.close();
      releasePidFile(files.pid);
    },
  };
}

function holdPidFile(path: string, folder: string): void {
  try {
    if (takePidFile(path)) return;
  } catch (error) {
    throw new Exit(
      EXIT_UNAVAILABLE,
      `the folder ${folder} cannot be written (${messageOf(error)}); name another one with -c DIR that holds copies of onvif.cfg and rtsp.cfg`,
    );
  }
  throw new Exit(1, `it already runs with the cfg files of ${folder}`);
}

const standardOutput: LogTarget = { write: (line) => void process.stdout.write(line) };

function fileTarget(path: string): LogTarget {
  const stream = createWriteStream(path, { flags: "a" });
  stream.on("error", (error) => process.stderr.write(`the log file ${path} cannot be written: ${error.message}\n`));
  return { write: (line) => void stream.write(line) };
}

/** The host's present offset from UTC in POSIX form, whose sign is turned round: `UTC-02:00` is east of Greenwich. */
function hostTimeZone(): string {
  const minutes = new Date().getTimezoneOffset();
  if (minutes === 0) return "UTC0";
  const size = Math.abs(minutes);
  const rest = size % 60;
  return `UTC${minutes < 0 ? "-" : ""}${Math.floor(size / 60)}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}
