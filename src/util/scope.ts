/** Anything with a lifetime. `close` is safe to call twice. */
export interface Closable {
  close(): Promise<void>;
}

/**
 * Owns what was opened and closes it in reverse order. A start that fails half-way closes its scope; that is the
 * only clean-up path. Closing goes on past a child that fails; the first failure is thrown at the end.
 */
export class Scope implements Closable, AsyncDisposable {
  #undo: (() => Promise<void> | void)[] = [];
  #closing: Promise<void> | undefined;

  own<T extends Closable>(child: T): T {
    this.defer(() => child.close());
    return child;
  }

  /** Runs `undo` at close. */
  defer(undo: () => Promise<void> | void): void {
    this.#undo.push(undo);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
