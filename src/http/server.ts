import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Clock, Timer } from "#host/clock";
import type { Connection, Listener, ListenOptions, Net } from "#host/net";
import { secured, type TlsTerms } from "#host/secure";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { plainAddress, reachedAt } from "./reached-at.js";
import { plain, type WebAnswer, WebError, type WebHandler, type WebRequest } from "./web.js";

export interface WebServerOptions {
  /** Most connections at once; one more is answered with 503 and closed. */
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

interface Client {
  readonly connection: Connection;
  /** Monotonic time at which the connection is closed unless something happens. */
  dueMs: number;
  /** The request has arrived and the answer is being made: that may take as long as it takes. */
  isAnswering: boolean;
}

/** HTTP/1.1 over connections of the host, plain or TLS, in front of one handler. */
export class WebServer implements Closable {
  readonly #clients = new Set<Client>();
  readonly #known = new WeakMap<object, Client>();
  readonly #http: Server;
  readonly #listeners = new Set<Listener>();
  #sweep: Timer | undefined;
  #closed = false;

  constructor(
    private readonly net: Net,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly options: WebServerOptions,
    private readonly handler: WebHandler,
  ) {
    this.#http = createServer({ maxHeaderSize: MAX_HEADER_BYTES, noDelay: false }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.log.error("an HTTP request failed", { error: messageOf(error) });
        response.destroy();
      });
    });
    // Its own timer would end idle connections of sockets, and of nothing else; the sweep ends all kinds alike.
    this.#http.keepAliveTimeout = 0;
    this.#http.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      this.log.debug("a malformed HTTP request", { error: error.code ?? messageOf(error) });
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
    for (const { connection } of [...this.#clients]) if (which(connection)) connection.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sweep?.cancel();
    const listening = [...this.#listeners].map((listener) => listener.close());
    this.disconnect(() => true);
    await Promise.all(listening);
  }

  #accept(raw: Connection): void {
    raw.on("error", ignore);
    if (this.#closed) return void raw.destroy();
    if (this.#clients.size >= this.options.maxConnections) {
      this.log.warn("an HTTP client was turned away: http_max_users is reached", { peer: raw.remoteAddress });
      if (this.options.tls) raw.destroy();
      else
        raw.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const dueMs = this.clock.monotonic() + this.options.requestTimeoutMs;
    const client: Client = { connection: raw, dueMs, isAnswering: false };
    this.#clients.add(client);
    raw.once("close", () => this.#clients.delete(client));
    this.#sweep ??= this.clock.after(1000, () => this.#closeOverdue());
    const { tls } = this.options;
    if (!tls) return this.#start(raw, client);
    secured(raw, tls(), (secure) => this.#start(secure, client));
  }

  /** Gives the connection to who wants it, once its first bytes are there. */
  #start(connection: Connection, client: Client): void {
    this.#known.set(connection, client);
    if (!this.options.takeOver) return void this.#http.emit("connection", connection);
    let head: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const chunk = connection.read() as Buffer | null;
      if (chunk === null) return void (connection.readableEnded || connection.once("readable", look));
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      connection.pause();
      const isTaken = this.options.takeOver?.(connection, head);
      if (isTaken === undefined) return void connection.once("readable", look);
      if (isTaken) return void this.#clients.delete(client);
      connection.unshift(head);
      this.#http.emit("connection", connection);
      connection.resume();
    };
    connection.once("readable", look);
  }

  #closeOverdue(): void {
    const now = this.clock.monotonic();
    for (const client of this.#clients) if (!client.isAnswering && client.dueMs <= now) client.connection.destroy();
    this.#sweep = this.#clients.size > 0 ? this.clock.after(1000, () => this.#closeOverdue()) : undefined;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = this.#known.get(message.socket);
    const exchange = new Exchange(message, this.options.tls ? "https" : "http", client);
    response.on("close", () => {
      this.#allow(client, this.options.keepAliveMs);
      if (!response.writableFinished) exchange.abort();
    });
    this.#allow(client, this.options.requestTimeoutMs);
    const answer = await this.#answer(exchange);
    if (client) client.isAnswering = false;
    // The client has the same time to take the answer.
    this.#allow(client, this.options.requestTimeoutMs);
    if (!response.destroyed) write(message, response, answer);
  }

  #allow(client: Client | undefined, ms: number): void {
    if (client) client.dueMs = this.clock.monotonic() + ms;
  }

  async #answer(exchange: Exchange): Promise<WebAnswer> {
    try {
      return await this.handler(exchange);
    } catch (error) {
      if (error instanceof WebError) return plain(error.status, error.message, error.headers);
      this.log.error("an HTTP request failed", { target: exchange.target, error: messageOf(error) });
      return plain(500, "internal error");
    }
  }
}

const ignore = (): void => {};

/**
 * A request as handlers see it. What hardly any of them asks for is worked out when it is asked for. (A class, because
 * getters in an object literal make V8 give each object a shape of its own.)
 */
class Exchange implements WebRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly #message: IncomingMessage;
  readonly #scheme: "http" | "https";
  readonly #client: Client | undefined;
  #query: URLSearchParams | undefined;
  #reachedAt: URL | undefined;
  #aborting: AbortController | undefined;
  #isGone = false;

  constructor(message: IncomingMessage, scheme: "http" | "https", client: Client | undefined) {
    const { method = "GET", url = "/" } = message;
    const question = url.indexOf("?");
    this.method = method;
    this.target = url;
    this.path = question < 0 ? url : url.slice(0, question);
    this.headers = message.headers;
    this.#message = message;
    this.#scheme = scheme;
    this.#client = client;
    if (method === "GET" || method === "HEAD") this.#arrived();
  }

  get query(): URLSearchParams {
    const { target, path } = this;
    return (this.#query ??= new URLSearchParams(target.slice(path.length + 1)));
  }

  get reachedAt(): URL {
    return (this.#reachedAt ??= reachedAt(this.#scheme, this.headers.host, this.local));
  }

  get isSecure(): boolean {
    return this.#scheme === "https";
  }

  get peer(): string {
    return plainAddress(this.#connection.remoteAddress);
  }

  get clientName(): string | undefined {
    return this.#connection.clientName;
  }

  get local(): { readonly address: string; readonly port: number } {
    const { localAddress, localPort } = this.#connection;
    return { address: plainAddress(localAddress), port: localPort };
  }

  get signal(): AbortSignal {
    this.#aborting ??= new AbortController();
    if (this.#isGone) this.#aborting.abort();
    return this.#aborting.signal;
  }

  async body(limit: number): Promise<Buffer> {
    const body = await readBody(this.#message, limit);
    this.#arrived();
    return body;
  }

  /** The client has gone. */
  abort(): void {
    this.#isGone = true;
    this.#aborting?.abort();
  }

  get #connection(): Connection {
    return this.#message.socket as unknown as Connection;
  }

  #arrived(): void {
    if (this.#client) this.#client.isAnswering = true;
  }
}

function readBody(message: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLong = (): WebError => new WebError(413, `the body is longer than ${limit} bytes`, { Connection: "close" });
  const announced = Number(message.headers["content-length"] ?? 0);
  if (announced > limit) return Promise.reject(tooLong());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isWhole = false;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        message.removeAllListeners("data");
        reject(tooLong());
      } else chunks.push(chunk);
    });
    message.on("end", () => {
      isWhole = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    message.on("error", reject);
    message.on("close", () => {
      if (!isWhole) reject(new WebError(400, "the body ended early"));
    });
  });
}

/** Header names are written in their usual case: libonvif does not know them otherwise. */
function write(message: IncomingMessage, response: ServerResponse, answer: WebAnswer): void {
  const { body = "" } = answer;
  // Text goes out as text: node:http sends it together with the headers, in one write.
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  // In ASCII both encodings are the same, and this one is a plain copy.
  const encoding = length === body.length ? "latin1" : "utf8";
  const headers: Record<string, string | string[]> = { "Content-Length": String(length) };
  for (const name in answer.headers) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = typeof value === "string" ? value : [...value];
  }
  // A body that was not read to its end cannot be told from the next request.
  if (!message.complete) headers["Connection"] = "close";
  response.writeHead(answer.status, headers);
  response.end(message.method === "HEAD" ? undefined : body, encoding);
}
