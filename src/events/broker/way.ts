import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocket } from "ws";
import { dial } from "#host/dial";
import type { Connection, Net } from "#host/net";
import { type CertificateTrust, type ClientIdentity, securedTo, tlsMessageOf } from "#host/secure";
import { CodedError } from "#util/errors";

/** Ways to an event broker, by the scheme of its address, and their usual ports (Core §9.12.1). */
const PORTS: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883, "ws:": 80, "wss:": 443 };

/** Brokers have little to say to one who only publishes. */
const MAX_MESSAGE_BYTES = 65_536;

/** Which brokers may be connected to, and how. */
export interface WayTerms {
  /** Asked before anything is sent: whether the address that the name stands for is a good one. */
  readonly mayConnect: (address: string) => boolean;
  /** Asked for each connection with TLS; may throw. */
  readonly tls: () => { readonly trust: CertificateTrust; readonly own?: ClientIdentity };
}

/**
 * Opens the way to a broker: TCP, TLS, WebSocket or WebSocket over TLS. Rejects with a `CodedError`: `broker-address` for an
 * address that `mayConnect` refuses, `broker-web-socket`, else those of the network and of `securedTo`, or what `tls` throws.
 * What takes too long is ended by the abort of `signal`.
 */
export async function openWay(net: Net, url: URL, { mayConnect, tls }: WayTerms, signal: AbortSignal): Promise<Duplex> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const connection = await dial(net, host, Number(url.port) || (PORTS[url.protocol] ?? 0), signal);
  if (!mayConnect(connection.remoteAddress)) {
    connection.destroy();
    const { remoteAddress } = connection;
    throw new CodedError("broker-address", "nothing is sent to that address", { remoteAddress });
  }
  const carrier = ["mqtts:", "wss:"].includes(url.protocol) ? await secured(connection, host, tls) : connection;
  return url.protocol.startsWith("ws") ? openWebSocket(carrier, url) : carrier;
}

async function secured(connection: Connection, host: string, tls: WayTerms["tls"]): Promise<Connection> {
  try {
    const { trust, own } = tls();
    return await securedTo(connection, host, trust, own);
  } catch (error) {
    connection.destroy();
    throw error;
  }
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
      failed(new CodedError("broker-web-socket", `the broker refuses the WebSocket: ${tlsMessageOf(error)}`)),
    );
  });
}
