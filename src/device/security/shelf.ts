import { refusal, type RefusalCode } from "../refusal.js";
import type { ShelfState } from "./objects.js";

export interface ShelfRules {
  /** Of ids: `key` gives `key-1`, `key-2` … */
  readonly prefix: string;
  readonly maximum: number;
  /** What is refused when there is no object of an id, and when there is no room. */
  readonly missing: RefusalCode;
  readonly full: RefusalCode;
}

/**
 * The objects of one kind, in the order of their making. Those that are fixed come with the device: they cannot be deleted
 * and are not kept.
 */
export class Shelf<T extends { readonly id: string }> {
  readonly #items = new Map<string, T>();
  readonly #fixed = new Set<string>();
  #next = 1;

  constructor(readonly rules: ShelfRules) {}

  list(): readonly T[] {
    return [...this.#items.values()];
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  find(id: string): T | undefined {
    return this.#items.get(id);
  }

  /** Refuses with `missing` unless there is one. */
  get(id: string, missing = this.rules.missing): T {
    const found = this.#items.get(id);
    if (!found) throw refusal(missing, `there is no ${this.rules.prefix} of that id`, { id });
    return found;
  }

  /** Refuses with `full` unless there is room for `count` more. */
  demandRoom(count = 1): void {
    const { full, maximum, prefix } = this.rules;
    if (this.#items.size + count > maximum) throw refusal(full, `at most ${maximum} objects of the kind ${prefix}`);
  }

  /** Adds what `make` gives for a new id, or for this one, which is free. */
  add<S extends T>(make: (id: string) => S, chosen?: string): S {
    this.demandRoom();
    if (chosen === undefined) this.#skipTaken();
    const item = make(chosen ?? this.#nextId);
    if (chosen === undefined) this.#next += 1;
    this.#items.set(item.id, item);
    return item;
  }

  /** Puts what comes with the device in front. */
  fix(item: T): void {
    const others = this.list().filter(({ id }) => id !== item.id);
    this.#items.clear();
    for (const one of [item, ...others]) this.#items.set(one.id, one);
    this.#fixed.add(item.id);
  }

  /** Changes one that is there. */
  replace(item: T): void {
    if (this.#items.has(item.id)) this.#items.set(item.id, item);
  }

  isFixed(id: string): boolean {
    return this.#fixed.has(id);
  }

  /** Refuses one that is fixed or referred to. */
  delete(id: string, isReferred: boolean): void {
    this.get(id);
    if (isReferred || this.#fixed.has(id)) throw refusal("reference-exists", `${id} is in use`, { id });
    this.#items.delete(id);
  }

  /** Clients may have chosen ids that look like ours. */
  #skipTaken(): void {
    while (this.#items.has(this.#nextId)) this.#next += 1;
  }

  get #nextId(): string {
    return `${this.rules.prefix}-${this.#next}`;
  }

  snapshot(): ShelfState<T> {
    return { next: this.#next, items: this.list().filter(({ id }) => !this.#fixed.has(id)) };
  }

  /** Takes saved objects beside those that are fixed. */
  restore({ next, items }: ShelfState<T>): void {
    const fixed = this.list().filter(({ id }) => this.#fixed.has(id));
    this.#items.clear();
    for (const item of [...fixed, ...items.filter(({ id }) => !this.#fixed.has(id))].slice(0, this.rules.maximum))
      this.#items.set(item.id, item);
    this.#next = Math.max(1, next);
  }
}
