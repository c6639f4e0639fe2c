import type { Facts } from "./errors.js";
import type { Level, Logger } from "./log.js";
import type { Closable } from "./scope.js";

/** From a line to the one that says how often the same has happened since, in ms. */
const PERIOD_MS = 10_000;
/** Lines that are told apart at a time; what else comes then is told apart by its sentence alone. */
const MAX_LINES = 16;

interface Line {
  readonly level: Level;
  readonly message: string;
  /** Of the last time. */
  facts: Facts;
  /** Since it was last written, which was at `atMs`. */
  times: number;
  atMs: number;
}

/** Tells the time and calls back, in ms; the host's clock is one. */
export interface Later {
  monotonic(): number;
  after(ms: number, run: () => void): { cancel(): void };
}

/**
 * Writes to the log what clients can have happen as often as they like, such as that they are turned away: a line at once, and
 * those that are equal to it every ten seconds as one with their number (`times`). When there are many different ones, those
 * of one sentence are counted together, with the facts of the last.
 */
export class RepeatedLines implements Closable {
  readonly #lines = new Map<string, Line>();
  #timer: { cancel(): void } | undefined;
  #isClosed = false;

  constructor(
    private readonly log: Logger,
    private readonly clock: Later,
  ) {}

  /** As `Logger.isOn`. */
  isOn(level: Level): boolean {
    return this.log.isOn(level);
  }

  warn(message: string, facts: Facts): void {
    this.#tell("warn", message, facts);
  }

  debug(message: string, facts: Facts): void {
    this.#tell("debug", message, facts);
  }

  /** Writes what has been counted. What comes after that is written as it comes. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#count();
    return Promise.resolve();
  }

  #tell(level: Level, message: string, facts: Facts): void {
    if (!this.log.isOn(level)) return;
    const nowMs = this.clock.monotonic();
    const key = this.#keyOf(`${level} ${message}`, facts, nowMs);
    const line = this.#lines.get(key);
    if (line && !isOver(line, nowMs)) {
      line.facts = facts;
      line.times++;
      this.#timer ??= this.clock.after(PERIOD_MS - (nowMs - line.atMs), () => this.#count());
      return;
    }
    this.log[level](message, facts);
    if (!this.#isClosed) this.#lines.set(key, { level, message, facts, times: 0, atMs: nowMs });
  }

  #keyOf(sentence: string, facts: Facts, nowMs: number): string {
    const own = `${sentence} ${JSON.stringify(facts)}`;
    if (this.#lines.has(own)) return own;
    if (this.#lines.size >= MAX_LINES)
      for (const [key, line] of this.#lines) if (isOver(line, nowMs)) this.#lines.delete(key);
    return this.#lines.size < MAX_LINES ? own : sentence;
  }

  #count(): void {
    this.#timer = undefined;
    for (const line of this.#lines.values()) {
      const { level, message, facts, times } = line;
      if (times === 0) continue;
      line.times = 0;
      line.atMs = this.clock.monotonic();
      this.log[level](message, { ...facts, times });
    }
    if (this.#isClosed) this.#lines.clear();
  }
}

const isOver = ({ times, atMs }: Line, nowMs: number): boolean => times === 0 && nowMs - atMs >= PERIOD_MS;
