import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Connection } from "#host/net";
import { reachedAt } from "./reached-at.js";
import { type WebAnswer, WebError, type WebRequest } from "./web.js";

/** Who sends requests. */
export interface Requester {
  /** Requests that have arrived, and whose answers are being made. */
  answering: number;
}

/**
 * A request as handlers see it, and the way back. What hardly any of them asks for is worked out when it is asked for.
 * (A class, because getters in an object literal make V8 give each object a shape of its own.)
 */
export class Exchange implements WebRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  #query: URLSearchParams | undefined;
  #reachedAt: URL | undefined;
  #aborting: AbortController | undefined;
  /** The request has been told to be whole. */
  #hasArrived = false;
  #hasBody = false;

  constructor(
    private readonly message: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly scheme: "http" | "https",
    private readonly requester: Requester | undefined,
  ) {
    const { method = "GET", url = "/" } = message;
    const question = url.indexOf("?");
    this.method = method;
    this.target = url;
    this.path = question < 0 ? url : url.slice(0, question);
    this.headers = message.headers;
    if (method === "GET" || method === "HEAD") this.#arrived();
  }

  get query(): URLSearchParams {
    const { target, path } = this;
    return (this.#query ??= new URLSearchParams(target.slice(path.length + 1)));
  }

  get reachedAt(): URL {
    return (this.#reachedAt ??= reachedAt(this.scheme, this.headers.host, this.local));
  }

  get isSecure(): boolean {
    return this.scheme === "https";
  }

  get peer(): string {
    return this.#connection.remoteAddress;
  }

  get clientName(): string | undefined {
    return this.#connection.clientName;
  }

  get local(): { readonly address: string; readonly port: number } {
    const { localAddress, localPort } = this.#connection;
    return { address: localAddress, port: localPort };
  }

  get signal(): AbortSignal {
    this.#aborting ??= this.#watch();
    return this.#aborting.signal;
  }

  body(limit: number): Promise<Buffer> | Buffer {
    const { message } = this;
    const announced = Number(message.headers["content-length"] ?? NaN);
    if (announced > limit) throw tooLong(limit);
    if (message.readableLength !== announced) return readBody(message, limit).then((body) => this.#read(body));
    return this.#read((message.read() as Buffer | null) ?? Buffer.alloc(0));
  }

  /** Sends the answer; tells when the client has taken it, or has gone. */
  send(answer: WebAnswer, done: () => void): void {
    const { message, response, requester } = this;
    if (requester && this.#hasArrived) requester.answering--;
    if (response.destroyed) return done();
    write(response, answer, { isHead: message.method === "HEAD", isWhole: this.#hasBody || message.complete });
    if (message.socket.writableLength === 0) done();
    else response.once("close", done);
  }

  /** Ends the connection. */
  destroy(): void {
    this.response.destroy();
  }

  #watch(): AbortController {
    const { response } = this;
    const aborting = new AbortController();
    const end = (): void => {
      if (!response.writableFinished) aborting.abort();
    };
    if (response.destroyed) end();
    else response.once("close", end);
    return aborting;
  }

  get #connection(): Connection {
    return this.message.socket as unknown as Connection;
  }

  #read(body: Buffer): Buffer {
    this.#hasBody = true;
    this.#arrived();
    return body;
  }

  #arrived(): void {
    if (this.#hasArrived) return;
    this.#hasArrived = true;
    if (this.requester) this.requester.answering++;
  }
}

const tooLong = (limit: number): WebError =>
  new WebError(413, `the body is longer than ${limit} bytes`, { Connection: "close" });

function readBody(message: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isWhole = false;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        message.removeAllListeners("data");
        reject(tooLong(limit));
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
function write(
  response: ServerResponse,
  { status, headers = {}, body = "" }: WebAnswer,
  { isHead, isWhole }: { readonly isHead: boolean; readonly isWhole: boolean },
): void {
  // Text goes out as text: node:http sends it together with the headers, in one write.
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  // In ASCII both encodings are the same, and this one is a plain copy.
  const encoding = length === body.length ? "latin1" : "utf8";
  const lines = ["Content-Length", String(length)];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") lines.push(name, value);
    else for (const one of value ?? []) lines.push(name, one);
  }
  // A body that was not read to its end cannot be told from the next request.
  if (!isWhole && headers["Connection"] === undefined) lines.push("Connection", "close");
  response.writeHead(status, lines);
  response.end(isHead ? undefined : body, encoding);
}
