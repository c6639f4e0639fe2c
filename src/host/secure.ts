import { type SecureContext, TLSSocket } from "node:tls";
import type { Connection } from "./net.js";

/**
 * TLS, as its server, over a connection. The result shows the addresses of the connection beneath it and ends with it;
 * it must not be used before `ready` is called, when the handshake is done. A handshake that fails closes both. How long
 * one may take is the caller's concern.
 */
export function secured(raw: Connection, context: SecureContext, ready: (secure: Connection) => void): Connection {
  const { localAddress, localPort, remoteAddress, remotePort } = raw;
  const socket = new TLSSocket(raw, { isServer: true, secureContext: context });
  for (const [name, value] of Object.entries({ localAddress, localPort, remoteAddress, remotePort }))
    Object.defineProperty(socket, name, { value, configurable: true });
  const secure = Object.assign(socket, { setNoDelay: (on: boolean) => raw.setNoDelay(on) }) as unknown as Connection;
  secure.on("error", () => {});
  secure.once("close", () => raw.destroy());
  secure.once("secure", () => ready(secure));
  return secure;
}
