import { isIP } from "node:net";
import { connect, type SecureContext, TLSSocket } from "node:tls";
import { CodedError } from "#util/errors";
import type { Connection } from "./net.js";

/** On what terms a server speaks TLS. */
export interface TlsTerms {
  readonly context: SecureContext;
  /**
   * Clients have to show a certificate, and this decides about it: DER, the client's own first. The name by which it is
   * known is told of the connection (`clientName`); undefined turns the client away.
   */
  readonly clientName?: (chain: readonly Uint8Array[]) => string | undefined;
}

/**
 * TLS, as its server, over a connection. The result shows the addresses of the connection beneath it and ends with it;
 * it must not be used before `ready` is called, when the handshake is done. A handshake that fails closes both. How long
 * one may take is the caller's concern.
 */
export function secured(raw: Connection, terms: TlsTerms, ready: (secure: Connection) => void): Connection {
  const { context: secureContext, clientName } = terms;
  const wantsCertificate = clientName !== undefined;
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext,
    requestCert: wantsCertificate,
    rejectUnauthorized: wantsCertificate,
  });
  const secure = over(raw, socket);
  secure.once("secure", () => {
    if (!clientName) return ready(secure);
    const name = clientName(chainOf(socket));
    if (name === undefined) return void secure.destroy();
    ready(Object.assign(secure, { clientName: name }));
  });
  return secure;
}

/** The certificates that a client has shown, as far as they fit together. */
function chainOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  for (let one = socket.getPeerX509Certificate(); one && chain.length < 16; one = one.issuerCertificate)
    chain.push(one.raw);
  return chain;
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
