import type { Logger } from "#util/log";

/** From one log line on lost units to the next. */
const PERIOD_MS = 10_000;

/** What of the tracks was not sent, or not whole. */
export interface Dropped {
  readonly droppedUnits: number;
  readonly droppedBytes: number;
}

/** Tells the log that a reader, or a network, is too slow: when it begins, and then once a period while it goes on. */
export class DropReport {
  #told = 0;
  #atMs = -Infinity;

  constructor(
    private readonly log: Logger,
    /** What is too slow. */
    private readonly what: "reader" | "the network",
  ) {}

  /** About once a second. */
  tick({ droppedUnits, droppedBytes }: Dropped, nowMs: number): void {
    if (droppedUnits === this.#told || nowMs - this.#atMs < PERIOD_MS) return;
    const units = droppedUnits - this.#told;
    this.#told = droppedUnits;
    this.#atMs = nowMs;
    this.log.warn(`${this.what} is too slow: access units dropped`, {
      units,
      totalUnits: droppedUnits,
      totalBytes: droppedBytes,
    });
  }
}

export const sumDropped = (tracks: readonly Dropped[]): Dropped => ({
  droppedUnits: tracks.reduce((sum, { droppedUnits }) => sum + droppedUnits, 0),
  droppedBytes: tracks.reduce((sum, { droppedBytes }) => sum + droppedBytes, 0),
});
