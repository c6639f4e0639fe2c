import { join, resolve } from "node:path";
import type { SecureContext } from "node:tls";
import { type Camera, createCamera, REALM } from "#camera/create";
import type { Restart } from "#camera/maintenance";
import { serviceRegistry } from "#camera/registry";
import { type CameraSummary, summaryOf } from "#camera/summary";
import { defaultGroups, keepBroadcasts } from "#camera/multicast";
import { streamAliases } from "#camera/stream-aliases";
import { uniqueNumbers } from "#camera/setup";
import { cameraSpeaker } from "#camera/speaker";
import { UPNP_PATH } from "#camera/web";
import { type Loaded, RUN_CFG } from "#config/load";
import { RunStore } from "#config/run-store";
import { DiscoveryAgent } from "#discovery/agent";
import { announceSsdp } from "#discovery/ssdp";
import { choosePictureMaker } from "#ffmpeg/choose";
import type { Host } from "#host/host";
import { secureContextOf } from "#http/certificate";
import { urlHost } from "#http/reached-at";
import { Router } from "#http/router";
import { WebServer } from "#http/server";
import { plain, type WebHandler } from "#http/web";
import { PathMap } from "#media/path-map";
import { RtspServer } from "#rtsp/server/server";
import { PublishedStreams } from "#sources/publish";
import { ClipLibrary } from "#sources/clip-library";
import { FileReplays } from "#sources/file-replays";
import { firstOf, streamResolver } from "#sources/resolver";
import type { Logger } from "#util/log";
import type { Closable, Scope } from "#util/scope";
import { askCameras, offeredTo, withOwnNames, withSideTracks } from "./camera-streams.js";
import { proxiesOf } from "./proxies.js";
import { watchInterfaces } from "./interfaces.js";
import { keptMac } from "./kept-mac.js";
import { isWildcard, listenOptions, openPort } from "./listeners.js";
import { keptForNextStart } from "./kept-state.js";
import { openPushers, pusherNames } from "./pushers.js";
import { Restartable } from "./restartable.js";
import { openStreamPorts, streamsOverWeb } from "./stream-listeners.js";
import { limitsOf, loginKindsOf, rightsOf, rulesOf, transportsOf } from "./stream-options.js";
import { tlsIdentity } from "./tls-identity.js";

export interface FleetParts {
  readonly loaded: Loaded;
  /** Folder of the cfg files and of what is kept. */
  readonly folder: string;
  readonly programFolder: string;
  readonly logs: { readonly onvif: Logger; readonly rtsp: Logger };
  /** POSIX form of the host's time zone. */
  readonly timeZone: string;
  /** Delete the kept state, and start from onvif.cfg. */
  readonly discardState: boolean;
}

/** What runs, for people. */
export interface FleetSummary {
  readonly cameras: readonly CameraSummary[];
}

export interface Fleet extends Closable {
  readonly cameras: readonly Camera[];
  readonly summary: FleetSummary;
}

/** Time that an idle HTTP connection is kept, in ms. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Opens the listeners and starts the camera behind them. A start that fails closes all that it had opened and throws
 * one `CodedError` that says what to change.
 */
export async function startFleet(host: Host, parts: FleetParts): Promise<Fleet> {
  const { folder, logs } = parts;
  let next = parts;
  const restart: Restart = ({ leaveAfterMs, awayMs, run }) =>
    running.restart({
      leaveAfterMs,
      awayMs,
      meanwhile: async () => {
        const kept = await keptForNextStart(host, join(folder, RUN_CFG), run, logs.onvif);
        next = { ...parts, loaded: { ...parts.loaded, run: kept }, discardState: false };
      },
    });
  const running = new Restartable(host.clock, logs.onvif, (scope) => start(host, next, restart, scope));
  await running.open();
  return {
    get cameras() {
      return running.present?.cameras ?? [];
    },
    get summary() {
      return running.present?.summary ?? { cameras: [] };
    },
    close: () => running.close(),
  };
}

/** Opens the listeners and starts the camera behind them; all of it is in the scope. */
async function start(
  host: Host,
  parts: FleetParts,
  restart: Restart,
  scope: Scope,
): Promise<Pick<Fleet, "cameras" | "summary">> {
  const { loaded, folder, logs } = parts;
  const { rtsp } = loaded;
  const onvif = loaded.run ?? loaded.onvif;
  const store = scope.own(new RunStore(host.files, host.clock, join(folder, RUN_CFG), logs.onvif));
  const clips = new ClipLibrary(host.files, host.clock, logs.rtsp);
  const names = { mediaFolder: loaded.mediaFolder, loops: rtsp.loopNums };
  const files = streamResolver(host, logs.rtsp, names, clips);
  const { replay } = new FileReplays(host, logs.rtsp, clips, {
    ...names,
    maxReplays: rtsp.maxReplays,
    rules: (name) => rulesOf(rtsp, name),
  });
  const cameras: Camera[] = [];
  const ask = askCameras(cameras);
  const proxies = proxiesOf(rtsp, host, logs.rtsp, REALM);
  const published = new PublishedStreams(firstOf(proxies, withOwnNames(files, ask)), logs.rtsp, {
    override: rtsp.overridePublisher,
    reserved: pusherNames(rtsp),
  });
  const paths = scope.own(
    new PathMap(
      {
        ...{ clock: host.clock, entropy: host.entropy, log: logs.rtsp },
        resolver: withSideTracks(published, ask),
        emptied: () => host.memory.tidy(),
      },
      { gopCacheBytes: rtsp.gopCache ? GOP_CACHE_BYTES : 0, readyWithinMs: rtsp.limits.openTimeout * 1000 },
    ),
  );
  scope.own(proxies);
  const users = (): readonly { readonly username: string; readonly password: string }[] => rtsp.users;
  const password = (name: string): string | undefined =>
    users().find(({ username }) => username === name)?.password ??
    cameras.map(({ device }) => device.users.find(name)?.password).find((known) => known !== undefined);
  const rights = rightsOf(rtsp, (name) => cameras.map(({ device }) => device.users.find(name)?.level).find(Boolean));
  const hostMac = await keptMac(host, folder, logs.onvif);
  const otherGroups = defaultGroups(uniqueNumbers(onvif, hostMac).serialNumber);
  const ffmpeg = onvif.ffmpeg.includes("/") ? resolve(folder, onvif.ffmpeg) : onvif.ffmpeg;
  const publishing = published.publishing(paths);
  const speaker =
    rtsp.backchannel &&
    scope.own(
      cameraSpeaker(host, rtsp.backchannel, {
        folder,
        ffmpeg,
        publish: (name, ended) => publishing.publish({ name, parameters: new Map(), query: undefined }, ended),
        log: logs.rtsp,
      }),
    );
  const streams = scope.own(
    new RtspServer(
      host,
      logs.rtsp,
      {
        open: async (asked) => {
          const lease = offeredTo(asked, await paths.open(asked.name), ask);
          const rules = rulesOf(rtsp, lease.path.name);
          return rules ? { ...lease, rules } : lease;
        },
        replay,
        alias: streamAliases(rtsp, () => cameras[0]?.device),
        ...(rtsp.publishEnable && { publishing }),
        backChannel: speaker,
      },
      {
        serverName: REALM,
        authentication: rtsp.needAuth
          ? { realm: REALM, password, rights, anonymous: rtsp.anonymous, ...loginKindsOf(rtsp) }
          : undefined,
        ...transportsOf(rtsp),
        ...limitsOf(rtsp),
        groups: {
          targetOf: (stream, kind) =>
            ask(({ groups }) => groups.targetOf(stream, kind)) ?? otherGroups.targetOf(stream, kind),
        },
      },
    ),
  );
  const routers: Router[] = [];
  const handler: WebHandler = (request) => routers[0]?.handle(request) ?? plain(503, "the camera is starting");
  const web = await openWeb(host, parts, handler, streams, scope);
  const listener = await openStreamPorts(streams, rtsp, onvif, () => secureContext(host, parts, rtsp, "rtsp.cfg"));
  scope.own(await openPushers(host, rtsp, published, paths, logs.rtsp));

  // Only now that all ports are open: a start that fails leaves the kept state alone.
  if (parts.discardState) await store.discard();
  // What the file holds is in `loaded` already; this sets a damaged one aside.
  else await store.load();
  const pictures = await choosePictureMaker(host, ffmpeg, logs.onvif);
  if (pictures) scope.own(pictures);
  const camera = scope.own(
    await createCamera(host, {
      loaded,
      ports: { http: web.http?.port ?? 0, https: web.https?.port ?? 0, rtsp: listener.port },
      registry: serviceRegistry(),
      paths,
      pictures,
      speaker,
      store,
      hostMac,
      wsdlFolder: join(parts.programFolder, "wsdl"),
      timeZone: parts.timeZone,
      restart,
      log: logs.onvif,
    }),
  );
  cameras.push(camera);
  // Nobody who listens to what is sent without RTSP has been told a key.
  if (rtsp.multicast && rtsp.srtp !== "require")
    scope.own(keepBroadcasts(camera.device, (stream) => streams.broadcast({ ...stream, localAddress: rtsp.serverIp })));
  routers.push(new Router(camera.routes));
  const agent = await announce(host, parts, camera, web.http?.port, scope);
  scope.own(
    watchInterfaces(host.net, host.clock, () => {
      camera.interfacesChanged();
      agent?.interfacesChanged();
    }),
  );
  proxies.start(paths);
  return {
    cameras,
    summary: { cameras: [summaryOf(camera.device, usualHost(host, onvif.serverIp), onvif)] },
  };
}

const GOP_CACHE_BYTES = 8 * 1024 * 1024;

/** The certificate that a cfg file names, or the self-signed one for this computer. */
async function secureContext(
  host: Host,
  { folder, logs }: FleetParts,
  { certFile, keyFile }: { readonly certFile: string; readonly keyFile: string },
  file: string,
): Promise<SecureContext> {
  const names = ["localhost", ...host.net.interfaces().map(({ address }) => address.replace(/%.*$/, ""))];
  return secureContextOf(await tlsIdentity(host, folder, { certFile, keyFile, file }, names, logs.onvif));
}

/** Opens HTTP and HTTPS as `onvif.cfg` has them. */
async function openWeb(
  host: Host,
  parts: FleetParts,
  handler: WebHandler,
  streams: RtspServer,
  scope: Scope,
): Promise<{ readonly http?: WebServer; readonly https?: WebServer }> {
  const { loaded, logs } = parts;
  const onvif = loaded.run ?? loaded.onvif;
  const options = {
    maxConnections: onvif.httpMaxUsers,
    requestTimeoutMs: onvif.requestTimeout * 1000,
    keepAliveMs: KEEP_ALIVE_MS,
  };
  const open = async (server: WebServer, port: number, tag: string): Promise<WebServer> => {
    scope.own(server);
    const where = { port, tag, addressTag: "server_ip", file: "onvif.cfg" };
    await openPort(where, () => server.listen(listenOptions(onvif.serverIp, port)));
    return server;
  };
  const { net, clock } = host;
  const plainOptions = { ...options, ...streamsOverWeb(streams, loaded.rtsp, false) };
  const http = onvif.httpEnable
    ? await open(new WebServer(net, clock, logs.onvif, plainOptions, handler), onvif.httpPort, "http_port")
    : undefined;
  if (!onvif.httpsEnable) return { ...(http && { http }) };
  const context = await secureContext(host, parts, onvif, "onvif.cfg");
  const secure = { ...options, ...streamsOverWeb(streams, loaded.rtsp, true), secureContext: () => context };
  const https = await open(new WebServer(net, clock, logs.onvif, secure, handler), onvif.httpsPort, "https_port");
  return { ...(http && { http }), https };
}

/** Makes the camera known by WS-Discovery, which the result does, and by SSDP, as far as these are on. */
async function announce(
  host: Host,
  { loaded, logs }: FleetParts,
  camera: Camera,
  httpPort: number | undefined,
  scope: Scope,
): Promise<DiscoveryAgent | undefined> {
  const { discoveryEnable, ssdpEnable, serverIp } = loaded.run ?? loaded.onvif;
  const own = isWildcard(serverIp) ? {} : { addresses: [serverIp] };
  const agent = discoveryEnable
    ? scope.own(new DiscoveryAgent(host.net, host.clock, host.entropy, logs.onvif, own))
    : undefined;
  if (agent) {
    await agent.start();
    const announced = scope.own(agent.add(camera.discoverable));
    scope.defer(
      camera.device.changes.subscribe(({ slice, what }) => {
        // The agent itself sees to new interfaces.
        if (slice === "scopes" || slice === "discovery" || (slice === "network" && what !== "interfaces"))
          announced.changed();
      }),
    );
  }
  if (ssdpEnable && httpPort !== undefined) {
    const uuid = camera.device.identity.endpointAddress.replace(/^urn:uuid:/, "");
    const announcement = { uuid, port: httpPort, path: UPNP_PATH, interfaces: interfacesOf(host, own.addresses) };
    const ssdp = await announceSsdp(announcement, host.clock, logs.onvif);
    if (ssdp) scope.own(ssdp);
  }
  return agent;
}

/** Names of the interfaces that have one of these addresses; of all when none are given. */
const interfacesOf = (host: Host, addresses: readonly string[] | undefined): readonly string[] =>
  host.net.interfaces().flatMap(({ name, address }) => (addresses?.includes(address) ? [name] : []));

/** The host by which people on the network reach us. */
function usualHost(host: Host, serverIp: string): string {
  const outer = host.net.interfaces().find(({ internal, family }) => !internal && family === "IPv4");
  return urlHost(isWildcard(serverIp) ? (outer?.address ?? "127.0.0.1") : serverIp);
}
