/** Indices behind the highest that are still told apart from repeated ones (RFC 3711 §3.3.2 wants 64 or more). */
const WINDOW = 128;

/** Remembers which indices of a sender have come. */
export class ReplayWindow {
  #highest = -1;
  /** Which of the last `WINDOW` indices have come, at their remainder. */
  readonly #seen = new Uint8Array(WINDOW);

  /** The highest index that has come; −1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Has `index` come before, or is it too old to tell? */
  isRepeated(index: number): boolean {
    if (index > this.#highest) return false;
    return this.#highest - index >= WINDOW || this.#seen[index % WINDOW] === 1;
  }

  /** `index` has come, and was authentic. */
  take(index: number): void {
    const skipped = Math.min(index - this.#highest, WINDOW);
    for (let step = 1; step <= skipped; step++) this.#seen[(this.#highest + step) % WINDOW] = 0;
    this.#seen[index % WINDOW] = 1;
    this.#highest = Math.max(this.#highest, index);
  }
}
