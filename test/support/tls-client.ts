import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { pemOf, pkcs8Of, type TestCertificate } from "./authority.js";
import { CAMERA_ADDRESS } from "./camera-client.js";
import type { FakeHost } from "./fake-host.js";

/** Ports of a camera that speaks TLS; no others are asked for RTSP. */
export const HTTPS = 443;
export const RTSPS = 322;

/** A handshake: the certificate that the camera shows and the version of TLS, or why there was none. */
export async function handshake(host: FakeHost, port = HTTPS, options: ConnectionOptions = {}) {
  const raw = await host.net.connect(CAMERA_ADDRESS, port);
  const socket: TLSSocket = connect({ ...options, socket: raw, rejectUnauthorized: false });
  return new Promise<{ certificate?: Buffer; version?: string | null; failed?: string }>((done) => {
    const fail = (failed: string): void => done({ failed });
    socket.once("error", (error: Error) => fail(error.message));
    socket.once("close", () => fail("closed"));
    socket.once("secureConnect", () => {
      const { raw: certificate } = socket.getPeerCertificate();
      const version = socket.getProtocol();
      // Under TLS 1.3 the client is done before the server has looked at its certificate: it answers, or closes.
      socket.write(port === HTTPS ? "GET / HTTP/1.1\r\nHost: cam\r\n\r\n" : "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
      socket.once("data", () => {
        done({ certificate, version });
        socket.destroy();
      });
    });
  });
}

/** How a client shows a certificate, with those between it and its authority. */
export const asClient = (own: TestCertificate, ...others: readonly TestCertificate[]): ConnectionOptions => ({
  cert: [own, ...others].map(({ der }) => pemOf("CERTIFICATE", der)).join(""),
  key: pemOf("PRIVATE KEY", pkcs8Of(own)),
});
