import type { Facts } from "./errors.js";
import type { Level, Logger } from "./log.js";
import { lineText } from "./log-text.js";

export interface RingLimits {
  readonly maxLines: number;
  /** UTF-16 units of all lines together. */
  readonly maxLength: number;
}

/** Longest line, in UTF-16 units; the rest of a longer one is cut off. */
const MAX_LINE = 1_000;

/** The last lines of a log, for those who ask the camera itself for it. Never holds secrets. */
export class LogRing {
  readonly #lines: string[] = [];
  #length = 0;

  /** `now` is wall time in ms. */
  constructor(
    private readonly now: () => number,
    private readonly limits: RingLimits = { maxLines: 1_000, maxLength: 200_000 },
  ) {}

  add(message: string, facts: Facts = {}): void {
    const line = `${new Date(this.now()).toISOString()} ${lineText(message, facts)}`.slice(0, MAX_LINE);
    this.#lines.push(line);
    this.#length += line.length;
    const { maxLines, maxLength } = this.limits;
    while (this.#lines.length > maxLines || this.#length > maxLength) this.#length -= this.#lines.shift()?.length ?? 0;
  }

  /** Oldest first, a line end behind each; empty when there are none. */
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  clear(): void {
    this.#length = 0;
    this.#lines.length = 0;
  }
}

/** A logger that writes to `log`, and from the level info on into a ring too, whatever level `log` is set to. */
export const loggedTo = (ring: LogRing, log: Logger, side: string): Logger => new RingLogger(ring, log, side);

class RingLogger implements Logger {
  constructor(
    private readonly ring: LogRing,
    private readonly log: Logger,
    private readonly side: string,
  ) {}

  trace(message: string, facts?: Facts): void {
    this.log.trace(message, facts);
  }

  debug(message: string, facts?: Facts): void {
    this.log.debug(message, facts);
  }

  info(message: string, facts?: Facts): void {
    this.#keep("info", message, facts);
  }

  warn(message: string, facts?: Facts): void {
    this.#keep("warn", message, facts);
  }

  error(message: string, facts?: Facts): void {
    this.#keep("error", message, facts);
  }

  fatal(message: string, facts?: Facts): void {
    this.#keep("fatal", message, facts);
  }

  isOn(level: Level): boolean {
    return (level !== "trace" && level !== "debug") || this.log.isOn(level);
  }

  child(facts: Facts): Logger {
    return new ChildLogger(this, facts);
  }

  #keep(level: "info" | "warn" | "error" | "fatal", message: string, facts?: Facts): void {
    this.log[level](message, facts);
    this.ring.add(`${level.toUpperCase()} ${this.side} ${message}`, facts);
  }
}

/** Adds `own` to the facts of each line. Every connection and session has one, so it is no more than that. */
class ChildLogger implements Logger {
  constructor(
    private readonly log: Logger,
    private readonly own: Facts,
  ) {}

  trace(message: string, facts?: Facts): void {
    this.log.trace(message, { ...this.own, ...facts });
  }

  debug(message: string, facts?: Facts): void {
    this.log.debug(message, { ...this.own, ...facts });
  }

  info(message: string, facts?: Facts): void {
    this.log.info(message, { ...this.own, ...facts });
  }

  warn(message: string, facts?: Facts): void {
    this.log.warn(message, { ...this.own, ...facts });
  }

  error(message: string, facts?: Facts): void {
    this.log.error(message, { ...this.own, ...facts });
  }

  fatal(message: string, facts?: Facts): void {
    this.log.fatal(message, { ...this.own, ...facts });
  }

  isOn(level: Level): boolean {
    return this.log.isOn(level);
  }

  child(facts: Facts): Logger {
    return new ChildLogger(this.log, { ...this.own, ...facts });
  }
}
