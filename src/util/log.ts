import type { Facts } from "./errors.js";

/** Where a component reports. One line an event, facts beside the sentence; never secrets, never once per packet. */
export interface Logger {
  trace(message: string, facts?: Facts): void;
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
  fatal(message: string, facts?: Facts): void;
  /** A logger that adds `facts` to each of its lines. */
  child(facts: Facts): Logger;
}

const nothing = (): void => {};

/** Discards everything. */
export const silentLogger: Logger = Object.freeze({
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  child: () => silentLogger,
});
