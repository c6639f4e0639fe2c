import type { Host } from "#host/host";
import type { Connection, Listener, ListenOptions } from "#host/net";
import type { Timer } from "#host/clock";
import type { Logger } from "#util/log";
import { Scope, type Closable } from "#util/scope";
import { NonceKeeper } from "#wire/digest/nonce";
import { Headers, writeResponse } from "#wire/rtsp/message";
import type { TransportOffer } from "../negotiate.js";
import { rtspAuthenticator } from "./authentication.js";
import { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { StreamDirectory } from "./directory.js";
import { LoginFailures } from "./login-failures.js";
import { resolveOptions, type RtspServerOptions } from "./options.js";
import type { SessionInfo } from "./session-info.js";
import { SessionTable } from "./session-table.js";
import { UdpPorts } from "./transport/udp-ports.js";

/** One timer for all timeouts and reports; it runs only while there is somebody to watch. */
const TICK_MS = 1000;

/** What differs from one listener or tunnel to another. */
export interface AcceptOptions {
  /** The server's own offer unless given. */
  readonly transports?: TransportOffer;
}

/** Serves the streams of a directory to RTSP clients (RFC 2326, ONVIF Streaming), over any number of listeners. */
export class RtspServer implements Closable {
  readonly #context: ServerContext;
  readonly #host: Pick<Host, "clock" | "net" | "entropy">;
  readonly #scope = new Scope();
  readonly #connections = new Set<RtspConnection>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(
    host: Pick<Host, "clock" | "net" | "entropy">,
    log: Logger,
    directory: StreamDirectory,
    given: RtspServerOptions = {},
  ) {
    const options = resolveOptions(given);
    const { clock, entropy, net } = host;
    this.#host = host;
    this.#context = {
      clock,
      entropy,
      log,
      directory,
      options,
      authenticator:
        options.authentication && rtspAuthenticator(new NonceKeeper(entropy.bytes(32)), options.authentication),
      loginFailures: new LoginFailures(options.maxFailedLoginsPerMinute),
      sessions: new SessionTable(),
      udp: this.#scope.own(new UdpPorts(net, options.udp)),
      cname: entropy.bytes(8).toString("hex"),
    };
  }

  /** Takes connections there until the server, or the result, is closed. Failures as in `Net.listen`. */
  async listen(options: ListenOptions, served: AcceptOptions = {}): Promise<Listener> {
    const listener = await this.#host.net.listen(options, (connection) => this.accept(connection, undefined, served));
    return this.#scope.own(listener);
  }

  /**
   * Serves a connection that somebody else has accepted, such as a tunnel; `head` are the bytes that have been read
   * from it already.
   */
  accept(connection: Connection, head?: Buffer, served: AcceptOptions = {}): void {
    const { options, clock } = this.#context;
    if (this.#isClosed || this.#isCrowded(connection.remoteAddress)) {
      this.#refuse(connection);
      return;
    }
    const transports = served.transports ?? options.transports;
    const accepted = new RtspConnection(this.#context, connection, transports, (closed) => {
      this.#connections.delete(closed);
    });
    this.#connections.add(accepted);
    this.#timer ??= clock.after(TICK_MS, () => this.#tick());
    accepted.start(head);
  }

  /** Connections that are open, in whatever state. */
  get connections(): number {
    return this.#connections.size;
  }

  /** The sessions that there are. */
  sessions(): SessionInfo[] {
    return this.#context.sessions.all().map((session) => session.info());
  }

  /** Ends one session as its timeout would; false when there is none of that id. */
  kick(sessionId: string): boolean {
    const session = this.#context.sessions.get(sessionId);
    session?.close("ended by the operator", true);
    return session !== undefined;
  }

  /** Stops listening, tells all players that it is over and closes their connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const session of this.#context.sessions.all()) session.close("server stops", true);
    for (const connection of [...this.#connections]) connection.destroy("server stops");
    await this.#scope.close();
  }

  #isCrowded(address: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#context.options;
    if (this.#connections.size >= maxConnections) return true;
    if (maxConnectionsPerAddress === Infinity) return false;
    const fromThere = [...this.#connections].filter((one) => one.remoteAddress === address).length;
    return fromThere >= maxConnectionsPerAddress;
  }

  #refuse(connection: Connection): void {
    const { clock, log, options } = this.#context;
    log.warn("connection refused: too many", { peer: connection.remoteAddress, connections: this.#connections.size });
    connection.on("error", () => {});
    connection.end(writeResponse(503, new Headers([["Server", options.serverName]])));
    clock.after(TICK_MS, () => connection.destroy());
  }

  #tick(): void {
    this.#timer = undefined;
    const nowMs = this.#context.clock.monotonic();
    for (const session of this.#context.sessions.all()) session.tick(nowMs);
    for (const connection of [...this.#connections]) connection.tick(nowMs);
    const isIdle = this.#connections.size === 0 && this.#context.sessions.size === 0;
    if (!isIdle && !this.#isClosed) this.#timer = this.#context.clock.after(TICK_MS, () => this.#tick());
  }
}
