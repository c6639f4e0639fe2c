import { type StreamCarriers, streamCarriers } from "#camera/stream-carriers";
import type { OnvifConfig } from "#config/onvif-cfg";
import type { RtspConfig } from "#config/rtsp-cfg";
import type { Listener } from "#host/net";
import type { TlsTerms } from "#host/secure";
import type { WebServerOptions } from "#http/server";
import type { ListenerOptions, RtspServer } from "#rtsp/server/server";
import { listenOptions, openPort } from "./listeners.js";
import type { Door } from "./protocol-ports.js";
import { offerOf, type TransportTags } from "./stream-options.js";

type WebPort = Pick<OnvifConfig, "httpEnable" | "httpPort" | "httpsEnable" | "httpsPort">;

/** How the ports of RTSP itself are opened. */
export const streamDoor = (streams: RtspServer, rtsp: RtspConfig): Door => ({
  tag: { tag: "serverport", addressTag: "serverip", file: "rtsp.cfg" },
  open: (port) => streams.listen(listenOptions(rtsp.serverIp, port), streamCarriers(rtsp, false)),
});

/**
 * Opens the other ports of rtsp.cfg: RTSP with TLS, and those for RTSP through HTTP and HTTPS unless the web server has
 * the same ones. `terms` is asked for when one of them speaks TLS. They close with the server.
 */
export async function openStreamPorts(
  streams: RtspServer,
  rtsp: RtspConfig,
  web: WebPort,
  terms: () => Promise<() => TlsTerms>,
): Promise<void> {
  const open = (port: number, tag: string, options: ListenerOptions): Promise<Listener> => {
    const where = { port, tag, addressTag: "serverip", file: "rtsp.cfg" };
    return openPort(where, () => streams.listen(listenOptions(rtsp.serverIp, port), options));
  };
  const plain = streamCarriers(rtsp, false);
  const secure = streamCarriers(rtsp, true);
  if (isAny(plain) && !isShared(web.httpEnable, web.httpPort, rtsp.httpPort))
    await open(rtsp.httpPort, "http_port", plain);
  for (const { ip, port, ...tags } of rtsp.listeners) await openOther(streams, rtsp, { ip, port, tags });
  const opensHttps = isAny(secure) && !isShared(web.httpsEnable, web.httpsPort, rtsp.httpsPort);
  if (!opensHttps && !rtsp.rtspsEnable) return;
  const tls = await terms();
  if (opensHttps) await open(rtsp.httpsPort, "https_port", { tls, ...secure });
  if (rtsp.rtspsEnable) await open(rtsp.rtspsPort, "rtsps_port", { tls, ...secure });
}

/** One more port, which offers what both it and the server do. */
function openOther(
  streams: RtspServer,
  rtsp: RtspConfig,
  { ip, port, tags }: { readonly ip: string; readonly port: number; readonly tags: TransportTags },
): Promise<Listener> {
  const [own, servers] = [offerOf(tags), offerOf(rtsp)];
  const transports = {
    udp: own.udp && servers.udp,
    tcp: own.tcp && servers.tcp,
    multicast: own.multicast === true && servers.multicast === true,
  };
  const where = { port, tag: "port", addressTag: "ip", file: "a <listener> of rtsp.cfg" };
  const options = { ...streamCarriers(rtsp, false), transports };
  return openPort(where, () => streams.listen(listenOptions(ip || rtsp.serverIp, port), options));
}

const isAny = ({ tunnels, webSockets }: StreamCarriers): boolean => tunnels || webSockets;

/** Port 0 is another one each time. */
const isShared = (isOpen: boolean, webPort: number, port: number): boolean => isOpen && webPort === port && port !== 0;

/**
 * Lets clients of RTSP in by a web server while `isOn`, as far as rtsp.cfg wants that: ONVIF gives out addresses of that
 * port.
 */
export function streamsOverWeb(
  streams: RtspServer,
  rtsp: RtspConfig,
  isSecure: boolean,
  isOn: () => boolean,
): Pick<WebServerOptions, "takeOver"> {
  const carriers = streamCarriers(rtsp, isSecure);
  if (!isAny(carriers)) return {};
  return { takeOver: (connection, head) => isOn() && streams.takeOver(connection, head, isSecure, carriers) };
}
