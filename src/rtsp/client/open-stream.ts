import type { Clock, Timer } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Connection, Net } from "#host/net";
import { type CertificateTrust, securedTo } from "#host/secure";
import { CodedError } from "#util/errors";
import type { RtspOrigin } from "#wire/rtsp/origin";
import type { ClientStream } from "./client-stream.js";
import { TunnelStream } from "./tunnel.js";
import { openWebSocket } from "./web-socket.js";

export interface OpenStreamParts {
  readonly net: Net;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

export interface OpenStreamOptions {
  /** For all of it, handshakes included. */
  readonly timeoutMs: number;
  /** Which certificate of a server with TLS is taken. */
  readonly trust: CertificateTrust;
}

/**
 * Connects to a server, by TLS, through HTTP or a WebSocket where its URL says so. Rejects with a CodedError: one of the network,
 * `tls-certificate`, `tls-failed`, `rtsp-tunnel`, `rtsp-web-socket` or `rtsp-client-timeout`.
 */
export async function openClientStream(
  { net, clock, entropy }: OpenStreamParts,
  origin: RtspOrigin,
  options: OpenStreamOptions,
): Promise<ClientStream> {
  const { host, port, isSecure, carrier } = origin;
  const opened: Connection[] = [];
  let isLate = false;
  const dial = async (): Promise<Connection> => {
    const raw = await net.connect(host, port);
    opened.push(raw);
    raw.setNoDelay(true);
    if (isLate) raw.destroy();
    return isSecure ? securedTo(raw, host, options.trust) : raw;
  };
  const open = async (): Promise<ClientStream> => {
    if (carrier === "plain") return dial();
    const target = origin.url.replace(/^[a-z]+:\/\/[^/]*/, "");
    const authority = /^[a-z]+:\/\/([^/]*)/.exec(origin.url)?.[1] ?? host;
    if (carrier === "web-socket") return openWebSocket(await dial(), `ws://${authority}${target}`);
    return TunnelStream.open(dial, { host: authority, target, cookie: entropy.bytes(16).toString("hex") });
  };
  const opening = open();
  let timer: Timer | undefined;
  const late = new Promise<never>((_done, failed) => {
    timer = clock.after(options.timeoutMs, () => {
      isLate = true;
      const message = `the server is not reached within ${options.timeoutMs / 1000} s`;
      failed(new CodedError("rtsp-client-timeout", message, { host, port }));
    });
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    for (const connection of opened) connection.destroy();
    opening.then(
      (stream) => stream.destroy(),
      () => {},
    );
    throw error;
  } finally {
    timer?.cancel();
  }
}
