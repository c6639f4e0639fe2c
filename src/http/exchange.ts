import type { IncomingHttpHeaders } from "node:http";
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
export abstract class Exchange implements WebRequest {
  readonly path: string;
  #query: URLSearchParams | undefined;
  #reachedAt: URL | undefined;

  constructor(
    readonly method: string,
    readonly target: string,
    readonly headers: Readonly<IncomingHttpHeaders>,
    private readonly scheme: "http" | "https",
    protected readonly connection: Connection,
  ) {
    const question = target.indexOf("?");
    this.path = question < 0 ? target : target.slice(0, question);
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
    return this.connection.remoteAddress;
  }

  get clientName(): string | undefined {
    return this.connection.clientName;
  }

  get local(): { readonly address: string; readonly port: number } {
    const { localAddress, localPort } = this.connection;
    return { address: localAddress, port: localPort };
  }

  abstract get signal(): AbortSignal;

  abstract body(limit: number): Promise<Buffer> | Buffer;

  /** Sends the answer; tells when the client has taken it, or has gone, unless that ends the connection. */
  abstract send(answer: WebAnswer, done: () => void): void;

  /** Ends the connection. */
  destroy(): void {
    this.connection.destroy();
  }
}

export const tooLong = (limit: number): WebError =>
  new WebError(413, `the body is longer than ${limit} bytes`, { Connection: "close" });

/** Longest body that is sent together with the headers, in one write, in bytes. node:http does that with text alone. */
export const MAX_JOINED_BYTES = 16_384;

/** A text with a character for each byte. */
export const asText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
