import type { Emit } from "./change.js";

/** What has been done with the camera's settings. */
export interface HistoryState {
  /** When a backup was handed out last, by the camera's clock in ms since the Unix epoch; absent for never. */
  readonly lastBackupMs?: number;
}

/** Remembers what clients did with the settings as a whole, for the events about it (Core §8.9.4). */
export class History {
  #state: HistoryState = {};

  /** `lastResetMs` is when a client has set the camera back last, in ms since the Unix epoch; undefined for never. */
  constructor(
    readonly lastResetMs: number | undefined,
    private readonly emit: Emit,
  ) {}

  get lastBackupMs(): number | undefined {
    return this.#state.lastBackupMs;
  }

  backedUp(atMs: number): void {
    this.#state = { ...this.#state, lastBackupMs: atMs };
    this.emit({ slice: "history", what: "backup" });
  }

  snapshot(): HistoryState {
    return this.#state;
  }

  prepare(state: HistoryState): () => void {
    return () => {
      this.#state = { ...state };
    };
  }
}
