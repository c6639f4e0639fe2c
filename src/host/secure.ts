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

/** Which certificate of a server is taken. */
export type CertificateTrust =
  | "any"
  /** One that an authority of Node.js vouches for, or one of these (PEM), and that is for the server's name. */
  | { readonly authorities: readonly string[] | undefined }
  /** The one with this SHA-256 hash: 64 hexadecimal digits. */
  | { readonly fingerprint: string };

/**
 * TLS, as its client, over a connection to `host`, which ends with it. Rejects with a CodedError: `tls-certificate` for a
 * certificate that is not to be trusted, else `tls-failed`. How long the handshake may take is the caller's concern, who
 * ends it by closing the connection.
 */
export function securedTo(raw: Connection, host: string, trust: CertificateTrust): Promise<Connection> {
  const authorities = trust !== "any" && "authorities" in trust ? trust.authorities : undefined;
  return new Promise((done, failed) => {
    const socket = connect({
      socket: raw,
      host,
      // A server name is never an address (RFC 6066 §3).
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: trust !== "any" && "authorities" in trust,
      ...(authorities && { ca: [...authorities] }),
    });
    const secure = over(raw, socket);
    const fail = (code: string, message: string): void => {
      socket.destroy();
      failed(new CodedError(code, message));
    };
    socket.once("secureConnect", () => {
      const shown = socket.getPeerCertificate().fingerprint256 ?? "";
      const wanted = trust !== "any" && "fingerprint" in trust ? trust.fingerprint : undefined;
      if (wanted === undefined || plainHash(shown) === plainHash(wanted)) done(secure);
      else fail("tls-certificate", `the certificate is not to be trusted: its SHA-256 hash is ${shown}`);
    });
    socket.once("error", (error: Error & { readonly code?: string }) => {
      const isUntrusted = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(error.code ?? "");
      if (isUntrusted) fail("tls-certificate", `the certificate is not to be trusted: ${error.message}`);
      else fail("tls-failed", `TLS cannot be had: ${error.message}`);
    });
    socket.once("close", () => fail("tls-failed", "the connection closed during the TLS handshake"));
  });
}

const plainHash = (text: string): string => text.replaceAll(":", "").toUpperCase();

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
