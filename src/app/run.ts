import type { Host } from "#host/host";
import { messageOf } from "#util/errors";
import { openControl } from "./control.js";
import { Exit, EXIT_UNAVAILABLE } from "./exit.js";
import { loadOrExit } from "./load.js";
import { openLogs } from "./logs.js";
import { programFolder, stateFiles } from "./paths.js";
import { releasePidFile, runningPid, takePidFile } from "./pid-file.js";
import { Program } from "./program.js";

export interface RunOptions {
  /** Folder of the cfg files. */
  readonly folder: string;
  /** Delete the kept state and start from onvif.cfg. */
  readonly defaults: boolean;
  /** Log to a file, as a daemon does. */
  readonly toFile: boolean;
}

export interface Running {
  /** For people: addresses, users, log. */
  readonly summary: string;
  /** As `Program.reload`. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts what the cfg files describe and holds the pid file meanwhile. Throws `Exit` when it cannot. */
export async function run(host: Host, { folder, defaults, toFile }: RunOptions): Promise<Running> {
  const { pid, socket } = stateFiles(folder);
  const options = { folder, programFolder: programFolder(), defaults };
  // Wrong cfg files are told before anything else, and nothing is touched.
  const loaded = await loadOrExit(host, options);
  holdPidFile(pid, folder);
  try {
    const program = await Program.start(host, loaded, {
      ...options,
      timeZone: hostTimeZone(),
      openLogs: (from) => openLogs(from, folder, toFile),
    });
    const control = await openControl(host, socket, (order) => program.obey(order)).catch((error: unknown) => {
      program.complain("commands cannot be taken", { reason: messageOf(error) });
    });
    return {
      summary: program.summary,
      reload: () => program.reload(),
      stop: async () => {
        try {
          await control?.close();
          await program.close();
        } finally {
          releasePidFile(pid);
        }
      },
    };
  } catch (error) {
    releasePidFile(pid);
    throw error;
  }
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
  const owner = runningPid(path);
  throw new Exit(
    1,
    `it already runs with the cfg files of ${folder}${owner === undefined ? "" : ` (process ${owner})`}; stop ends it, restart starts it anew`,
  );
}

/** The host's present offset from UTC in POSIX form, whose sign is turned round: `UTC-02:00` is east of Greenwich. */
export function hostTimeZone(minutes: number = new Date().getTimezoneOffset()): string {
  if (minutes === 0) return "UTC0";
  const size = Math.abs(minutes);
  const rest = size % 60;
  return `UTC${minutes < 0 ? "-" : ""}${Math.floor(size / 60)}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}
