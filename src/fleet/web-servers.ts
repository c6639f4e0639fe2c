import type { OnvifConfig } from "#config/onvif-cfg";
import type { RtspConfig } from "#config/rtsp-cfg";
import type { Host } from "#host/host";
import type { Connection } from "#host/net";
import type { TlsTerms } from "#host/secure";
import { WebServer } from "#http/server";
import type { WebHandler } from "#http/web";
import type { RtspServer } from "#rtsp/server/server";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { listenOptions } from "./listeners.js";
import type { Door } from "./protocol-ports.js";
import { streamsOverWeb } from "./stream-listeners.js";

/** The streams that come through the web servers too, while RTSP is on. */
export interface StreamsBehind {
  readonly streams: RtspServer;
  readonly rtsp: RtspConfig;
  readonly isOn: () => boolean;
}

export interface WebServers extends Closable {
  readonly doors: Readonly<Record<"HTTP" | "HTTPS", Door>>;
  /** Ends the connections that `which` fits. */
  disconnect(which: (connection: Connection) => boolean): void;
}

/** Time that an idle HTTP connection is kept, in ms. */
const KEEP_ALIVE_MS = 60_000;

/** Web servers for HTTP and HTTPS, without ports yet. `terms` is asked for when the first port of HTTPS is opened. */
export function webServers(
  { net, clock }: Pick<Host, "net" | "clock">,
  onvif: OnvifConfig,
  handler: WebHandler,
  { streams, rtsp, isOn }: StreamsBehind,
  terms: () => Promise<() => TlsTerms>,
  log: Logger,
): WebServers {
  const options = {
    maxConnections: onvif.httpMaxUsers,
    requestTimeoutMs: onvif.requestTimeout * 1000,
    keepAliveMs: KEEP_ALIVE_MS,
  };
  const plain = new WebServer(net, clock, log, { ...options, ...streamsOverWeb(streams, rtsp, false, isOn) }, handler);
  let secure: WebServer | undefined;
  const makeSecure = async (): Promise<WebServer> => {
    const more = { ...streamsOverWeb(streams, rtsp, true, isOn), tls: await terms() };
    return new WebServer(net, clock, log, { ...options, ...more }, handler);
  };
  const where = { addressTag: "server_ip", file: "onvif.cfg" };
  return {
    doors: {
      HTTP: {
        tag: { ...where, tag: "http_port" },
        open: (port) => plain.listen(listenOptions(onvif.serverIp, port)),
      },
      HTTPS: {
        tag: { ...where, tag: "https_port" },
        open: async (port) => (secure ??= await makeSecure()).listen(listenOptions(onvif.serverIp, port)),
      },
    },
    disconnect: (which) => {
      plain.disconnect(which);
      secure?.disconnect(which);
    },
    close: async () => {
      await plain.close();
      await secure?.close();
    },
  };
}
