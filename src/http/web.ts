import type { IncomingHttpHeaders } from "node:http";

/** One HTTP request, without its body. */
export interface WebRequest {
  readonly method: string;
  /** Request target as the client wrote it. */
  readonly target: string;
  /** Path of the target, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** It came under TLS. */
  readonly isSecure: boolean;
  /** Scheme, host and port by which the client reached us: from its Host header, else from the socket. */
  readonly reachedAt: URL;
  /** The client's address. */
  readonly peer: string;
  /** Under TLS that wants certificates of clients: the name by which this one is known. */
  readonly clientName: string | undefined;
  /** Our own address and port on this connection. */
  readonly local: { readonly address: string; readonly port: number };
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** The whole body, at once where it has come already. Refuses, with `WebError` 413, more than `limit` bytes. */
  body(limit: number): Promise<Buffer> | Buffer;
}

export interface WebAnswer {
  readonly status: number;
  /** Header lines; a list is written as several lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export type WebHandler = (request: WebRequest) => Promise<WebAnswer> | WebAnswer;

/** Ends a request with a status and a plain sentence. */
export class WebError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "WebError";
  }
}

/** An answer of plain text. */
export const plain = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): WebAnswer => ({ status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body: `${text}\n` });
