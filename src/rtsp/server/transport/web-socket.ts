import { EventEmitter } from "node:events";
import { type RawData, WebSocket as Socket } from "ws";
import type { Connection } from "#host/net";
import type { Carrier } from "./carrier.js";

/** Pings are not answered while so much waits for a client that does not read. */
const MAX_PONG_BACKLOG_BYTES = 65_536;

/**
 * RTSP through a WebSocket (ONVIF Streaming §7): each write becomes one binary message. Incoming messages are a stream of
 * bytes, wherever the client has cut them.
 */
export class WebSocketCarrier extends EventEmitter implements Carrier {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly clientName: string | undefined;
  readonly #socket: Socket;
  readonly #connection: Connection;

  /** `connection` is what `socket` runs on. */
  constructor(socket: Socket, connection: Connection) {
    super();
    this.#socket = socket;
    this.#connection = connection;
    this.localAddress = connection.localAddress;
    this.localPort = connection.localPort;
    this.remoteAddress = connection.remoteAddress;
    this.remotePort = connection.remotePort;
    this.clientName = connection.clientName;
    socket.on("message", (data: RawData) => this.emit("data", bytesOf(data)));
    socket.on("ping", (data: Buffer) => {
      if (this.writableLength <= MAX_PONG_BACKLOG_BYTES) socket.pong(data);
    });
    socket.on("error", (error: Error) => this.emit("error", error));
    socket.on("close", () => this.emit("close"));
    connection.on("drain", () => this.emit("drain"));
    // The answer to the client's closing frame is the last that is written; its TCP connection need not be waited for.
    connection.on("finish", () => this.emit("end"));
  }

  get writableLength(): number {
    return this.#socket.bufferedAmount;
  }

  get writableNeedDrain(): boolean {
    return this.#connection.writableNeedDrain;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#socket.readyState === Socket.OPEN) this.#socket.send(bytes, { binary: true });
    return !this.#connection.writableNeedDrain;
  }

  cork(): void {
    this.#connection.cork();
  }

  uncork(): void {
    this.#connection.uncork();
  }

  setNoDelay(on: boolean): void {
    this.#connection.setNoDelay(on);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.close(1000);
  }

  destroy(): void {
    this.#socket.terminate();
  }
}

const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
