import type { Clock, Timer } from "#host/clock";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { type Closable, Scope } from "#util/scope";

/** Time between two attempts to come back, in ms. */
const RETRY_MS = 10_000;

export interface RestartPlan {
  /** Time until it goes, in ms: what has been answered has to be on its way by then. */
  readonly leaveAfterMs: number;
  /** Time that it is away, in ms. */
  readonly awayMs: number;
  /** What happens when everything is closed, before it comes back. */
  readonly meanwhile: () => Promise<void>;
}

/**
 * Something that can go away and come back while the process stays, as a camera does that reboots: all that `start` opens
 * is in the scope that it is given, closed when it goes, and opened anew when it comes back.
 */
export class Restartable<T> implements Closable {
  #present: { readonly value: T; readonly scope: Scope } | undefined;
  #timer: Timer | undefined;
  #isPlanned = false;
  #isClosed = false;
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly start: (scope: Scope) => Promise<T>,
  ) {}

  /** Starts it for the first time. A start that fails closes all that it had opened and throws what it threw. */
  open(): Promise<void> {
    return this.#open();
  }

  /** What is there; undefined while it is away. */
  get present(): T | undefined {
    return this.#present?.value;
  }

  /** Goes and comes back as planned; false when it is about to do so already. A start that fails is tried again. */
  restart(plan: RestartPlan): boolean {
    if (this.#isPlanned || this.#isClosed) return false;
    this.#isPlanned = true;
    this.#after(plan.leaveAfterMs, () => this.#leave(plan));
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#last;
    await this.#shut();
  }

  async #leave({ awayMs, meanwhile }: RestartPlan): Promise<void> {
    try {
      await this.#shut();
      await meanwhile();
    } catch (error) {
      this.log.error("the camera did not end cleanly before its restart", { reason: messageOf(error) });
    }
    this.#after(awayMs, () => this.#comeBack());
  }

  async #comeBack(): Promise<void> {
    try {
      await this.#open();
      this.#isPlanned = false;
      this.log.info("the camera is back");
    } catch (error) {
      this.log.error("the camera cannot come back and tries again", {
        reason: messageOf(error),
        seconds: RETRY_MS / 1000,
      });
      this.#after(RETRY_MS, () => this.#comeBack());
    }
  }

  async #open(): Promise<void> {
    const scope = new Scope();
    try {
      this.#present = { value: await this.start(scope), scope };
    } catch (error) {
      await scope.close();
      throw error;
    }
  }

  async #shut(): Promise<void> {
    const present = this.#present;
    this.#present = undefined;
    await present?.scope.close();
  }

  /** Whoever closes waits for what is under way. */
  #after(ms: number, act: () => Promise<void>): void {
    if (this.#isClosed) return;
    this.#timer = this.clock.after(ms, () => {
      this.#last = act();
    });
  }
}
