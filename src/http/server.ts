import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
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
    const allow = (ms: number): void => {
      if (client) client.dueMs = this.clock.monotonic() + ms;
    };
    const answering = (on: boolean): void => {
      if (client) client.isAnswering = on;
    };
    const gone = new Gone();
    response.once("close", () => {
      allow(this.options.keepAliveMs);
      if (!response.writableFinished) gone.abort();
    });
    allow(this.options.requestTimeoutMs);
    const answer = await this.#answer(message, gone, () => answering(true));
    answering(false);
    // The client has the same time to take the answer.
    allow(this.options.requestTimeoutMs);
    if (!response.destroyed) write(message, response, answer);
  }

  async #answer(message: IncomingMessage, gone: Gone, arrived: () => void): Promise<WebAnswer> {
    try {
      return await this.handler(this.#request(message, gone, arrived));
    } catch (error) {
      if (error instanceof WebError) return plain(error.status, error.message, error.headers);
      this.log.error("an HTTP request failed", { target: message.url, error: messageOf(error) });
      return plain(500, "internal error");
    }
  }

  #request(message: IncomingMessage, gone: Gone, arrived: () => void): WebRequest {
    const target = message.url ?? "/";
    const socket = message.socket as unknown as Connection;
    const local = { address: plainAddress(socket.localAddress), port: socket.localPort };
    const question = target.indexOf("?");
    if (message.method === "GET" || message.method === "HEAD") arrived();
    return {
      method: message.method ?? "GET",
      target,
      path: question < 0 ? target : target.slice(0, question),
      query: new URLSearchParams(question < 0 ? "" : target.slice(question + 1)),
      headers: message.headers,
      reachedAt: reachedAt(this.options.tls ? "https" : "http", message.headers.host, local),
      peer: plainAddress(socket.remoteAddress),
      clientName: socket.clientName,
      local,
      get signal() {
        return gone.signal;
      },
      body: async (limit) => {
        const body = await readBody(message, limit);
        arrived();
        return body;
      },
    };
  }
}

const ignore = (): void => {};

/** Tells who asks that the client has gone. Hardly anybody asks, so the signal is made when somebody does. */
class Gone {
  #controller: AbortController | undefined;
  #isGone = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isGone) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#isGone = true;
    this.#controller?.abort();
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
    message.once("end", () => {
      isWhole = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    message.once("error", reject);
    message.once("close", () => {
      if (!isWhole) reject(new WebError(400, "the body ended early"));
    });
  });
}

/** Header names are written in their usual case: libonvif does not know them otherwise. */
function write(message: IncomingMessage, response: ServerResponse, answer: WebAnswer): void {
  const { body = "" } = answer;
  // Text goes out as text: node:http sends it together with the headers, in one write.
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const headers: Record<string, string | string[]> = { "Content-Length": String(length) };
  for (const name in answer.headers) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = typeof value === "string" ? value : [...value];
  }
  // A body that was not read to its end cannot be told from the next request.
  if (!message.complete) headers["Connection"] = "close";
  response.writeHead(answer.status, headers);
  response.end(message.method === "HEAD" ? undefined : body);
}
