import type { Facts } from "./errors.js";
import type { Logger } from "./log.js";
import { factTexts, printable, withoutLogin, withoutSecrets } from "./log-text.js";

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
    const words = [printable(withoutLogin(message)), ...factTexts(withoutSecrets(facts))].join(" ");
    const line = `${new Date(this.now()).toISOString()} ${words}`.slice(0, MAX_LINE);
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
export function loggedTo(ring: LogRing, log: Logger, side: string): Logger {
  const kept =
    (level: "info" | "warn" | "error" | "fatal") =>
    (message: string, facts?: Facts): void => {
      log[level](message, facts);
      ring.add(`${level.toUpperCase()} ${side} ${message}`, facts);
    };
  return {
    trace: (message, facts) => log.trace(message, facts),
    debug: (message, facts) => log.debug(message, facts),
    info: kept("info"),
    warn: kept("warn"),
    error: kept("error"),
    fatal: kept("fatal"),
    child: (facts) => withFacts(loggedTo(ring, log, side), facts),
  };
}

function withFacts(log: Logger, own: Facts): Logger {
  const all = (facts?: Facts): Facts => ({ ...own, ...facts });
  return {
    trace: (message, facts) => log.trace(message, all(facts)),
    debug: (message, facts) => log.debug(message, all(facts)),
    info: (message, facts) => log.info(message, all(facts)),
    warn: (message, facts) => log.warn(message, all(facts)),
    error: (message, facts) => log.error(message, all(facts)),
    fatal: (message, facts) => log.fatal(message, all(facts)),
    child: (facts) => withFacts(log, all(facts)),
  };
}
