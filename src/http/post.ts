import { type IncomingMessage, request as httpRequest } from "node:http";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Clock } from "#host/clock";
import type { Connection, Net } from "#host/net";
import { CodedError, messageOf } from "#util/errors";
import { literalAddress } from "./callback-address.js";

export interface PostOptions {
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  /** Time for all of it, in ms. */
  readonly timeoutMs: number;
  /** Asked before anything is sent: whether the address that the name stands for is a good one. */
  readonly mayConnect: (address: string) => boolean;
}

/** Longest answer that is read, in bytes; nobody looks at it. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts a message and resolves when it was taken (2xx). Rejects with a `CodedError`: `post-address`, `post-status`,
 * `post-timeout`, or the code of the network. Certificates are not checked: there is nothing to check them by.
 */
export async function post(net: Net, clock: Clock, options: PostOptions): Promise<void> {
  const { url, timeoutMs } = options;
  const aborter = new AbortController();
  const timer = clock.after(timeoutMs, () => {
    aborter.abort(new CodedError("post-timeout", `no answer in ${timeoutMs / 1000} s`, { url: url.href }));
  });
  try {
    const status = await exchange(await connected(net, options, aborter.signal), options, aborter.signal);
    if (status < 200 || status > 299)
      throw new CodedError("post-status", `the answer is status ${status}`, { url: url.href, status });
  } finally {
    timer.cancel();
  }
}

async function connected(net: Net, { url, mayConnect }: PostOptions, signal: AbortSignal): Promise<Connection> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const connection = await net.connect(host, port);
  const { remoteAddress } = connection;
  if (!signal.aborted && mayConnect(remoteAddress)) return connection;
  connection.destroy();
  signal.throwIfAborted();
  throw new CodedError("post-address", "nothing is sent to that address", { url: url.href, remoteAddress });
}

function exchange(connection: Connection, options: PostOptions, signal: AbortSignal): Promise<number> {
  const { url, contentType, body } = options;
  const stream = url.protocol === "https:" ? secured(connection, url) : connection;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      connection.destroy();
      reject(error instanceof CodedError ? error : new CodedError("post-failed", messageOf(error), { url: url.href }));
    };
    signal.addEventListener("abort", () => fail(signal.reason as Error));
    stream.on("error", fail);
    const request = httpRequest({
      method: "POST",
      host: url.hostname,
      path: url.pathname + url.search,
      headers: {
        Host: url.host,
        "Content-Type": contentType,
        "Content-Length": String(Buffer.byteLength(body)),
        Connection: "close",
      },
      createConnection: () => stream,
    });
    request.on("error", fail);
    request.on("response", (answer) => {
      drained(answer, () => connection.destroy());
      resolve(answer.statusCode ?? 0);
    });
    request.end(body);
  });
}

/** A server name is sent only where the host is one (RFC 6066 §3). */
const secured = (socket: Connection, url: URL): TLSSocket =>
  connectTls({
    socket,
    rejectUnauthorized: false,
    ...(literalAddress(url) === undefined && { servername: url.hostname }),
  });

function drained(answer: IncomingMessage, done: () => void): void {
  let length = 0;
  answer.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) done();
  });
  answer.once("close", done);
  answer.on("error", done);
}
