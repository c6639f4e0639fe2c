import { isIP } from "node:net";
import { connect, type SecureContext, TLSSocket } from "node:tls";
import { CodedError } from "#util/errors";
import type { Connection } from "./net.js";

/**
 * TLS, as its server, over a connection. The result shows the addresses of the connection beneath it and ends with it;
 * it must not be used before `ready` is called, when the handshake is done. A handshake that fails closes both. How long
 * one may take is the caller's concern.
 */
export function secured(raw: Connection, context: SecureContext, ready: (secure: Connection) => void): Connection {
  const secure = over(raw, new TLSSocket(raw, { isServer: true, secureContext: context }));
  secure.once("secure", () => ready(secure));
  return secure;
}

export interface ServerIdentity {
  /** The name or address that the server's certificate must be for. */
  readonly host: string;
  /** Take any certificate. */
  readonly anyCertificate: boolean;
  /** Certificates that vouch for servers, PEM; those of Node.js unless given. */
  readonly authorities?: readonly string[];
}

/**
 * TLS, as its client, over a connection, which ends with it. Rejects with a CodedError: `tls-certificate` for a
 * certificate that is not to be trusted, else `tls-failed`. How long the handshake may take is the caller's concern, who
 * ends it by closing the connection.
 */
export function securedTo(raw: Connection, server: ServerIdentity): Promise<Connection> {
  const { host, anyCertificate, authorities } = server;
  return new Promise((done, failed) => {
    const socket = connect({
      socket: raw,
      host,
      // A server name is never an address (RFC 6066 §3).
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: !anyCertificate,
      ...(authorities && { ca: [...authorities] }),
    });
    const secure = over(raw, socket);
    socket.once("secureConnect", () => done(secure));
    socket.once("error", (error: Error & { readonly code?: string }) => {
      const code = error.code ?? "";
      const isUntrusted = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code);
      const what = isUntrusted ? "the certificate is not to be trusted" : "TLS cannot be had";
      failed(new CodedError(isUntrusted ? "tls-certificate" : "tls-failed", `${what}: ${error.message}`, { code }));
    });
    socket.once("close", () => failed(new CodedError("tls-failed", "the connection closed during the TLS handshake")));
  });
}

/** Shows the addresses of the connection beneath, which ends with it. */
function over(raw: Connection, socket: TLSSocket): Connection {
  const { localAddress, localPort, remoteAddress, remotePort } = raw;
  for (const [name, value] of Object.entries({ localAddress, localPort, remoteAddress, remotePort }))
    Object.defineProperty(socket, name, { value, configurable: true });
  const secure = Object.assign(socket, { setNoDelay: (on: boolean) => raw.setNoDelay(on) }) as unknown as Connection;
  secure.on("error", () => {});
  secure.once("close", () => raw.destroy());
  return secure;
}
