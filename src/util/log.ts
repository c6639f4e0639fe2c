import type { Facts } from "./errors.js";

/** Where a component reports. One line an event, facts beside the sentence; never secrets, never once per packet. */
export interface Logger {
  trace(message: string, facts?: Facts): void;
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
  fatal(message: string, facts?: Facts): void;
  /** Whether lines of that level are kept anywhere. Who has to gather what a line tells, for anybody who asks, looks here first. */
  isOn(level: Level): boolean;
  /** A logger that adds `facts` to each of its lines. */
  child(facts: Facts): Logger;
}

/** How bad what is told is. */
export type Level = Exclude<keyof Logger, "child" | "isOn">;

/** The methods of a logger for its levels. */
export const atEachLevel = (at: (level: Level) => Logger[Level]): Pick<Logger, Level> => ({
  trace: at("trace"),
  debug: at("debug"),
  info: at("info"),
  warn: at("warn"),
  error: at("error"),
  fatal: at("fatal"),
});

const nothing = (): void => {};

/** Discards everything. */
export const silentLogger: Logger = Object.freeze({
  ...atEachLevel(() => nothing),
  isOn: () => false,
  child: () => silentLogger,
});
