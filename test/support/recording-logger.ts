import type { Facts } from "#util/errors";
import type { Logger } from "#util/log";

export interface LogLine {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  readonly message: string;
  readonly facts: Facts | undefined;
}

/** A logger and the lines that it has written. */
export function aRecordingLogger(): { readonly log: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine["level"]) =>
    (message: string, facts?: Facts): void =>
      void lines.push({ level, message, facts });
  const log: Logger = {
    trace: write("trace"),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
    child: () => log,
  };
  return { log, lines };
}
