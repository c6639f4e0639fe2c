import { EventEmitter } from "node:events";
import type { Connection } from "#host/net";
import { CodedError } from "#util/errors";
import type { ClientStream } from "./client-stream.js";

const TYPE = "application/x-rtsp-tunnelled";
const MAX_HEAD_BYTES = 16_384;
/** What the POST says of its length: a fiction that all clients tell, since it has no end. */
const POST_LENGTH = 32_767;

/**
 * The client's end of RTSP through a pair of HTTP requests (ONVIF Streaming §5.1.1.4): what is read comes as the answer to
 * a GET, what is written goes in base64 into a POST that is never answered.
 */
export class TunnelStream extends EventEmitter implements ClientStream {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly #output: Connection;
  #input: Connection | undefined;
  #isClosed = false;

  private constructor(output: Connection) {
    super();
    this.#output = output;
    this.localAddress = output.localAddress;
    this.remoteAddress = output.remoteAddress;
  }

  /**
   * Opens a tunnel to `target`, a path with its query. `dial` opens one connection to the server, and is asked twice;
   * `cookie` is an unpredictable text. Rejects with the CodedErrors of `dial`, or `rtsp-tunnel`.
   */
  static async open(
    dial: () => Promise<Connection>,
    where: { readonly host: string; readonly target: string; readonly cookie: string },
  ): Promise<TunnelStream> {
    const tunnel = new TunnelStream(await dial());
    const head = (method: string, more: string): string =>
      `${method} ${where.target} HTTP/1.1\r\nHost: ${where.host}\r\nx-sessioncookie: ${where.cookie}\r\n` +
      `Pragma: no-cache\r\nCache-Control: no-cache\r\n${more}\r\n`;
    try {
      await tunnel.#get(head("GET", `Accept: ${TYPE}\r\n`));
      const input = await dial();
      tunnel.#take(input);
      input.write(head("POST", `Content-Type: ${TYPE}\r\nContent-Length: ${POST_LENGTH}\r\n`));
    } catch (error) {
      tunnel.destroy();
      throw error;
    }
    return tunnel;
  }

  get writableLength(): number {
    return this.#input?.writableLength ?? 0;
  }

  /** Each message is a text of base64 with a padding of its own, as servers expect. */
  write(bytes: Uint8Array): boolean {
    const encoded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    return this.#input?.write(encoded) ?? false;
  }

  end(): void {
    this.#input?.end();
    this.#output.end();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input?.destroy();
    this.#output.destroy();
    this.emit("close");
  }

  /** Sends the GET and waits for the head of its answer. */
  #get(request: string): Promise<void> {
    return new Promise((done, failed) => {
      const output = this.#output;
      let head = Buffer.alloc(0);
      const fail = (message: string): void => failed(new CodedError("rtsp-tunnel", message));
      const read = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0 && head.length > MAX_HEAD_BYTES) fail("the answer to the GET of the tunnel is too long");
        if (end < 0) return;
        const status = /^HTTP\/1\.\d (\d{3})/.exec(head.toString("latin1", 0, end))?.[1];
        if (status === "200") {
          output.off("data", read);
          // What follows waits for somebody who listens.
          output.pause();
          if (head.length > end + 4) output.unshift(head.subarray(end + 4));
          output.on("data", (bytes: Buffer) => this.emit("data", bytes));
          output.pause();
          this.on("newListener", (event) => {
            if (event === "data") output.resume();
          });
          done();
        } else fail(`the server refuses the tunnel${status === undefined ? "" : ` with status ${status} of HTTP`}`);
      };
      output.on("data", read);
      this.#watch(output);
      output.on("close", () => fail("the server closes the connection of the tunnel"));
      output.write(request);
    });
  }

  #take(input: Connection): void {
    this.#input = input;
    this.#watch(input);
    // An answer to the POST says nothing; its end does.
    input.resume();
    if (this.#isClosed) input.destroy();
  }

  #watch(connection: Connection): void {
    connection.on("error", () => this.destroy());
    connection.on("end", () => this.#isOver());
    connection.on("close", () => this.destroy());
  }

  #isOver(): void {
    if (!this.#isClosed) this.emit("end");
  }
}
