import { refusal } from "../refusal.js";
import type { Configuration } from "./types.js";

/** The configurations of one kind, in a fixed order. Clients change them but neither make nor remove any. */
export class Configurations<T extends Configuration> {
  #entries: readonly T[];

  constructor(entries: readonly T[]) {
    this.#entries = entries;
  }

  list(): readonly T[] {
    return this.#entries;
  }

  find(token: string): T | undefined {
    return this.#entries.find((entry) => entry.token === token);
  }

  /** Refuses an unknown token: ter:NoConfig. */
  get(token: string): T {
    const found = this.find(token);
    if (!found) throw refusal("no-config", "no such configuration", { configurationToken: token.slice(0, 64) });
    return found;
  }

  /** Puts `changed` in the place of the one with its token. */
  replace(changed: T): void {
    this.#entries = this.#entries.map((entry) => (entry.token === changed.token ? changed : entry));
  }

  /** Checks that a saved list has the same tokens; the result puts it in force, in the order that is here. */
  prepare(saved: readonly T[]): () => void {
    const byToken = new Map(saved.map((entry) => [entry.token, entry]));
    const entries = this.#entries.map((entry) => byToken.get(entry.token));
    const complete = entries.filter((entry) => entry !== undefined);
    if (byToken.size !== saved.length || complete.length !== entries.length || saved.length !== entries.length)
      throw refusal("state-mismatch", "the saved configurations are not those of this camera", {
        saved: [...byToken.keys()],
        present: this.#entries.map(({ token }) => token),
      });
    return () => {
      this.#entries = complete;
    };
  }
}
