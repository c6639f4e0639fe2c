import { isIP } from "node:net";
import { connect, type SecureContext, TLSSocket } from "node:tls";
import { CodedError, messageOf } from "#util/errors";
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

/** The certificates that the other side has shown, as far as they fit together. */
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
  | { readonly fingerprint: string }
  /** One that this accepts, with those that came with it: DER, the server's own first. */
  | { readonly accepts: (chain: readonly Uint8Array[]) => boolean };

/** What a client shows of itself, PEM: its certificate with those above it, and the key. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/**
 * TLS, as its client, over a connection to `host`, which ends with it; `own` is shown to a server that asks for a
 * certificate. Rejects with a CodedError: `tls-certificate` for a certificate that is not to be trusted, else `tls-failed`.
 * A server may end the connection after that, when it has looked at `own`. How long the handshake may take is the caller's
 * concern, who ends it by closing the connection.
 */
export function securedTo(
  raw: Connection,
  host: string,
  trust: CertificateTrust,
  own?: ClientIdentity,
): Promise<Connection> {
  const authorities = trust !== "any" && "authorities" in trust ? trust.authorities : undefined;
  return new Promise((done, failed) => {
    let socket: TLSSocket;
    try {
      socket = connect({
        socket: raw,
        host,
        // A server name is never an address (RFC 6066 §3).
        ...(isIP(host) === 0 && { servername: host }),
        rejectUnauthorized: trust !== "any" && "authorities" in trust,
        ...(authorities && { ca: [...authorities] }),
        ...(own && { cert: own.certificate, key: own.key }),
      });
    } catch (error) {
      raw.destroy();
      return failed(new CodedError("tls-failed", `our certificate cannot be used: ${tlsMessageOf(error)}`));
    }
    const secure = over(raw, socket);
    const fail = (code: string, message: string): void => {
      socket.destroy();
      failed(new CodedError(code, message));
    };
    socket.once("secureConnect", () => {
      const shown = socket.getPeerCertificate().fingerprint256 ?? "";
      if (isTrusted(trust, shown, socket)) done(secure);
      else fail("tls-certificate", `the certificate is not to be trusted: its SHA-256 hash is ${shown}`);
    });
    socket.once("error", (error: Error & { readonly code?: string }) => {
      const code = error.code ?? "";
      // An alert is about what we have shown.
      const isUntrusted = !code.includes("ALERT") && /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code);
      if (isUntrusted) fail("tls-certificate", `the certificate is not to be trusted: ${error.message}`);
      else fail("tls-failed", `TLS cannot be had: ${tlsMessageOf(error)}`);
    });
    socket.once("close", () => fail("tls-failed", "the connection closed during the TLS handshake"));
  });
}

/** What an error of a connection says: where OpenSSL has a few words for it, such as "tlsv1 alert unknown ca", these. */
export const tlsMessageOf = (error: unknown): string =>
  error instanceof Error && "reason" in error && typeof error.reason === "string" ? error.reason : messageOf(error);

/** Whether a certificate of that hash, which the handshake has let through, is one to be trusted. */
function isTrusted(trust: CertificateTrust, hash: string, socket: TLSSocket): boolean {
  if (trust !== "any" && "fingerprint" in trust) return plainHash(hash) === plainHash(trust.fingerprint);
  if (trust !== "any" && "accepts" in trust) return trust.accepts(chainOf(socket));
  return true;
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
