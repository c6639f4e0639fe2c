import type { Facts } from "#util/errors";
import { atEachLevel, type Level, type Logger } from "#util/log";

export interface LogLine {
  readonly level: Level;
  readonly message: string;
  readonly facts: Facts | undefined;
}

/** A logger that hands on each line; those of its children too, without what those add. */
export function loggerTo(write: (line: LogLine) => void): Logger {
  const at =
    (level: Level) =>
    (message: string, facts?: Facts): void =>
      write({ level, message, facts });
  const log: Logger = {
    ...atEachLevel(at),
    isOn: () => true,
    child: () => log,
  };
  return log;
}

/** A logger and the lines that it has written. */
export function aRecordingLogger(): { readonly log: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { log: loggerTo((line) => lines.push(line)), lines };
}
