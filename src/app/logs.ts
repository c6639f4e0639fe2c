import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { Loaded } from "#config/load";
import { RTSP_CFG } from "#config/load";
import { messageOf } from "#util/errors";
import { type Logger, silentLogger } from "#util/log";
import { Exit, EXIT_UNAVAILABLE } from "./exit.js";
import { createLog, type LogTarget, sideLog } from "./logging.js";
import { stateFiles } from "./paths.js";

/** The logs of both sides of the program. */
export interface Logs {
  readonly onvif: Logger;
  readonly rtsp: Logger;
  /** Where they are, for people. */
  readonly place: string;
  close(): void;
}

/**
 * Opens the logs that the cfg files describe: JSON lines in a file, or lines for people on standard output. `toFile`
 * takes a file where none is named, as a daemon does. Throws `Exit` when the file cannot be written.
 */
export function openLogs({ onvif, rtsp }: Loaded, folder: string, toFile: boolean): Logs {
  if (!onvif.logEnable && !rtsp.logEnable)
    return { onvif: silentLogger, rtsp: silentLogger, place: "off", close: () => {} };
  const path = logFile(rtsp.logFile, folder, toFile);
  const target = path === undefined ? standardOutput : fileTarget(path, rtsp.logFile !== "");
  const log = createLog(target, path === undefined ? "text" : "json");
  return {
    onvif: sideLog(log, "onvif", onvif.logEnable, onvif.logLevel),
    rtsp: sideLog(log, "rtsp", rtsp.logEnable, rtsp.logLevel),
    place: path ?? "this terminal",
    close: () => target.close(),
  };
}

/** The file of the log; undefined for standard output. `named` is `<log_file>`. */
export function logFile(named: string, folder: string, toFile: boolean): string | undefined {
  if (named !== "") return resolve(folder, named);
  return toFile ? stateFiles(folder).log : undefined;
}

interface OpenTarget extends LogTarget {
  close(): void;
}

const standardOutput: OpenTarget = { write: (line) => void process.stdout.write(line), close: () => {} };

/** Appends line by line, so that several writers may share the file; lines that a full disk refuses are lost. */
function fileTarget(path: string, isNamed: boolean): OpenTarget {
  let file: number;
  try {
    file = openSync(path, "a", 0o640);
  } catch (error) {
    const remedy = isNamed ? `change <log_file> in ${RTSP_CFG}` : "name another folder with -c DIR";
    throw new Exit(EXIT_UNAVAILABLE, `the log file ${path} cannot be written (${messageOf(error)}); ${remedy}`);
  }
  let isOpen = true;
  return {
    write: (line) => {
      if (!isOpen) return;
      try {
        writeSync(file, line);
      } catch {
        // There is nowhere left to tell it.
      }
    },
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}
