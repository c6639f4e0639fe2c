import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Connection } from "#host/net";
import { WEB_SOCKET_PROTOCOL } from "#wire/rtsp/opening";
import { WebSocketCarrier } from "./web-socket.js";

/** Somewhat more than the longest RTSP message; whoever sends media sends it in smaller messages. */
const MAX_MESSAGE_BYTES = 262_144;

/** Makes WebSockets of connections whose first bytes ask for one (RFC 6455 §4). */
export class WebSocketHandshake {
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    maxBufferedChunks: 4096,
    maxFragments: 1024,
    autoPong: false,
    handleProtocols: () => WEB_SOCKET_PROTOCOL,
  });
  readonly #pending = new WeakMap<Duplex, (carrier: WebSocketCarrier) => void>();
  /** Reads the requests; it never listens. */
  readonly #http = createServer((_request, response) => {
    response.writeHead(400, { Connection: "close", "Content-Length": 0 });
    response.end();
  });

  constructor() {
    this.#http.on("upgrade", (request: IncomingMessage, connection: Duplex, head: Buffer) => {
      const done = this.#pending.get(connection);
      this.#sockets.handleUpgrade(request, connection, head, (socket) => {
        done?.(new WebSocketCarrier(socket, connection as Connection));
      });
    });
    this.#http.on("clientError", (_error, connection) => connection.destroy());
  }

  /**
   * `head` holds the whole head of the request. Calls `done` within the turns that Node needs; a request that ws does not
   * take is answered and the connection closed.
   */
  begin(connection: Connection, head: Buffer, done: (carrier: WebSocketCarrier) => void): void {
    this.#pending.set(connection, done);
    connection.pause();
    connection.unshift(head);
    this.#http.emit("connection", connection);
    connection.resume();
  }
}
