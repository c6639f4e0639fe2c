import { join, resolve } from "node:path";
import { AccessLog } from "#camera/access-log";
import { type Camera, createCamera, REALM } from "#camera/create";
import type { DeviceKey } from "#camera/backup";
import type { CameraMemory, Restart } from "#camera/maintenance";
import { serviceRegistry } from "#camera/registry";
import { startProtocols } from "#camera/listeners";
import { type CameraSummary, summaryOf } from "#camera/summary";
import { defaultGroups, keepBroadcasts } from "#camera/multicast";
import { streamAliases } from "#camera/stream-aliases";
import { uniqueNumbers } from "#camera/setup";
import { KeystoreFile } from "#camera/keystore-file";
import { cameraSpeaker } from "#camera/speaker";
import { type Loaded, RUN_CFG } from "#config/load";
import { RunStore } from "#config/run-store";
import { choosePictureMaker } from "#ffmpeg/choose";
import type { Host } from "#host/host";
import type { TlsIdentity } from "#http/certificate";
import { urlHost } from "#http/reached-at";
import { Router } from "#http/router";
import { plain, type WebHandler } from "#http/web";
import { PathMap } from "#media/path-map";
import { RtspServer } from "#rtsp/server/server";
import { PublishedStreams } from "#sources/publish";
import { ClipLibrary } from "#sources/clip-library";
import { FileReplays } from "#sources/file-replays";
import { firstOf, streamResolver } from "#sources/resolver";
import { TransportStreams } from "#sources/transport-streams";
import type { Logger } from "#util/log";
import { loggedTo, LogRing } from "#util/log-ring";
import type { Closable, Scope } from "#util/scope";
import { Admission } from "./admission.js";
import { announce } from "./announcements.js";
import { askCameras, keepSynchronized, offeredTo, watchedBy, withOwnNames, withSideTracks } from "./camera-streams.js";
import { proxiesOf } from "./proxies.js";
import { ProxySpeakers } from "./proxy-speakers.js";
import { watchInterfaces } from "./interfaces.js";
import { keptKey } from "./kept-key.js";
import { keptMac } from "./kept-mac.js";
import { keptReset } from "./kept-reset.js";
import { guarded } from "./guarded-net.js";
import { isWildcard } from "./listeners.js";
import { keptForNextStart } from "./kept-state.js";
import { openPushers, pusherNames } from "./pushers.js";
import { Restartable } from "./restartable.js";
import { ProtocolPorts } from "./protocol-ports.js";
import { streamDirectory } from "./stream-directory.js";
import { openStreamPorts, streamDoor } from "./stream-listeners.js";
import { streamAuthentication } from "./stream-logins.js";
import { limitsOf, rulesOf, transportsOf } from "./stream-options.js";
import { tlsIdentity } from "./tls-identity.js";
import { tryStreams } from "./try-streams.js";
import { TlsListeners } from "./tls-terms.js";
import { webServers } from "./web-servers.js";

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

/**
 * Opens the listeners and starts the camera behind them. A start that fails closes all that it had opened and throws
 * one `CodedError` that says what to change.
 */
export async function startFleet(host: Host, parts: FleetParts): Promise<Fleet> {
  const { folder } = parts;
  const { clock } = host;
  let key: Promise<DeviceKey> | undefined;
  const memory: CameraMemory = {
    systemLog: new LogRing(() => clock.now()),
    accessLog: new AccessLog(() => clock.now()),
    key: () => (key ??= keptKey(host, folder, parts.logs.onvif)),
    lastReset: await keptReset(host, folder, parts.logs.onvif),
  };
  const logs = {
    onvif: loggedTo(memory.systemLog, parts.logs.onvif, "onvif"),
    rtsp: loggedTo(memory.systemLog, parts.logs.rtsp, "rtsp"),
  };
  let next: FleetParts = { ...parts, logs };
  const restart: Restart = ({ leaveAfterMs, awayMs, run, meanwhile }) =>
    running.restart({
      leaveAfterMs,
      awayMs,
      meanwhile: async () => {
        if (run === "none") await keystoreOf(host, parts).discard();
        const kept = await keptForNextStart(host, join(folder, RUN_CFG), run, logs.onvif);
        next = { ...next, loaded: { ...parts.loaded, run: kept }, discardState: false };
        await meanwhile?.();
      },
    });
  const running = new Restartable(clock, logs.onvif, (scope) => start(host, next, { restart, memory }, scope));
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
  lasting: { readonly restart: Restart; readonly memory: CameraMemory },
  scope: Scope,
): Promise<Pick<Fleet, "cameras" | "summary">> {
  const { loaded, folder, logs } = parts;
  const { rtsp } = loaded;
  const onvif = loaded.run ?? loaded.onvif;
  const keystore = scope.own(keystoreOf(host, parts));
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
        filled: () => host.memory.watch(),
        opened: () => host.memory.joined(),
        emptied: () => host.memory.tidy(),
      },
      { gopCacheBytes: rtsp.gopCache ? GOP_CACHE_BYTES : 0, readyWithinMs: rtsp.limits.openTimeout * 1000 },
    ),
  );
  const transportStreams = scope.own(
    new TransportStreams(
      paths,
      { clock: host.clock, entropy: host.entropy, log: logs.rtsp },
      { gopCacheBytes: rtsp.gopCache ? GOP_CACHE_BYTES : 0, readyWithinMs: rtsp.limits.openTimeout * 1000 },
    ),
  );
  scope.own(proxies);
  const hostMac = await keptMac(host, folder, logs.onvif);
  const otherGroups = defaultGroups(uniqueNumbers(onvif, hostMac).serialNumber, rtsp);
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
  const proxySpeakers = scope.own(new ProxySpeakers(rtsp, host, logs.rtsp, REALM));
  const isOn = (): boolean => ports.isOn("RTSP");
  const admission = scope.own(new Admission(host.clock, logs.onvif));
  const { admits, letsIn } = admission;
  const streams = scope.own(
    new RtspServer(
      { ...host, net: guarded(host.net, (connection) => isOn() && letsIn(connection)) },
      logs.rtsp,
      {
        ...streamDirectory({
          paths,
          transportStreams,
          offered: (asked, lease) => offeredTo(asked, lease, ask),
          rules: (name) => rulesOf(rtsp, name),
          backChannel: (name) => proxySpeakers.of(name),
        }),
        hasOwnBackChannels: !proxySpeakers.isEmpty,
        replay,
        alias: streamAliases(rtsp, () => cameras[0]?.device),
        watched: (viewer) => watchedBy(viewer, ask),
        ...(rtsp.publishEnable && { publishing }),
        backChannel: speaker,
      },
      {
        serverName: REALM,
        authentication: streamAuthentication(rtsp, cameras, REALM),
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
  const tls = new TlsListeners(logs.onvif);
  const identity = onvif.httpsEnable ? await identityOf(host, parts, onvif, "onvif.cfg") : undefined;
  const webTerms = async () => tls.of(identity ?? (await identityOf(host, parts, onvif, "onvif.cfg")));
  const guardedHost = { ...host, net: guarded(host.net, letsIn) };
  const web = scope.own(webServers(guardedHost, onvif, handler, { streams, rtsp, isOn }, webTerms, logs.onvif));
  const ports: ProtocolPorts = scope.own(
    new ProtocolPorts({ ...web.doors, RTSP: streamDoor(streams, rtsp) }, host.clock, (closed) => {
      web.disconnect(({ localPort }) => closed.includes(localPort));
      streams.disconnect(({ localPort = 0 }) => !isOn() || closed.includes(localPort));
    }),
  );
  await ports.start(startProtocols(loaded));
  await openStreamPorts(streams, rtsp, onvif, async () => tls.of(await identityOf(host, parts, rtsp, "rtsp.cfg")));
  scope.own(await openPushers(host, rtsp, published, paths, logs.rtsp));

  // Only now that all ports are open: a start that fails leaves the kept state alone.
  if (parts.discardState) await Promise.all([store.discard(), keystore.discard()]);
  // What the file holds is in `loaded` already; this sets a damaged one aside.
  else await store.load();
  const pictures = await choosePictureMaker(host, ffmpeg, logs.onvif);
  if (pictures) scope.own(pictures);
  const camera = scope.own(
    await createCamera(host, {
      loaded,
      ports: { http: ports.portOf("HTTP") ?? 0, https: ports.portOf("HTTPS") ?? 0, rtsp: ports.portOf("RTSP") ?? 0 },
      openPorts: ports.prepare,
      registry: serviceRegistry(),
      paths,
      pictures,
      speaker,
      store,
      keystore,
      factoryIdentity: identity,
      hostMac,
      wsdlFolder: join(parts.programFolder, "wsdl"),
      timeZone: parts.timeZone,
      ...lasting,
      log: logs.onvif,
    }),
  );
  cameras.push(camera);
  scope.defer(tls.attach(camera.device));
  scope.defer(keepSynchronized(camera, paths));
  admission.follow(camera, () => {
    web.disconnect((connection) => !admits(connection));
    streams.disconnect((client) => !admits(client));
  });
  // Nobody who listens to what is sent without RTSP has been told a key.
  if (rtsp.multicast && rtsp.srtp !== "require")
    scope.own(keepBroadcasts(camera.device, (stream) => streams.broadcast({ ...stream, localAddress: rtsp.serverIp })));
  routers.push(new Router(camera.routes));
  const agent = await announce(host, onvif, camera, logs.onvif, scope);
  scope.own(
    watchInterfaces(host.net, host.clock, () => {
      camera.interfacesChanged();
      agent?.interfacesChanged();
    }),
  );
  proxies.start(paths);
  await tryStreams(camera.device, { paths, files, streams, clock: host.clock });
  return {
    cameras,
    summary: { cameras: [summaryOf(camera.device, usualHost(host, onvif.serverIp), onvif)] },
  };
}

const GOP_CACHE_BYTES = 8 * 1024 * 1024;

const keystoreOf = (host: Host, { folder, logs }: FleetParts): KeystoreFile => {
  const file = join(folder, "state", "keystore");
  return new KeystoreFile(host, { file, key: `${file}.key` }, logs.onvif);
};

/** The certificate that a cfg file names, or the self-signed one for this computer. */
async function identityOf(
  host: Host,
  { folder, logs }: FleetParts,
  { certFile, keyFile }: { readonly certFile: string; readonly keyFile: string },
  file: string,
): Promise<TlsIdentity> {
  const names = ["localhost", ...host.net.interfaces().map(({ address }) => address.replace(/%.*$/, ""))];
  return tlsIdentity(host, folder, { certFile, keyFile, file }, names, logs.onvif);
}

/** The host by which people on the network reach us. */
function usualHost(host: Host, serverIp: string): string {
  const outer = host.net.interfaces().find(({ internal, family }) => !internal && family === "IPv4");
  return urlHost(isWildcard(serverIp) ? (outer?.address ?? "127.0.0.1") : serverIp);
}
