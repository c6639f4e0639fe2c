import type { Clock, Timer } from "#host/clock";

/** A pending call of a pacer. */
export interface PacerTask {
  cancel(): void;
}

class Entry implements PacerTask {
  constructor(
    public run: (() => void) | undefined,
    private readonly cancelled: () => void,
  ) {}

  cancel(): void {
    this.run = undefined;
    this.cancelled();
  }
}

/** Timers may fire this early: they count whole milliseconds. */
const earlyMs = 1;

/**
 * Calls back at due times on the monotonic clock. One timer serves any number of tasks; tasks due within the same
 * millisecond run together. Due times are absolute, so that whoever asks for the next one by adding to the last does
 * not drift, however late the calls come.
 */
export class Pacer {
  readonly #clock: Clock;
  /**
   * A binary heap: the parent of entry i is entry (i − 1) >> 1 and is due no later. The due times lie by themselves, side by
   * side, because a thousand entries all over the memory take longer to look at than to sort.
   */
  readonly #due: number[] = [];
  readonly #entries: Entry[] = [];
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  readonly #fired = (): void => this.#fire();
  readonly #cancelled = (): void => this.#forgetCancelled();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` once when `dueMs` has come; at the next turn of the event loop when it has passed. */
  at(dueMs: number, run: () => void): PacerTask {
    const entry = new Entry(run, this.#cancelled);
    this.#push(dueMs, entry);
    this.#arm();
    return entry;
  }

  /** Drops cancelled entries from the top of the heap, and the timer with the last one. */
  #forgetCancelled(): void {
    while (this.#entries[0] && !this.#entries[0].run) this.#pop();
    if (this.#entries.length > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDueMs = Infinity;
  }

  #arm(): void {
    const dueMs = this.#due[0] ?? Infinity;
    if (dueMs >= this.#timerDueMs) return;
    this.#timer?.cancel();
    this.#timerDueMs = dueMs;
    this.#timer = this.#clock.exactly(dueMs, this.#fired);
  }

  #fire(): void {
    this.#timer = undefined;
    this.#timerDueMs = Infinity;
    const untilMs = this.#clock.monotonic() + earlyMs;
    const due: Entry[] = [];
    while ((this.#due[0] ?? Infinity) <= untilMs) {
      const entry = this.#pop();
      if (entry) due.push(entry);
    }
    for (const entry of due) entry.run?.();
    this.#arm();
  }

  #push(dueMs: number, entry: Entry): void {
    const [due, entries] = [this.#due, this.#entries];
    let index = due.length;
    due.push(dueMs);
    entries.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      if ((due[above] ?? -Infinity) <= dueMs) break;
      this.#move(above, index);
      index = above;
    }
    due[index] = dueMs;
    entries[index] = entry;
  }

  #pop(): Entry | undefined {
    const [due, entries] = [this.#due, this.#entries];
    const first = entries[0];
    const lastMs = due.pop();
    const last = entries.pop();
    if (lastMs === undefined || !last || due.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const below = (due[right] ?? Infinity) < (due[left] ?? Infinity) ? right : left;
      if ((due[below] ?? Infinity) >= lastMs) break;
      this.#move(below, index);
      index = below;
    }
    due[index] = lastMs;
    entries[index] = last;
    return first;
  }

  #move(from: number, to: number): void {
    const dueMs = this.#due[from];
    const entry = this.#entries[from];
    if (dueMs === undefined || !entry) return;
    this.#due[to] = dueMs;
    this.#entries[to] = entry;
  }
}
