import { EventEmitter } from "node:events";
import type { Connection } from "#host/net";
import { DecodeError } from "#util/errors";
import { Base64Stream } from "#wire/rtsp/base64-stream";
import type { Carrier } from "./carrier.js";

/**
 * RTSP through a pair of HTTP requests (ONVIF Streaming §5.1.1.4): the answer to the GET, which never ends, carries what
 * the server sends as it is; the body of the POST, which is never answered, carries in base64 what the client sends. The
 * client may close the POST and open another one. What is written goes straight to the connection of the GET.
 *
 * Beside the events of a carrier there is `input-closed`, when a POST has gone and no other has come in its place.
 */
export class HttpTunnel extends EventEmitter implements Carrier {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly clientName: string | undefined;
  readonly #output: Connection;
  #input: Connection | undefined;
  readonly #decoder = new Base64Stream();
  #paused = false;
  #closed = false;

  /** `output` is the connection of a GET that has been answered. */
  constructor(output: Connection) {
    super();
    this.#output = output;
    this.localAddress = output.localAddress;
    this.localPort = output.localPort;
    this.remoteAddress = output.remoteAddress;
    this.remotePort = output.remotePort;
    this.clientName = output.clientName;
    output.on("drain", () => this.emit("drain"));
    output.on("error", () => this.destroy());
    output.on("end", () => this.emit("end"));
    output.on("close", () => this.destroy());
    // What a client sends behind its GET means nothing, but is read so that its end is seen.
    output.resume();
  }

  /** Does a POST carry something to us at present? */
  get hasInput(): boolean {
    return this.#input !== undefined;
  }

  /** Takes what the client sends from this POST, and no longer from the one before. `head` has been read already. */
  attach(input: Connection, head: Buffer): void {
    const before = this.#input;
    this.#input = input;
    before?.destroy();
    this.#decoder.reset();
    const isOver = (): void => {
      if (this.#input !== input) return;
      this.#input = undefined;
      input.destroy();
      this.emit("input-closed");
    };
    input.on("error", isOver);
    input.on("end", isOver);
    input.on("close", isOver);
    if (this.#closed) {
      input.destroy();
      return;
    }
    this.#decode(head);
    input.on("data", (chunk: Buffer) => {
      if (this.#input === input) this.#decode(chunk);
    });
    if (this.#paused) input.pause();
    else input.resume();
  }

  get writableLength(): number {
    return this.#output.writableLength;
  }

  get writableNeedDrain(): boolean {
    return this.#output.writableNeedDrain;
  }

  write(bytes: Uint8Array): boolean {
    return this.#output.write(bytes);
  }

  cork(): void {
    this.#output.cork();
  }

  uncork(): void {
    this.#output.uncork();
  }

  setNoDelay(on: boolean): void {
    this.#output.setNoDelay(on);
  }

  pause(): void {
    this.#paused = true;
    this.#input?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#input?.resume();
  }

  end(): void {
    this.#output.end();
    this.#dropInput();
  }

  destroy(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropInput();
    this.#output.destroy();
    this.emit("close");
  }

  #dropInput(): void {
    const input = this.#input;
    this.#input = undefined;
    input?.destroy();
  }

  #decode(chunk: Buffer): void {
    let bytes: Buffer;
    try {
      bytes = this.#decoder.push(chunk);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.emit("error", error);
      this.destroy();
      return;
    }
    if (bytes.length > 0) this.emit("data", bytes);
  }
}
