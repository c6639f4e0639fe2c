import { pino, type DestinationStream, type Logger as Pino } from "pino";
import type { Facts } from "#util/errors";
import { atEachLevel, type Level, type Logger, silentLogger } from "#util/log";
import { factTexts, printable, withoutLogin, withoutSecrets } from "#util/log-text";

/** The levels of the cfg files, 0 to 5 (manual §1.1.2). */
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export interface LogTarget {
  /** Writes one line, its line end included. */
  write(line: string): void;
}

/** A pino logger that writes JSON lines to `target`; `as: "text"` writes lines for people instead. */
export function createLog(target: LogTarget, as: "json" | "text"): Pino {
  const stream: DestinationStream = {
    write: as === "json" ? (line) => target.write(line) : (line) => target.write(`${formatLine(line)}\n`),
  };
  return pino({ level: "trace", base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** The log of one side of the program, as `<log_enable>` and `<log_level>` have it. */
export function sideLog(log: Pino, side: string, enabled: boolean, level: number): Logger {
  return enabled ? wrap(log.child({ side }, { level: LEVELS[level] ?? "debug" })) : silentLogger;
}

function wrap(log: Pino): Logger {
  const at =
    (level: Level) =>
    (message: string, facts?: Facts): void => {
      if (!log.isLevelEnabled(level)) return;
      if (facts) log[level](withoutSecrets(facts), withoutLogin(message));
      else log[level](withoutLogin(message));
    };
  return {
    ...atEachLevel(at),
    isOn: (level) => log.isLevelEnabled(level),
    child: (facts) => wrap(log.child(withoutSecrets(facts))),
  };
}

const NAMES: Readonly<Record<number, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};

/**
 * A JSON line of the log as a line for people: time, level, side, message, facts. What is not JSON stays as it is.
 * Control characters, which clients can send, are shown escaped, so that nobody forges lines or drives the terminal.
 */
export function formatLine(line: string): string {
  const entry = entryOf(line);
  if (!entry) return printable(line.trimEnd());
  const { time, level, side, msg, ...facts } = entry;
  const name = NAMES[Number(level)] ?? plainText(level);
  return [
    plainText(time),
    name.padEnd(5),
    ...(side === undefined ? [] : [plainText(side)]),
    plainText(msg),
    ...factTexts(facts),
  ].join(" ");
}

function entryOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const plainText = (value: unknown): string =>
  printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
