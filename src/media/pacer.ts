import type { Clock, Timer } from "#host/clock";

/** What a pacer calls. */
export interface Paced {
  /** A time that was asked for has come. */
  due(): void;
}

/** Timers may fire this early: they count whole milliseconds. */
const earlyMs = 1;

/**
 * Calls back at due times on the monotonic clock. One timer serves any number of tasks; tasks due within the same
 * millisecond run together. Due times are absolute, so that whoever asks for the next one by adding to the last does
 * not drift, however late the calls come.
 *
 * A task is called as what it is: an entry and a function for each call would be three more places in memory to go to,
 * and with hundreds of streams none of those is in the processor's cache.
 */
export class Pacer {
  readonly #clock: Clock;
  /**
   * A binary heap: the parent of task i is task (i − 1) >> 1 and is due no later. The due times lie by themselves, side by
   * side, because a thousand tasks all over the memory take longer to look at than to sort.
   */
  readonly #due: number[] = [];
  readonly #tasks: (Paced | undefined)[] = [];
  /** Those whose time has come, up to their call. */
  readonly #called: (Paced | undefined)[] = [];
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  readonly #fired = (): void => this.#fire();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Has `task` called once when `dueMs` has come; at the next turn of the event loop when it has passed. */
  at(dueMs: number, task: Paced): void {
    this.#push(dueMs, task);
    this.#arm();
  }

  /** `task` is not called any more for what it has asked so far. Looks through all that wait. */
  cancel(task: Paced): void {
    for (const list of [this.#tasks, this.#called])
      for (let index = list.indexOf(task); index >= 0; index = list.indexOf(task, index)) list[index] = undefined;
    while (this.#tasks.length > 0 && !this.#tasks[0]) this.#pop();
    if (this.#tasks.length > 0) return;
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
    const called = this.#called;
    while ((this.#due[0] ?? Infinity) <= untilMs) called.push(this.#pop());
    for (let index = 0; index < called.length; index++) {
      const task = called[index];
      called[index] = undefined;
      task?.due();
    }
    called.length = 0;
    this.#arm();
  }

  #push(dueMs: number, task: Paced): void {
    const due = this.#due;
    const tasks = this.#tasks;
    let index = due.length;
    due.push(dueMs);
    tasks.push(task);
    while (index > 0) {
      const above = (index - 1) >> 1;
      if ((due[above] ?? -Infinity) <= dueMs) break;
      this.#move(above, index);
      index = above;
    }
    due[index] = dueMs;
    tasks[index] = task;
  }

  #pop(): Paced | undefined {
    const due = this.#due;
    const tasks = this.#tasks;
    const first = tasks[0];
    const lastMs = due.pop();
    const last = tasks.pop();
    if (lastMs === undefined || due.length === 0) return first;
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
    tasks[index] = last;
    return first;
  }

  #move(from: number, to: number): void {
    this.#due[to] = this.#due[from] ?? Infinity;
    this.#tasks[to] = this.#tasks[from];
  }
}
