import type { Clock, Timer } from "#host/clock";
import type { Connection } from "#host/net";
import type { Logger } from "#util/log";
import type { TunnelOpening } from "#wire/rtsp/opening";
import type { RtspConnection } from "./connection.js";
import type { Doorway } from "./entrance.js";
import { TUNNEL_IS_OPEN, writeHttpHead } from "./http-answer.js";
import { HttpTunnel } from "./transport/http-tunnel.js";

/** A tunnel without a POST, and without a session that could go on, is closed after this. */
const POST_TIMEOUT_MS = 5000;

interface Entry {
  readonly tunnel: HttpTunnel;
  readonly doorway: Doorway;
  /** Undefined until the first POST. */
  connection: RtspConnection | undefined;
  timer: Timer | undefined;
}

export interface HttpTunnelsParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Does the POST have to come from the address of its GET? */
  readonly tunnelSameAddress: boolean;
}

/** Finds the two halves of HTTP tunnels that belong together: by cookie, port, security, and the client's address and name. */
export class HttpTunnels {
  readonly #entries = new Map<string, Entry>();
  /** Those whose first POST has not come. */
  readonly #waiting = new Set<Entry>();

  /** `welcome` serves the client of a whole tunnel; undefined when there is no room for it. */
  constructor(
    private readonly parts: HttpTunnelsParts,
    private readonly welcome: (tunnel: HttpTunnel, doorway: Doorway) => RtspConnection | undefined,
  ) {}

  get waiting(): number {
    return this.#waiting.size;
  }

  waitingFrom(address: string): number {
    return [...this.#waiting].filter(({ tunnel }) => tunnel.remoteAddress === address).length;
  }

  /** Answers a GET and waits for its POST. A tunnel of the same cookie gives way: its client has lost it. */
  open(output: Connection, opening: TunnelOpening, doorway: Doorway): void {
    const key = this.#keyOf(output, opening, doorway);
    this.#entries.get(key)?.tunnel.destroy();
    writeHttpHead(
      output,
      "200 OK",
      { ...TUNNEL_IS_OPEN, ...(opening.hasOrigin && { "Access-Control-Allow-Origin": "*" }) },
      opening.minorVersion,
    );
    const entry: Entry = { tunnel: new HttpTunnel(output), doorway, connection: undefined, timer: undefined };
    this.#entries.set(key, entry);
    this.#waiting.add(entry);
    entry.tunnel.on("close", () => {
      entry.timer?.cancel();
      this.#waiting.delete(entry);
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    entry.tunnel.on("input-closed", () => this.#expectPost(entry));
    this.#expectPost(entry);
  }

  /** Joins a POST with its GET; false when there is none. `head` is what has come behind the headers. */
  join(input: Connection, opening: TunnelOpening, doorway: Doorway, head: Buffer): boolean {
    const entry = this.#entries.get(this.#keyOf(input, opening, doorway));
    if (!entry) return false;
    entry.timer?.cancel();
    this.#waiting.delete(entry);
    entry.connection ??= this.welcome(entry.tunnel, entry.doorway);
    entry.tunnel.attach(input, head);
    return true;
  }

  close(): void {
    for (const { tunnel } of this.#entries.values()) tunnel.destroy();
  }

  #expectPost(entry: Entry): void {
    entry.timer?.cancel();
    entry.timer = this.parts.clock.after(POST_TIMEOUT_MS, () => {
      if (entry.tunnel.hasInput || entry.connection?.session) return;
      this.parts.log.debug("HTTP tunnel closed: there is no POST", { peer: entry.tunnel.remoteAddress });
      if (entry.connection) entry.connection.end();
      else entry.tunnel.destroy();
    });
  }

  #keyOf(connection: Connection, { cookie }: TunnelOpening, { isSecure }: Doorway): string {
    const { localPort, remoteAddress, clientName } = connection;
    const address = this.parts.tunnelSameAddress ? remoteAddress : "";
    return JSON.stringify([cookie, localPort, isSecure, address, clientName]);
  }
}
