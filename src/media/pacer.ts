import type { Clock, Timer } from "#host/clock";

/** A pending call of a pacer. */
export interface PacerTask {
  cancel(): void;
}

class Entry implements PacerTask {
  constructor(
    readonly dueMs: number,
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
  /** A binary heap: the parent of entry i is entry (i − 1) >> 1 and is due no later. */
  readonly #heap: Entry[] = [];
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  readonly #fired = (): void => this.#fire();
  readonly #cancelled = (): void => this.#forgetCancelled();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` once when `dueMs` has come; at the next turn of the event loop when it has passed. */
  at(dueMs: number, run: () => void): PacerTask {
    const entry = new Entry(dueMs, run, this.#cancelled);
    this.#push(entry);
    this.#arm();
    return entry;
  }

  /** Drops cancelled entries from the top of the heap, and the timer with the last one. */
  #forgetCancelled(): void {
    while (this.#heap[0] && !this.#heap[0].run) this.#pop();
    if (this.#heap.length > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDueMs = Infinity;
  }

  #arm(): void {
    const dueMs = this.#heap[0]?.dueMs ?? Infinity;
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
    while ((this.#heap[0]?.dueMs ?? Infinity) <= untilMs) {
      const entry = this.#pop();
      if (entry) due.push(entry);
    }
    for (const entry of due) entry.run?.();
    this.#arm();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || parent.dueMs <= entry.dueMs) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const below = (heap[right]?.dueMs ?? Infinity) < (heap[left]?.dueMs ?? Infinity) ? right : left;
      const child = heap[below];
      if (!child || child.dueMs >= last.dueMs) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
    return first;
  }
}
