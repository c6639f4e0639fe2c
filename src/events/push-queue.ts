import type { Clock, Timer } from "#host/clock";
import type { Notification } from "./notification.js";
import type { Sink } from "./subscription.js";

/** Takes notifications to the client; rejects when it has not got them. */
export type Carry = (notifications: readonly Notification[]) => Promise<void>;

/** Most notifications that are carried at once. */
const MAX_BATCH = 100;
/** How often the same ones are carried in vain until the client is given up, and the first rest between; it doubles. */
const ATTEMPTS = 5;
const FIRST_REST_MS = 1_000;

/** Sends notifications to the client in their order (Core §9.3): what comes up together, or while one is busy, at once. */
export class PushQueue implements Sink {
  #queue: Notification[] = [];
  #lost = 0;
  #isBusy = false;
  #isClosed = false;
  #rest: Timer | undefined;

  /** Beyond `capacity` notifications the oldest are lost. `gaveUp` is called when the client is not reached any more. */
  constructor(
    private readonly clock: Clock,
    private readonly capacity: number,
    private readonly carry: Carry,
    private readonly gaveUp: (error: unknown) => void,
  ) {}

  get lost(): number {
    return this.#lost;
  }

  deliver(notification: Notification): void {
    this.#queue.push(notification);
    if (this.#queue.length > this.capacity) {
      this.#queue.shift();
      this.#lost++;
    }
    if (this.#isBusy) return;
    this.#isBusy = true;
    // After the publisher has told all that belongs together.
    void Promise.resolve().then(() => this.#next());
  }

  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#rest?.cancel();
  }

  #next(): void {
    const batch = this.#queue.splice(0, MAX_BATCH);
    if (batch.length === 0) this.#isBusy = false;
    else void this.#attempt(batch, 1);
  }

  async #attempt(batch: readonly Notification[], number: number): Promise<void> {
    try {
      await this.carry(batch);
    } catch (error) {
      if (this.#isClosed) return;
      if (number === ATTEMPTS) return this.gaveUp(error);
      const restMs = FIRST_REST_MS * 2 ** (number - 1);
      this.#rest = this.clock.after(restMs, () => void this.#attempt(batch, number + 1));
      return;
    }
    this.#next();
  }
}
