/** A typed event source: listeners are called in the order they subscribed, before `emit` returns. */
export class Signal<T> {
  #listeners: readonly ((value: T) => void)[] = [];

  /** Adds a listener; call the result to remove it. */
  subscribe(listener: (value: T) => void): () => void {
    const entry = (value: T): void => listener(value);
    this.#listeners = [...this.#listeners, entry];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry);
    };
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
