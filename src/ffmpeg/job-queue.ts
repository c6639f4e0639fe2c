import { CodedError } from "#util/errors";
import type { Closable } from "#util/scope";

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: CodedError) => void;
}

/** Runs at most `atOnce` jobs together; up to `maxWaiting` more wait in order, others are refused (`picture-busy`). */
export class JobQueue implements Closable {
  #running = 0;
  #waiting: Waiting[] = [];
  #closing: { readonly done: Promise<void>; readonly idle: () => void } | undefined;

  constructor(
    private readonly atOnce: number,
    private readonly maxWaiting: number,
  ) {}

  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#closing) throw closed();
    if (this.#running >= this.atOnce) await this.#turn();
    else this.#running++;
    try {
      return await job();
    } finally {
      this.#next();
    }
  }

  /** Refuses what waits and resolves when nothing runs any more. */
  close(): Promise<void> {
    if (!this.#closing) {
      const { promise, resolve } = deferred();
      this.#closing = { done: promise, idle: resolve };
      for (const { refuse } of this.#waiting.splice(0)) refuse(closed());
      if (this.#running === 0) resolve();
    }
    return this.#closing.done;
  }

  /** Waits for the place of a job that has ended. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= this.maxWaiting)
      return Promise.reject(new CodedError("picture-busy", `${this.maxWaiting} pictures are waiting already`));
    return new Promise((start, refuse) => void this.#waiting.push({ start, refuse }));
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next) {
      next.start();
      return;
    }
    this.#running--;
    if (this.#running === 0) this.#closing?.idle();
  }
}

const closed = (): CodedError => new CodedError("picture-busy", "no more pictures are made");

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
