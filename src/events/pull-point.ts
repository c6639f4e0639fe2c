import type { Clock } from "#host/clock";
import type { Notification } from "./notification.js";
import { eventRefusal } from "./refusal.js";
import { type Sink, Subscription } from "./subscription.js";
import type { Turns } from "./turns.js";

/** Keeps notifications until its client pulls them (Core §9.1.2). */
export class PullPoint implements Sink {
  #queue: Notification[] = [];
  /** Comes before what is queued. */
  #stored: Notification[] = [];
  #takesNew = true;
  /** Lets the pull that waits go on. */
  #wake: (() => void) | undefined;
  /** Its turn to go on is to come. */
  #isCalled = false;
  #lost = 0;
  #isClosed = false;

  /** Beyond `capacity` notifications the oldest are lost. */
  constructor(
    private readonly clock: Clock,
    readonly capacity: number,
    private readonly turns: Turns,
  ) {}

  get lost(): number {
    return this.#lost;
  }

  deliver(notification: Notification): void {
    if (!this.#takesNew) return;
    this.#queue.push(notification);
    if (this.#queue.length > this.capacity) {
      this.#queue.shift();
      this.#lost++;
    }
    if (!this.#wake || this.#isCalled) return;
    this.#isCalled = true;
    this.turns.take(() => {
      this.#isCalled = false;
      // Another pull may wait by now, and what it waits for be gone.
      if (this.#queue.length > 0) this.#wake?.();
    });
  }

  /**
   * Up to `limit` notifications: at once if any are queued, else as soon as there is one (with those that come up
   * together with it), else none at `timeoutMs` and never before that. A second pull while one waits is refused
   * (`pull-already-waits`), and so is one that waits when the pull point is closed (`subscription-unknown`). When the
   * signal is aborted the pull ends with none, and what is queued stays.
   */
  async pull(limit: number, timeoutMs: number, signal: AbortSignal): Promise<readonly Notification[]> {
    if (this.#wake) throw eventRefusal("pull-already-waits", "another PullMessages of this pull point still waits");
    const isEmpty = this.#stored.length + this.#queue.length === 0;
    if (isEmpty && timeoutMs > 0 && !signal.aborted) await this.#wait(timeoutMs, signal);
    if (this.#isClosed) throw eventRefusal("subscription-unknown", "the subscription has ended");
    if (signal.aborted) return [];
    const stored = this.#stored.splice(0, limit);
    return [...stored, ...this.#queue.splice(0, limit - stored.length)];
  }

  /** Drops what is queued and brings these, then what is new if it is to; a pull that waits goes on with them. */
  replay(stored: readonly Notification[], takesNew: boolean): void {
    this.#stored = [...stored];
    this.#queue = [];
    this.#takesNew = takesNew;
    if (stored.length > 0) this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.replay([], false);
    this.#wake?.();
  }

  /** The promise goes on after the publisher has told all that belongs together. */
  async #wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const wake = (): void => this.#wake?.();
    const timer = this.clock.after(timeoutMs, wake);
    signal.addEventListener("abort", wake);
    await woken;
    this.#wake = undefined;
    timer.cancel();
    signal.removeEventListener("abort", wake);
  }
}

/** A subscription whose client pulls; being pulled from keeps it alive (Core §9.1.1). */
export class PullPointSubscription extends Subscription<PullPoint> {
  #hasSought = false;

  /** After a `seek` the state of properties is not told any more (Core §9.1.5). */
  override synchronize(): void {
    if (!this.#hasSought) super.synchronize();
  }

  /**
   * Goes back to what was told at a time: forward from there, after which comes what is new, or in reverse order up to
   * the begin of what is stored (Core §9.1.5).
   */
  seek(utcMs: number, isReverse: boolean): void {
    this.#hasSought = true;
    this.parts.sink.replay(this.parts.hub.stored(this, utcMs, isReverse), !isReverse);
  }

  /** As `PullPoint.pull`; refuses to wait longer than the limit: `pull-too-long`. */
  async pull(limit: number, timeoutMs: number, signal: AbortSignal): Promise<readonly Notification[]> {
    const { limits, sink } = this.parts;
    const { maxPullMs: maxMs, capacity: maxMessages } = limits;
    if (timeoutMs > maxMs)
      throw eventRefusal("pull-too-long", `a pull waits for ${maxMs / 1000} s at most`, { maxMs, maxMessages });
    const release = this.lease.hold();
    try {
      return await sink.pull(limit, timeoutMs, signal);
    } finally {
      // A client that has gone gets no more than the life it asked for.
      release(signal.aborted ? this.lifeMs : Math.max(this.lifeMs, timeoutMs));
    }
  }
}
