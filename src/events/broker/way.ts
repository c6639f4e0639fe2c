import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocket } from "ws";
import type { Connection, Net } from "#host/net";
import { securedTo } from "#host/secure";
import { CodedError } from "#util/errors";

/** Ways to an event broker, by the scheme of its address, and their usual ports (Core §9.12.1). */
const PORTS: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883, "ws:": 80, "wss:": 443 };

/** Brokers have little to say to one who only publishes. */
const MAX_MESSAGE_BYTES = 65_536;

/**
 * Opens the way to a broker: TCP, TLS, WebSocket or WebSocket over TLS. Certificates are not checked: there is nothing to
 * check them by. Rejects with a `CodedError`: `broker-address` for an address that `mayConnect` refuses, else that of the
 * network. What takes too long is ended by the abort of `signal`.
 */
export async function openWay(
  net: Net,
  url: URL,
  mayConnect: (address: string) => boolean,
  signal: AbortSignal,
): Promise<Duplex> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const connection = await net.connect(host, Number(url.port) || (PORTS[url.protocol] ?? 0));
  const cutOff = (): void => void connection.destroy();
  if (signal.aborted) cutOff();
  signal.addEventListener("abort", cutOff);
  connection.once("close", () => signal.removeEventListener("abort", cutOff));
  if (!mayConnect(connection.remoteAddress)) {
    cutOff();
    const { remoteAddress } = connection;
    throw new CodedError("broker-address", "nothing is sent to that address", { remoteAddress });
  }
  const isSecure = url.protocol === "mqtts:" || url.protocol === "wss:";
  const carrier = isSecure ? await securedTo(connection, host, "any") : connection;
  return url.protocol.startsWith("ws") ? openWebSocket(carrier, url) : carrier;
}

/** The stream of an MQTT session in the binary messages of a WebSocket (MQTT 3.1.1 §6). */
function openWebSocket(connection: Connection, url: URL): Promise<Duplex> {
  const socket = new WebSocket(`ws://${url.host}${url.pathname || "/"}`, "mqtt", {
    createConnection: () => connection,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  return new Promise((done, failed) => {
    // Made before the handshake is over, so that nothing that follows it is missed.
    const stream = createWebSocketStream(socket);
    stream.once("close", () => connection.destroy());
    socket.once("open", () => done(stream));
    stream.once("error", (error) =>
      failed(new CodedError("broker-web-socket", `the broker refuses the WebSocket: ${error.message}`)),
    );
  });
}
