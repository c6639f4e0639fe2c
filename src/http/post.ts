import { type IncomingMessage, request as httpRequest } from "node:http";
import type { Clock } from "#host/clock";
import { dial } from "#host/dial";
import type { Connection, Net } from "#host/net";
import { type CertificateTrust, securedTo } from "#host/secure";
import { CodedError, messageOf } from "#util/errors";

export interface PostOptions {
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  /** Time for all of it, in ms. */
  readonly timeoutMs: number;
  /** Asked before anything is sent: whether the address that the name stands for is a good one. */
  readonly mayConnect: (address: string) => boolean;
  /** Of HTTPS. */
  readonly trust: CertificateTrust;
}

/** Longest answer that is read, in bytes; nobody looks at it. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts a message and resolves when it was taken (2xx); what follows the head of the answer has what is left of the time, and
 * a connection is for one message. Redirections are not followed: they are as good as any status that is not 2xx. Rejects
 * with a `CodedError`: `post-address`, `post-status`, `post-timeout`, `post-failed`, or those of the network and of TLS.
 */
export async function post(net: Net, clock: Clock, options: PostOptions): Promise<void> {
  const { url, timeoutMs } = options;
  const deadline = new AbortController();
  const { signal } = deadline;
  const timer = clock.after(timeoutMs, () => {
    deadline.abort(new CodedError("post-timeout", `no answer in ${timeoutMs / 1000} s`, { url: url.href }));
  });
  try {
    const stream = await connected(net, options, signal);
    stream.once("close", () => timer.cancel());
    const status = await exchange(stream, options);
    if (status < 200 || status > 299)
      throw new CodedError("post-status", `the answer is status ${status}`, { url: url.href, status });
  } catch (error) {
    if (error instanceof CodedError && error.code === "post-status") throw error;
    // Whatever the abort has broken, it is the reason.
    signal.throwIfAborted();
    timer.cancel();
    throw error;
  }
}

async function connected(net: Net, { url, mayConnect, trust }: PostOptions, signal: AbortSignal): Promise<Connection> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  const connection = await dial(net, host, Number(url.port) || (isSecure ? 443 : 80), signal);
  const { remoteAddress } = connection;
  if (!mayConnect(remoteAddress)) {
    connection.destroy();
    throw new CodedError("post-address", "nothing is sent to that address", { url: url.href, remoteAddress });
  }
  return isSecure ? securedTo(connection, host, trust) : connection;
}

function exchange(stream: Connection, { url, contentType, body }: PostOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      stream.destroy();
      reject(new CodedError("post-failed", messageOf(error), { url: url.href }));
    };
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
    request.on("upgrade", () => fail(new CodedError("post-failed", "the answer is another protocol")));
    request.on("response", (answer) => {
      drained(answer, () => stream.destroy());
      resolve(answer.statusCode ?? 0);
    });
    request.end(body);
  });
}

function drained(answer: IncomingMessage, done: () => void): void {
  let length = 0;
  answer.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) done();
  });
  answer.once("close", done);
  answer.on("error", done);
}
