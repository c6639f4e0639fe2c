import type { RtspSession } from "./session.js";

/** The sessions of a server, and the clients' UDP ports that they send to. */
export class SessionTable {
  readonly #sessions = new Map<string, RtspSession>();
  readonly #endpoints = new Set<string>();

  get size(): number {
    return this.#sessions.size;
  }

  get(id: string): RtspSession | undefined {
    return this.#sessions.get(id);
  }

  add(session: RtspSession): void {
    this.#sessions.set(session.id, session);
  }

  remove(session: RtspSession): void {
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
  }

  /** A copy, since sessions may close while it is gone through. */
  all(): RtspSession[] {
    return [...this.#sessions.values()];
  }

  readersOf(path: string): number {
    let count = 0;
    for (const session of this.#sessions.values()) if (session.lease.path.name === path) count++;
    return count;
  }

  /** Takes a client's ports for one session; undefined when another one sends there. Call the result to free them. */
  claimEndpoints(address: string, ports: readonly number[]): (() => void) | undefined {
    const keys = ports.map((port) => `${address} ${port}`);
    if (keys.some((key) => this.#endpoints.has(key))) return undefined;
    for (const key of keys) this.#endpoints.add(key);
    return () => {
      for (const key of keys) this.#endpoints.delete(key);
    };
  }
}
