import type { Facts } from "#util/errors";
import type { Logger } from "#util/log";

export interface LogLine {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  readonly message: string;
  readonly facts: Facts | undefined;
}

/** A logger that hands on each line; those of its children too, without what those add. */
export function loggerTo(write: (line: LogLine) => void): Logger {
  const at =
    (level: LogLine["level"]) =>
    (message: string, facts?: Facts): void =>
      write({ level, message, facts });
  const log: Logger = {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    child: () => log,
  };
  return log;
}

/** A logger and the lines that it has written. */
export function aRecordingLogger(): { readonly log: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { log: loggerTo((line) => lines.push(line)), lines };
}
