/** A pending call; cancelling one that has run does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as the host has it. The camera's own clock (device/clock) is an offset over it. */
export interface Clock {
  /** Wall time, ms since the Unix epoch, UTC. May jump. */
  now(): number;
  /** Monotonic time in ms with a fraction; only differences mean something. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds (0 or more). A pending timer does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
  /**
   * Calls `run` once when `monotonic` has come to `dueMs`, never earlier, and closer to it than timers that count whole
   * milliseconds can. The host may stand still for the last millisecond, so this is for few calls a second: what is due
   * within 5 ms is left to an ordinary timer.
   */
  exactly(dueMs: number, run: () => void): Timer;
}
