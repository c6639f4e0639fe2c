import { STATUS_CODES, validateHeaderValue } from "node:http";
import type { Connection } from "#host/net";
import { asText, Exchange, MAX_JOINED_BYTES, type Requester, tooLong } from "./exchange.js";
import type { PlainRequest } from "./plain-request.js";
import type { WebAnswer } from "./web.js";

/** A request that was read without node:http; the answer looks as if node:http had written it. */
export class PlainExchange extends Exchange {
  readonly #isLast: boolean;
  readonly #body: Buffer;
  #aborting: AbortController | undefined;
  #abort: (() => void) | undefined;

  /** `date` tells what time it is, as HTTP writes it. */
  constructor(
    { head, body }: PlainRequest,
    connection: Connection,
    scheme: "http" | "https",
    private readonly requester: Requester,
    private readonly date: () => string,
  ) {
    super("POST", head.target, head.headers, scheme, connection);
    this.#isLast = head.isLast;
    this.#body = body;
    requester.answering++;
  }

  get signal(): AbortSignal {
    this.#aborting ??= this.#watch();
    return this.#aborting.signal;
  }

  body(limit: number): Buffer {
    if (this.#body.length > limit) throw tooLong(limit);
    return this.#body;
  }

  send({ status, headers = {}, body = "" }: WebAnswer, done: () => void): void {
    const { connection } = this;
    this.requester.answering--;
    if (this.#abort) connection.off("close", this.#abort);
    if (connection.destroyed) return done();
    const isLast = this.#isLast || headers["Connection"] === "close";
    const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
    const head = `${headOf(status, headers, length)}Date: ${this.date()}\r\nConnection: ${isLast ? "close" : "keep-alive"}\r\n\r\n`;
    // One write for both, and of text: what is in ASCII is copied once, to where the system takes it.
    let rest: Uint8Array | undefined;
    let text = head;
    if (typeof body === "string" && length === body.length) text += body;
    else {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      if (length <= MAX_JOINED_BYTES) text += asText(bytes);
      else rest = bytes;
    }
    if (!isLast) return write(connection, text, rest, done);
    connection.once("finish", destroyed);
    write(connection, text, rest);
    connection.end();
  }

  #watch(): AbortController {
    const aborting = new AbortController();
    this.#abort = () => aborting.abort();
    if (this.connection.destroyed) this.#abort();
    else this.connection.once("close", this.#abort);
    return aborting;
  }
}

/** The same for all connections: a closure for each costs more than it does. */
function destroyed(this: Connection): void {
  this.destroy();
}

function write(connection: Connection, text: string, rest: Uint8Array | undefined, done?: () => void): void {
  if (!rest) return void connection.write(text, "latin1", done);
  connection.write(text, "latin1");
  connection.write(rest, done);
}

function headOf(status: number, headers: NonNullable<WebAnswer["headers"]>, length: number): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\nContent-Length: ${length}\r\n`;
  const add = (name: string, value: string): void => {
    validateHeaderValue(name, value);
    text += `${name}: ${value}\r\n`;
  };
  for (const name in headers) {
    const value = headers[name] ?? [];
    if (name === "Connection") continue;
    if (typeof value === "string") add(name, value);
    else for (const one of value) add(name, one);
  }
  return text;
}
