import { WebSocket } from "ws";
import type { Connection } from "#host/net";
import { CodedError } from "#util/errors";
import { WEB_SOCKET_PROTOCOL } from "#wire/rtsp/opening";
import { WebSocketCarrier } from "../server/transport/web-socket.js";
import type { ClientStream } from "./client-stream.js";

/** Servers may put a whole access unit into a message. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** RTSP through a WebSocket, as its client (ONVIF Streaming §7). Rejects with a CodedError `rtsp-web-socket`. */
export function openWebSocket(connection: Connection, url: string): Promise<ClientStream> {
  const socket = new WebSocket(url, WEB_SOCKET_PROTOCOL, {
    createConnection: () => connection,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  return new Promise((done, failed) => {
    socket.once("open", () => done(new WebSocketCarrier(socket, connection)));
    socket.once("error", (error) =>
      failed(new CodedError("rtsp-web-socket", `the server refuses the WebSocket: ${error.message}`)),
    );
  });
}
