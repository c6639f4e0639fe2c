import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock, Timer } from "#host/clock";
import type { Connection, Listener, ListenOptions, Net } from "#host/net";
import { secured, type TlsTerms } from "#host/secure";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { MAX_LONG_POLLS } from "#util/long-polls";
import { RepeatedLines } from "#util/repeated-lines";
import type { Closable } from "#util/scope";
import { type Client, Clients } from "./clients.js";
import { httpDate } from "./date.js";
import type { Exchange } from "./exchange.js";
import { ParsedExchange } from "./parsed-exchange.js";
import { PlainExchange } from "./plain-exchange.js";
import { PlainRequests } from "./plain-request.js";
import { plain, type WebAnswer, WebError, type WebHandler } from "./web.js";

export interface WebServerOptions {
  /**
   * Most connections at once; one more is answered with 503 and closed. Those that wait for an answer, as long polls do, are
   * not counted, up to `MAX_LONG_POLLS`; and one that has been idle for a second or more gives way to a new one.
   */
  readonly maxConnections: number;
  /** Time for a request to arrive whole, and for the TLS handshake, in ms. */
  readonly requestTimeoutMs: number;
  /** Time that an idle connection is kept open, in ms. */
  readonly keepAliveMs: number;
  /** TLS, when the listener speaks it. Asked at each connection, so that a new certificate is used at once. */
  readonly tls?: () => TlsTerms;
  /**
   * Sees the first bytes of each connection (after TLS) and may take it over, bytes included, by returning true: for
   * protocols that share the port. Undefined asks to be shown more: all that has come until then.
   */
  readonly takeOver?: (connection: Connection, head: Buffer) => boolean | undefined;
}

/** Longest request line and headers, in bytes. */
const MAX_HEADER_BYTES = 16_384;
/** Time for a client that is turned away to take the answer, in ms, and how many have it at once. */
const LEAVE_MS = 1_000;
const MAX_LEAVING = 64;
/** Since when a connection has to be idle to give way to another, in ms: the client may be about to use it. */
const REST_MS = 1_000;

/** HTTP/1.1 over connections of the host, plain or TLS, in front of one handler. */
export class WebServer implements Closable {
  readonly #clients = new Clients();
  readonly #http: Server;
  readonly #listeners = new Set<Listener>();
  /** Hears of all plain connections that close: a listener for each costs more than the rest of accepting it. */
  readonly #forget: (this: Connection) => void;
  /** Hears of what comes on all connections, until node:http or somebody else has them. */
  readonly #came: (this: Connection, chunk: Buffer) => void;
  readonly #plain = new PlainRequests();
  readonly #date: () => string;
  readonly #scheme: "http" | "https";
  #sweep: Timer | undefined;
  #leaving = 0;
  readonly #refusals: RepeatedLines;
  #closed = false;

  constructor(
    private readonly net: Net,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly options: WebServerOptions,
    private readonly handler: WebHandler,
  ) {
    this.#refusals = new RepeatedLines(log, clock);
    const clients = this.#clients;
    this.#forget = function () {
      clients.delete(this);
    };
    const take = (connection: Connection, chunk: Buffer): void => this.#take(connection, chunk);
    this.#came = function (chunk) {
      take(this, chunk);
    };
    this.#date = httpDate(() => clock.now());
    this.#scheme = options.tls ? "https" : "http";
    this.#http = createServer({ maxHeaderSize: MAX_HEADER_BYTES, noDelay: false }, (request, response) =>
      this.#serve(request, response),
    );
    // Its own timer would end idle connections of sockets, and of nothing else; the sweep ends all kinds alike.
    this.#http.keepAliveTimeout = 0;
    this.#http.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      this.#refusals.debug("a malformed HTTP request", { error: error.code ?? messageOf(error) });
      const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
      if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      else socket.destroy();
    });
  }

  /**
   * Opens a port until the server, or the result, is closed; the latter leaves connections as they are. Throws the host's
   * `CodedError` (`EADDRINUSE`, `EACCES`) when it cannot.
   */
  async listen(options: ListenOptions): Promise<Listener> {
    const listener = await this.net.listen(options, (connection) => this.#accept(connection));
    this.#listeners.add(listener);
    const close = (): Promise<void> => {
      this.#listeners.delete(listener);
      return listener.close();
    };
    return { address: listener.address, port: listener.port, close };
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Ends the connections that `which` fits, at once. Those that were taken over are not this server's any more. */
  disconnect(which: (connection: Connection) => boolean): void {
    for (const { connection } of this.#clients.list()) if (which(connection)) connection.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sweep?.cancel();
    const listening = [...this.#listeners].map((listener) => listener.close());
    this.disconnect(() => true);
    await Promise.all(listening);
    await this.#refusals.close();
  }

  #accept(raw: Connection): void {
    if (this.#closed) return void raw.destroy();
    if (!this.#hasRoom()) {
      this.#refusals.warn("an HTTP client was turned away: http_max_users is reached", { peer: raw.remoteAddress });
      return this.#turnAway(raw);
    }
    const dueMs = this.clock.monotonic() + this.options.requestTimeoutMs;
    const { tls } = this.options;
    const connection = tls ? secured(raw, tls(), (secure) => this.#start(secure)) : raw;
    this.#clients.add(connection, raw, dueMs);
    if (tls) raw.once("close", () => this.#clients.delete(connection));
    else raw.on("close", this.#forget);
    this.#sweep ??= this.clock.after(1000, () => this.#closeOverdue());
    if (!tls) this.#start(raw);
  }

  /** Makes room where a connection can give way. */
  #hasRoom(): boolean {
    const { maxConnections } = this.options;
    if (this.#clients.size < maxConnections) return true;
    let waiting = 0;
    let sinceMs = this.clock.monotonic() - REST_MS;
    let idlest: Client | undefined;
    for (const client of this.#clients.list()) {
      const { answering, idleSinceMs = Infinity } = client;
      if (answering > 0) waiting++;
      else if (idleSinceMs <= sinceMs) [idlest, sinceMs] = [client, idleSinceMs];
    }
    if (this.#clients.size - Math.min(waiting, MAX_LONG_POLLS) < maxConnections) return true;
    if (!idlest) return false;
    idlest.connection.destroy();
    this.#clients.delete(idlest.served);
    return true;
  }

  /** What the client sends is read and forgotten, or it would not see the answer, and the connection never end. */
  #turnAway(raw: Connection): void {
    if (this.options.tls || this.#leaving >= MAX_LEAVING) return void raw.destroy();
    this.#leaving++;
    const timer = this.clock.after(LEAVE_MS, () => raw.destroy());
    raw.once("close", () => {
      this.#leaving--;
      timer.cancel();
    });
    raw.on("error", () => {});
    raw.resume();
    raw.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n");
  }

  #start(connection: Connection): void {
    connection.on("data", this.#came);
  }

  /** Reads what has come, as soon as what came before has been answered. */
  #take(connection: Connection, chunk: Buffer): void {
    const client = this.#clients.of(connection);
    if (!client || connection.writableEnded) return;
    const bytes = client.unread ? Buffer.concat([client.unread, chunk]) : chunk;
    client.unread = undefined;
    if (client.answering > 0) {
      client.unread = bytes;
      if (bytes.length > MAX_HEADER_BYTES) connection.pause();
    } else if (this.#isOurs(client, connection, bytes)) this.#read(client, connection, bytes);
  }

  /** Gives the connection to who wants it, once enough of its first bytes are there. */
  #isOurs(client: Client, connection: Connection, head: Buffer): boolean {
    if (client.isOurs || !this.options.takeOver) return true;
    connection.off("data", this.#came);
    connection.pause();
    const isTaken = this.options.takeOver(connection, head);
    if (isTaken === true) {
      this.#clients.delete(connection);
      return false;
    }
    connection.on("data", this.#came);
    connection.resume();
    if (isTaken === undefined) client.unread = head;
    else client.isOurs = true;
    return client.isOurs;
  }

  /** A request that is not plain goes to node:http, and so does all that comes on its connection from then on. */
  #read(client: Client, connection: Connection, bytes: Buffer): void {
    const request = this.#plain.read(bytes);
    if (!request) {
      connection.off("data", this.#came);
      connection.pause();
      connection.unshift(bytes);
      this.#http.emit("connection", connection);
      return void connection.resume();
    }
    client.idleSinceMs = undefined;
    this.#handle(new PlainExchange(request, connection, this.#scheme, client, this.#date), client);
  }

  #closeOverdue(): void {
    const now = this.clock.monotonic();
    for (const { answering, dueMs, connection } of this.#clients.list())
      if (answering === 0 && dueMs <= now) connection.destroy();
    this.#sweep = this.#clients.size > 0 ? this.clock.after(1000, () => this.#closeOverdue()) : undefined;
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    const client = this.#clients.of(message.socket);
    this.#allow(client, this.options.requestTimeoutMs);
    if (client) client.idleSinceMs = undefined;
    const exchange = new ParsedExchange(message, response, this.#scheme, client);
    // A body that came together with its headers is there when node:http has taken apart what came.
    void Promise.resolve().then(() => this.#handle(exchange, client));
  }

  /** Answers a request, at once where its handler does: a promise costs as much as the rest. */
  #handle(exchange: Exchange, client: Client | undefined): void {
    const answer = this.#answer(exchange);
    if (answer instanceof Promise) void answer.then((late) => this.#send(exchange, late, client));
    else this.#send(exchange, answer, client);
  }

  #answer(exchange: Exchange): WebAnswer | Promise<WebAnswer> {
    try {
      const answer = this.handler(exchange);
      return answer instanceof Promise ? answer.catch((error: unknown) => this.#failure(exchange, error)) : answer;
    } catch (error) {
      return this.#failure(exchange, error);
    }
  }

  #failure({ target }: Exchange, error: unknown): WebAnswer {
    if (error instanceof WebError) return plain(error.status, error.message, error.headers);
    this.log.error("an HTTP request failed", { target, error: messageOf(error) });
    return plain(500, "internal error");
  }

  #send(exchange: Exchange, answer: WebAnswer, client: Client | undefined): void {
    const idle = (): void => {
      this.#allow(client, this.options.keepAliveMs);
      if (client?.answering !== 0) return;
      client.idleSinceMs = this.clock.monotonic();
      this.#takeUnread(client);
    };
    // The client has the same time to take the answer.
    this.#allow(client, this.options.requestTimeoutMs);
    try {
      exchange.send(answer, idle);
    } catch (error) {
      this.log.error("an HTTP request failed", { target: exchange.target, error: messageOf(error) });
      exchange.destroy();
    }
  }

  /** Goes on with what came while a request was being answered. */
  #takeUnread(client: Client): void {
    const { served, unread } = client;
    if (!unread) return;
    client.unread = undefined;
    this.#take(served, unread);
    served.resume();
  }

  #allow(client: Client | undefined, ms: number): void {
    if (client) client.dueMs = this.clock.monotonic() + ms;
  }
}
