import type { Host } from "#host/host";
import type { Connection, Listener, ListenOptions } from "#host/net";
import type { TlsTerms } from "#host/secure";
import type { Timer } from "#host/clock";
import type { Logger } from "#util/log";
import { RepeatedLines } from "#util/repeated-lines";
import { Scope, type Closable } from "#util/scope";
import { NonceKeeper } from "#wire/digest/nonce";
import { Headers, writeResponse } from "#wire/rtsp/message";
import type { TransportOffer } from "../negotiate.js";
import { rtspAuthenticator } from "./authentication.js";
import { Broadcast, type BroadcastOptions } from "./broadcast.js";
import { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { StreamDirectory } from "./directory.js";
import { Entrance } from "./entrance.js";
import { KnownDescriptions } from "./known-descriptions.js";
import { LoginFailures } from "./login-failures.js";
import { resolveOptions, type RtspServerOptions } from "./options.js";
import type { SessionInfo } from "./session-info.js";
import { offerOn } from "./security/policy.js";
import { StreamKeys } from "./security/stream-keys.js";
import { SessionTable } from "./session-table.js";
import type { Carrier, CarrierName } from "./transport/carrier.js";
import { MulticastSenders } from "./transport/multicast-senders.js";
import { UdpPacing } from "./transport/udp-pacing.js";
import { UdpPorts } from "./transport/udp-ports.js";

/** One timer for all timeouts and reports; it runs only while there is somebody to watch. */
const TICK_MS = 1000;

/** What differs from one connection to another. */
export interface AcceptOptions {
  /** The server's own offer unless given. */
  readonly transports?: TransportOffer;
  /** `rtsp` unless given. */
  readonly carrier?: CarrierName;
}

/** What differs from one listener to another. */
export interface ListenerOptions {
  /** The server's own offer unless given. Tunnels and TLS leave only its TCP. */
  readonly transports?: TransportOffer;
  /** TLS, when the listener speaks it. Asked at each connection, so that a new certificate is used at once. */
  readonly tls?: () => TlsTerms;
  /** Are HTTP tunnels taken too? They are unless this is false. */
  readonly tunnels?: boolean;
  /** Are WebSockets taken too? They are unless this is false. */
  readonly webSockets?: boolean;
}

/** Serves the streams of a directory to RTSP clients (RFC 2326, ONVIF Streaming), over any number of listeners. */
export class RtspServer implements Closable {
  readonly #context: ServerContext;
  readonly #host: Pick<Host, "clock" | "net" | "entropy">;
  readonly #scope = new Scope();
  readonly #connections = new Set<RtspConnection>();
  readonly #broadcasts = new Set<Broadcast>();
  readonly #listeners = new Set<Listener>();
  readonly #entrance: Entrance;
  /** Told when a connection has closed. */
  readonly #closed = (closed: RtspConnection): void => {
    this.#connections.delete(closed);
    this.#context.halfOpen.delete(closed);
  };
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
    const pacing = this.#scope.own(new UdpPacing(clock, options.udp.pacePackets));
    const cname = entropy.bytes(8).toString("hex");
    this.#host = host;
    this.#context = {
      clock,
      entropy,
      log,
      refusals: this.#scope.own(new RepeatedLines(log, clock)),
      directory,
      known: new KnownDescriptions(clock, log),
      options,
      authenticator:
        options.authentication && rtspAuthenticator(new NonceKeeper(entropy.bytes(32)), options.authentication),
      loginFailures: new LoginFailures(options.maxFailedLoginsPerMinute),
      sessions: new SessionTable(),
      halfOpen: new Set(),
      udp: this.#scope.own(new UdpPorts(net, options.udp)),
      pacing,
      keys: new StreamKeys(clock, entropy, options.srtpSuite),
      multicast: this.#scope.own(new MulticastSenders({ net, clock, log, groups: options.groups, cname, pacing })),
      cname,
    };
    this.#entrance = new Entrance({
      clock,
      log,
      requestTimeoutMs: options.requestTimeoutMs,
      tunnelSameAddress: options.tunnelSameAddress,
      hasRoom: (address) => this.#hasRoom(address),
      welcome: (carrier, name, { transports }, head) =>
        this.accept(carrier, head, {
          carrier: name,
          transports: offerOn(name, transports ?? options.transports, options.srtp),
        }),
    });
  }

  /**
   * Takes connections there until the server, or the result, is closed: RTSP, and RTSP through HTTP and WebSocket, told
   * apart by their first bytes. Closing the result leaves connections as they are. Failures as in `Net.listen`.
   */
  async listen(
    options: ListenOptions,
    { transports, tls, tunnels = true, webSockets = true }: ListenerOptions = {},
  ): Promise<Listener> {
    const doorway = { isSecure: tls !== undefined, tunnels, webSockets, transports };
    const { direct } = this.#context.options.tcp;
    const listener = await this.#host.net.listen({ ...options, direct }, (connection) => {
      if (!this.#hasRoom(connection.remoteAddress)) return this.#refuse(connection, doorway.isSecure);
      this.#makeRoomForHalfOpen();
      this.#entrance.receive(connection, doorway, tls?.());
      this.#watch();
    });
    this.#listeners.add(listener);
    const close = (): Promise<void> => {
      this.#listeners.delete(listener);
      return listener.close();
    };
    return { address: listener.address, port: listener.port, close };
  }

  /**
   * Looks at the first bytes of a connection that a web server has accepted, after TLS where `isSecure`. True when they
   * are of RTSP, an HTTP tunnel or a WebSocket for RTSP: then the connection, `head` included, belongs to this server.
   * Undefined when more bytes have to come before that can be told; call again with all that have come then.
   */
  takeOver(
    connection: Connection,
    head: Buffer,
    isSecure: boolean,
    { tunnels = true, webSockets = true }: Pick<ListenerOptions, "tunnels" | "webSockets"> = {},
  ): boolean | undefined {
    const isTaken = this.#entrance.take(connection, head, { isSecure, tunnels, webSockets });
    if (isTaken) this.#watch();
    return isTaken;
  }

  /** Serves a connection that somebody else has accepted; `head` are the bytes that have been read from it already. */
  accept(stream: Carrier, head?: Buffer, served: AcceptOptions = {}): RtspConnection | undefined {
    if (!this.#hasRoom(stream.remoteAddress)) {
      this.#refuse(stream);
      return undefined;
    }
    const { carrier = "rtsp", transports = this.#context.options.transports } = served;
    const accepted = new RtspConnection(this.#context, stream, carrier, transports, this.#closed);
    this.#makeRoomForHalfOpen();
    this.#connections.add(accepted);
    this.#context.halfOpen.add(accepted);
    this.#watch();
    accepted.start(head);
    return accepted;
  }

  /** Loads what the first reader over UDP needs. */
  async prepare(): Promise<void> {
    const { options, udp } = this.#context;
    if (options.transports.udp) await udp.prepare();
  }

  /** Sends a stream to its multicast groups, whether anybody asks for it by RTSP or not, until the result is closed. */
  broadcast(options: BroadcastOptions): Closable {
    const broadcast = new Broadcast(this.#context, options);
    this.#broadcasts.add(broadcast);
    this.#watch();
    return {
      close: () => {
        this.#broadcasts.delete(broadcast);
        return broadcast.close();
      },
    };
  }

  /** Connections that are open, in whatever state. */
  get connections(): number {
    return this.#connections.size + this.#entrance.waiting;
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

  /**
   * Ends the connections that `which` fits, and the sessions of these clients, who are told. A session over UDP whose
   * connection has gone has no local address and port.
   */
  disconnect(
    which: (client: Pick<Carrier, "remoteAddress"> & Partial<Pick<Carrier, "localAddress" | "localPort">>) => boolean,
  ): void {
    for (const connection of [...this.#connections])
      if (which(connection)) {
        connection.session?.close("the server ends it", true);
        connection.destroy("the server ends it");
      }
    for (const session of this.#context.sessions.all())
      if (which({ remoteAddress: session.remoteAddress })) session.close("the server ends it", true);
  }

  /** Stops listening, tells all players that it is over and closes their connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const session of this.#context.sessions.all()) session.close("server stops", true);
    for (const connection of [...this.#connections]) connection.destroy("server stops");
    for (const broadcast of this.#broadcasts) await broadcast.close();
    this.#entrance.close();
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
    await this.#scope.close();
  }

  #hasRoom(address: string): boolean {
    const { maxConnections, maxConnectionsPerAddress } = this.#context.options;
    if (this.#isClosed || this.connections >= maxConnections) return false;
    if (maxConnectionsPerAddress === Infinity) return true;
    let served = 0;
    for (const { remoteAddress } of this.#connections) if (remoteAddress === address) served++;
    return served + this.#entrance.waitingFrom(address) < maxConnectionsPerAddress;
  }

  /** Closes what has proved nothing for longest when one more is about to come. */
  #makeRoomForHalfOpen(): void {
    const { halfOpen, options } = this.#context;
    while (this.#entrance.waiting + halfOpen.size >= options.maxHalfOpen) {
      if (this.#entrance.dropOldest()) continue;
      const [oldest] = halfOpen;
      if (!oldest) return;
      oldest.destroy("too many connections that have proved nothing");
    }
  }

  #refuse(stream: Carrier, beforeTls = false): void {
    const { clock, refusals, options } = this.#context;
    refusals.warn("connection refused: too many", { peer: stream.remoteAddress });
    stream.on("error", () => {});
    if (beforeTls) return void stream.destroy();
    stream.write(writeResponse(503, new Headers([["Server", options.serverName]])));
    stream.end();
    clock.after(TICK_MS, () => stream.destroy());
  }

  #watch(): void {
    this.#timer ??= this.#context.clock.after(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    this.#timer = undefined;
    const nowMs = this.#context.clock.monotonic();
    for (const session of this.#context.sessions.all()) session.tick(nowMs);
    this.#context.multicast.tick(nowMs);
    for (const connection of [...this.#connections]) connection.tick(nowMs);
    this.#entrance.tick(nowMs);
    const { sessions, multicast } = this.#context;
    const isIdle = this.connections === 0 && sessions.size === 0 && multicast.size === 0;
    if (!isIdle && !this.#isClosed) this.#watch();
  }
}
