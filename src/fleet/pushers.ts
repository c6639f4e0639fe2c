import type { PusherConfig, RtspConfig } from "#config/rtsp-cfg";
import type { Host } from "#host/host";
import type { Paths } from "#media/path";
import type { PublishedStreams } from "#sources/publish";
import { openTcpPush, openUdpPush, type PushTarget } from "#sources/push-ports";
import { Pusher } from "#sources/pusher";
import { pushedAudioFormat, pushedVideoFormat } from "#sources/pusher-formats";
import type { Logger } from "#util/log";
import { type Closable, Scope } from "#util/scope";
import { listenOptions, openPort } from "./listeners.js";

/** The pushers that have ports of their own; those of mode RTSP come by the RTSP port. */
const withPorts = ({ pushers }: RtspConfig): readonly PusherConfig[] =>
  pushers.filter(({ transfer, video, audio }) => transfer.mode !== "RTSP" && (video ?? audio));

/** The names that pushers with ports publish under. */
export const pusherNames = (rtsp: RtspConfig): ReadonlySet<string> =>
  new Set(withPorts(rtsp).map(({ suffix }) => suffix));

/** Opens the ports of the pushers of rtsp.cfg; what comes is published. The result closes them. */
export async function openPushers(
  host: Host,
  rtsp: RtspConfig,
  published: PublishedStreams,
  paths: Paths,
  log: Logger,
): Promise<Closable> {
  const scope = new Scope();
  try {
    for (const config of withPorts(rtsp)) await openPusher(host, rtsp, config, published, paths, log, scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
  return scope;
}

async function openPusher(
  { net, clock, entropy }: Host,
  rtsp: RtspConfig,
  { suffix, video, audio, transfer }: PusherConfig,
  published: PublishedStreams,
  paths: Paths,
  log: Logger,
  scope: Scope,
): Promise<void> {
  const transport = transfer.mode === "TCP" ? "TCP" : "UDP";
  const ports = [
    ...(video ? [{ tag: "vport", port: transfer.videoPort, format: pushedVideoFormat(video.codec) }] : []),
    ...(audio ? [{ tag: "aport", port: transfer.audioPort, format: pushedAudioFormat(audio) }] : []),
  ];
  const publish = (ended: (reason: string) => void): ReturnType<PublishedStreams["take"]> =>
    published.take(paths, suffix, ended);
  const formats = ports.map(({ format }) => format);
  const pusher = scope.own(new Pusher({ clock, entropy, log, publish }, { name: suffix, transport, formats }));
  const address = transfer.ip || rtsp.serverIp;
  const open = (target: PushTarget, port: number): Promise<Closable> => {
    const options = listenOptions(address, port);
    return transport === "TCP" ? openTcpPush(net, clock, options, target, log) : openUdpPush(net, options, target, log);
  };
  for (const [index, { tag, port }] of ports.entries()) {
    const target = pusher.tracks[index];
    const where = { port, tag, addressTag: "ip", file: `<pusher> ${suffix} of rtsp.cfg` };
    if (target) scope.own(await openPort(where, () => open(target, port)));
  }
  log.info("a pusher may send", {
    path: suffix,
    transport,
    ...(address !== "" && { address }),
    ...Object.fromEntries(ports.map(({ tag, port }) => [tag, port])),
  });
}
