import type { Duplex } from "node:stream";
import type { Closable } from "#util/scope";

/** One connection between programs of this computer. */
export interface LocalConnection extends Duplex {}

/** Sockets that are files of this computer. Failures are `CodedError`s with the system's code: `ENOENT`, `ECONNREFUSED`, … */
export interface LocalSockets {
  /** Listens on a socket file that only the owner of the process may use; there must be none yet. */
  listen(path: string, onConnection: (connection: LocalConnection) => void): Promise<Closable>;
  connect(path: string): Promise<LocalConnection>;
}
