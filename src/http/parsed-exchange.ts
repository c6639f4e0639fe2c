import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connection } from "#host/net";
import { asText, Exchange, MAX_JOINED_BYTES, type Requester, tooLong } from "./exchange.js";
import { type WebAnswer, WebError } from "./web.js";

/** A request that node:http has taken apart. */
export class ParsedExchange extends Exchange {
  #aborting: AbortController | undefined;
  /** The request has been told to be whole. */
  #hasArrived = false;
  #hasBody = false;

  constructor(
    private readonly message: IncomingMessage,
    private readonly response: ServerResponse,
    scheme: "http" | "https",
    private readonly requester: Requester | undefined,
  ) {
    const { method = "GET", url = "/", headers, socket } = message;
    super(method, url, headers, scheme, socket as unknown as Connection);
    if (method === "GET" || method === "HEAD") this.#arrived();
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

  send(answer: WebAnswer, done: () => void): void {
    const { message, response, requester } = this;
    if (requester && this.#hasArrived) requester.answering--;
    if (response.destroyed) return done();
    write(response, answer, { isHead: message.method === "HEAD", isWhole: this.#hasBody || message.complete });
    if (message.socket.writableLength === 0) done();
    else response.once("close", done);
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
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const lines = ["Content-Length", String(length)];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") lines.push(name, value);
    else for (const one of value ?? []) lines.push(name, one);
  }
  // A body that was not read to its end cannot be told from the next request.
  if (!isWhole && headers["Connection"] === undefined) lines.push("Connection", "close");
  response.writeHead(status, lines);
  if (isHead) response.end();
  // In ASCII both encodings are the same, and this one is a plain copy.
  else if (typeof body === "string") response.end(body, length === body.length ? "latin1" : "utf8");
  else if (length <= MAX_JOINED_BYTES) response.end(asText(body), "latin1");
  else response.end(body);
}
