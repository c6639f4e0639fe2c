import type { Clock, Timer } from "#host/clock";

interface Pending extends Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Rounds of the event loop without any network traffic after which work that needs no timer counts as done. */
const QUIET_ROUNDS = 3;
const MAX_ROUNDS = 10_000;
const MAX_TIMERS = 1_000_000;

const round = (): Promise<void> => new Promise((done) => void setImmediate(done));

/** Time that only the test moves. */
export class FakeClock implements Clock {
  #wallMs: number;
  #monotonicMs = 1_000;
  #order = 0;
  #pending = new Set<Pending>();
  #moving: Promise<void> = Promise.resolve();
  #activity = 0;

  /** Wall time starts at `wallMs` (2026-01-01T00:00:00Z unless given). */
  constructor(wallMs: number = Date.UTC(2026, 0, 1)) {
    this.#wallMs = wallMs;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  after(ms: number, run: () => void): Timer {
    const timer: Pending = {
      dueMs: this.#monotonicMs + Math.max(0, ms),
      order: this.#order++,
      run,
      cancel: () => void this.#pending.delete(timer),
    };
    this.#pending.add(timer);
    return timer;
  }

  exactly(dueMs: number, run: () => void): Timer {
    return this.after(dueMs - this.#monotonicMs, run);
  }

  /** Timers that have not run. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** Makes wall time jump; timers and monotonic time are not touched. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  /**
   * Moves time on by `ms`. Timers that become due run in order, each at its own time, and between them what was
   * started has time to happen: promises, streams, fake sockets. Overlapping calls follow each other.
   */
  advance(ms: number): Promise<void> {
    const move = this.#moving.then(() => this.#advance(ms));
    this.#moving = move.catch(() => {});
    return move;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    let seen = this.#activity;
    for (let quiet = 0, rounds = 0; quiet < QUIET_ROUNDS && rounds < MAX_ROUNDS; rounds++) {
      await round();
      quiet = seen === this.#activity ? quiet + 1 : 0;
      seen = this.#activity;
    }
  }

  /** The fake network calls this for what it carries, so that `settle` waits for the answer. */
  noteActivity(): void {
    this.#activity++;
  }

  async #advance(ms: number): Promise<void> {
    await this.settle();
    const untilMs = this.#monotonicMs + ms;
    for (let ran = 0; ; ran++) {
      const next = this.#next(untilMs);
      if (!next) break;
      if (ran > MAX_TIMERS) throw new Error(`more than ${MAX_TIMERS} timers in one advance: one re-arms itself with 0`);
      this.#moveTo(next.dueMs);
      this.#pending.delete(next);
      next.run();
      await this.settle();
    }
    this.#moveTo(untilMs);
    await this.settle();
  }

  #next(untilMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs > untilMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

/** Between two looks, at first less. */
const LONGEST_PAUSE_MS = 50;

/** Waits until `holds` for work that no clock drives (real files, sockets, thread pools); fails after `timeoutMs`. */
export async function eventually(holds: () => boolean, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (let pauseMs = 1; !holds(); pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    if (performance.now() > endMs) throw new Error(`did not happen in ${timeoutMs} ms: ${holds.toString()}`);
    await new Promise((done) => void setTimeout(done, pauseMs));
  }
}
