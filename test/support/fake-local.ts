import type { LocalConnection, LocalSockets } from "#host/local";
import { CodedError } from "#util/errors";
import type { Closable } from "#util/scope";
import type { FakeClock } from "./fake-clock.js";
import { FakeConnection } from "./fake-connection.js";

/** Socket files in memory. */
export class FakeLocalSockets implements LocalSockets {
  readonly #listening = new Map<string, (connection: LocalConnection) => void>();

  constructor(private readonly clock: FakeClock) {}

  listen(path: string, onConnection: (connection: LocalConnection) => void): Promise<Closable> {
    if (this.#listening.has(path)) return Promise.reject(new CodedError("EADDRINUSE", "cannot listen: EADDRINUSE"));
    this.#listening.set(path, onConnection);
    return Promise.resolve({
      close: () => {
        this.#listening.delete(path);
        return Promise.resolve();
      },
    });
  }

  connect(path: string): Promise<LocalConnection> {
    const accept = this.#listening.get(path);
    if (!accept) return Promise.reject(new CodedError("ENOENT", "cannot connect: ENOENT"));
    const ends = { localAddress: "", localPort: 0, remoteAddress: "", remotePort: 0 };
    const [near, far] = FakeConnection.pair(ends, 65_536, () => this.clock.noteActivity());
    accept(far);
    return Promise.resolve(near);
  }
}
