import type { ClientSession } from "./client-session.js";

/** The sessions of a server, and the clients' UDP ports that they send to. */
export class SessionTable {
  readonly #sessions = new Map<string, ClientSession>();
  readonly #endpoints = new Set<string>();

  get size(): number {
    return this.#sessions.size;
  }

  get(id: string): ClientSession | undefined {
    return this.#sessions.get(id);
  }

  add(session: ClientSession): void {
    this.#sessions.set(session.id, session);
  }

  remove(session: ClientSession): void {
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
  }

  /** A copy, since sessions may close while it is gone through. */
  all(): ClientSession[] {
    return [...this.#sessions.values()];
  }

  readersOf(path: string): number {
    let count = 0;
    for (const session of this.#sessions.values()) if (session.reads === path) count++;
    return count;
  }

  countFrom(address: string): number {
    let count = 0;
    for (const session of this.#sessions.values()) if (session.remoteAddress === address) count++;
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
