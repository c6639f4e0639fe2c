import type { ClientSession } from "./client-session.js";

/** The sessions of a server, and the clients' UDP ports that they send to. */
export class SessionTable {
  readonly #sessions = new Map<string, ClientSession>();
  /** By address. */
  readonly #endpoints = new Map<string, Set<number>>();

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
    const taken = this.#endpoints.get(address) ?? new Set();
    if (ports.some((port) => taken.has(port))) return undefined;
    for (const port of ports) taken.add(port);
    this.#endpoints.set(address, taken);
    return () => {
      for (const port of ports) taken.delete(port);
      if (taken.size === 0 && this.#endpoints.get(address) === taken) this.#endpoints.delete(address);
    };
  }
}
