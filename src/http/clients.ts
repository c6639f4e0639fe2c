import type { Connection } from "#host/net";
import type { Requester } from "./exchange.js";

export interface Client extends Requester {
  readonly connection: Connection;
  /** What HTTP is spoken on: the connection, or TLS on top of it. */
  readonly served: Connection;
  /** Monotonic time at which the connection is closed unless something happens; an answer may take as long as it takes. */
  dueMs: number;
  /** Monotonic time of its last answer; undefined before the first, and while there is a request. */
  idleSinceMs: number | undefined;
  /** What has come and was not read yet. */
  unread: Buffer | undefined;
  /** It has been decided that nobody takes the connection over. */
  isOurs: boolean;
}

const PLACE = Symbol("place");
const CLIENT = Symbol("client");

interface Placed extends Client {
  [PLACE]: number;
}

/** A connection that HTTP is spoken on. */
interface Served {
  [CLIENT]?: Placed | undefined;
}

/**
 * The clients of a server, found by the connection that HTTP is spoken on. That knows its client, and the client its place
 * in a list: a map leaves tables behind when it makes room, each with all clients of that moment, which V8 takes for alive
 * until it collects the whole heap.
 */
export class Clients {
  readonly #all: Placed[] = [];

  get size(): number {
    return this.#all.length;
  }

  /** All of them, as they are now. */
  list(): readonly Client[] {
    return [...this.#all];
  }

  of(served: object): Client | undefined {
    return (served as Served)[CLIENT];
  }

  /** A connection that is served has no client yet, and is of one server alone. */
  add(served: Connection, connection: Connection, dueMs: number): void {
    const place = this.#all.length;
    const client: Placed = {
      connection,
      served,
      dueMs,
      idleSinceMs: undefined,
      answering: 0,
      unread: undefined,
      isOurs: false,
      [PLACE]: place,
    };
    this.#all.push(client);
    (served as Served)[CLIENT] = client;
  }

  delete(served: object): void {
    const client = (served as Served)[CLIENT];
    if (client === undefined) return;
    (served as Served)[CLIENT] = undefined;
    const last = this.#all.pop();
    if (last === undefined || last === client) return;
    last[PLACE] = client[PLACE];
    this.#all[last[PLACE]] = last;
  }
}
