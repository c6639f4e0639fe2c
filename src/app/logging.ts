import { pino, type DestinationStream, type Logger as Pino } from "pino";
import type { Facts } from "#util/errors";
import { type Logger, silentLogger } from "#util/log";

/** The levels of the cfg files, 0 to 5 (manual §1.1.2). */
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
type Level = (typeof LEVELS)[number];

/** Names of facts whose values are never written. */
const SECRETS = ["password", "authorization", "pass", "key", "secret"];

export interface LogTarget {
  /** Writes one line, its line end included. */
  write(line: string): void;
}

/** A pino logger that writes JSON lines to `target`; `as: "text"` writes lines for people instead. */
export function createLog(target: LogTarget, as: "json" | "text"): Pino {
  const stream: DestinationStream = {
    write: as === "json" ? (line) => target.write(line) : (line) => target.write(`${formatLine(line)}\n`),
  };
  const redact = { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: "***" };
  return pino({ level: "trace", base: null, timestamp: pino.stdTimeFunctions.isoTime, redact }, stream);
}

/** The log of one side of the program, as `<log_enable>` and `<log_level>` have it. */
export function sideLog(log: Pino, side: string, enabled: boolean, level: number): Logger {
  return enabled ? wrap(log.child({ side }, { level: LEVELS[level] ?? "debug" })) : silentLogger;
}

function wrap(log: Pino): Logger {
  const at =
    (level: Level) =>
    (message: string, facts?: Facts): void => {
      if (facts) log[level](facts, message);
      else log[level](message);
    };
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    child: (facts) => wrap(log.child(facts)),
  };
}

const NUMBERS: Readonly<Record<number, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};

/** A JSON line of the log as a line for people: time, level, side, message, facts. What is not JSON stays as it is. */
export function formatLine(line: string): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line.trimEnd();
  }
  if (typeof entry !== "object" || entry === null) return line.trimEnd();
  const { time, level, side, msg, ...facts } = entry as Record<string, unknown>;
  const rest = Object.entries(facts).map(([name, value]) => `${name}=${textOf(value)}`);
  const name = NUMBERS[Number(level)] ?? textOf(level);
  return [textOf(time), name.padEnd(5), ...(side === undefined ? [] : [textOf(side)]), textOf(msg), ...rest].join(" ");
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
