import type { Loaded } from "#config/load";
import { simulatedTopics } from "#config/simulated-topics";
import type { OnvifConfig } from "#config/onvif-cfg";
import type { RunStore } from "#config/run-store";
import type { Change } from "#device/change";
import { createDevice, type Device } from "#device/device";
import type { FactoryIdentity } from "#device/security/keystore";
import type { DeviceSetup } from "#device/setup";
import type { Discoverable } from "#discovery/agent";
import { writeUpnpDescription } from "#discovery/ssdp";
import type { PictureMaker } from "#ffmpeg/picture";
import type { Host } from "#host/host";
import { urlHost } from "#http/reached-at";
import type { Route } from "#http/router";
import type { Paths } from "#media/path";
import { RequestAuthentication } from "#onvif/authenticate";
import { SoapEndpoint } from "#onvif/endpoint";
import type { ServiceRegistry } from "#onvif/registry";
import { dn, tds } from "#onvif/schema/namespaces";
import { fileInFolder } from "#sources/media-folder";
import type { Speaker } from "#speaker/speaker";
import { ConditionSimulation } from "#simulation/condition";
import { IoSimulation } from "#simulation/io";
import { MotionSimulation } from "#simulation/motion";
import { messageOf } from "#util/errors";
import { RelayDelays } from "#simulation/relay-delays";
import { SerialLoopback } from "#simulation/serial-loopback";
import type { Logger } from "#util/log";
import { RepeatedLines } from "#util/repeated-lines";
import { type Closable, Scope } from "#util/scope";
import { Authenticator, type OfferedChallenge } from "#wire/digest/authenticator";
import { NonceKeeper } from "#wire/digest/nonce";
import { sameTarget } from "#wire/digest/uri-match";
import { cameraEvents, ownEvents, type OwnEvents } from "./events.js";
import { hostNetwork, shownInterfaces } from "./host-network.js";
import { Listeners, type OpenPorts } from "./listeners.js";
import { type CameraLogins, cameraLogins } from "./logins.js";
import { type CameraMemory, Maintenance, type Restart } from "./maintenance.js";
import { cameraGroups, type CameraGroups } from "./multicast.js";
import type { KeystoreFile } from "./keystore-file.js";
import { keepState, misfitOf, restoreDevice, runConfigOf } from "./persistence.js";
import { type PublicAddress, serviceAddresses } from "./public-address.js";
import { deviceSetup, uniqueNumbers } from "./setup.js";
import { showTalks, shownFormats } from "./speaker.js";
import { Snapshots } from "./snapshot.js";
import { type CameraStreams, cameraStreams } from "./streams.js";
import { systemRoutes } from "./system-files.js";
import { WebLogins } from "./web-logins.js";
import { cameraRoutes } from "./web.js";
import { wirelessInterface, withWireless } from "./wireless.js";

/** What a camera is made from, beside the host. */
export interface CameraParts {
  readonly loaded: Loaded;
  /** Ports that are really listened on. */
  readonly ports: { readonly http: number; readonly https: number; readonly rtsp: number };
  /** Opens others when a client chooses them. */
  readonly openPorts: OpenPorts;
  readonly registry: ServiceRegistry;
  readonly paths: Paths;
  readonly pictures: PictureMaker | undefined;
  /** Undefined for a camera that nobody can talk to. */
  readonly speaker: Speaker | undefined;
  /** Keeps what clients change. */
  readonly store: RunStore;
  /** Keeps its keys and certificates. */
  readonly keystore: KeystoreFile;
  /** The certificate that the camera has of itself; undefined where it does not speak TLS. */
  readonly factoryIdentity: FactoryIdentity | undefined;
  /** MAC address of the host, from which the camera's identity follows where the configuration gives none. */
  readonly hostMac: string;
  readonly wsdlFolder: string;
  /** POSIX form of the host's time zone. */
  readonly timeZone: string;
  readonly restart: Restart;
  /** What outlives a restart. */
  readonly memory: CameraMemory;
  readonly log: Logger;
}

/** One virtual camera. */
export interface Camera extends Closable {
  readonly device: Device;
  readonly routes: readonly Route[];
  readonly discoverable: Discoverable;
  /** Where its streams go by multicast; undefined for those that are not its own. */
  readonly groups: CameraGroups;
  readonly streams: CameraStreams;
  readonly ownEvents: OwnEvents;
  /** Whether a connection from there is taken. */
  admits(arrival: { readonly remoteAddress: string; readonly localAddress?: string }): boolean;
  readonly logins: CameraLogins;
  /** Shows clients the interfaces that the host has now. */
  interfacesChanged(): void;
}

export const REALM = "onvifrtspserver";

/** HTTP offers MD5 first: there are clients that give up on SHA-256 in front, and the Device Test Tool wants MD5. */
const HTTP_ALGORITHMS = ["MD5", "SHA-256"] as const;

/** Puts a camera together; the only place that knows all of its parts. */
export async function createCamera(host: Host, parts: CameraParts): Promise<Camera> {
  const { loaded, log, ports } = parts;
  const { clock, files, net } = host;
  const onvif = loaded.run ?? loaded.onvif;
  const { hostMac, store } = parts;
  const { macAddress } = uniqueNumbers(onvif, hostMac);
  const scope = new Scope();

  const wireless = wirelessInterface(onvif);
  const network = await hostNetwork(files, net, macAddress);
  const facts = {
    network: { ...network, interfaces: withWireless(network.interfaces, macAddress, wireless) },
    ports,
    hostMac,
    endpointUuid: loaded.run?.runtime.endpointUuid || undefined,
    firmwareVersion: loaded.run?.runtime.firmwareVersion,
    lastResetMs: parts.memory.lastReset.atMs,
    timeZone: parts.timeZone,
  };
  const { speaker } = parts;
  const setupOf = (config: OnvifConfig): DeviceSetup => ({
    ...deviceSetup(config, loaded.rtsp, facts),
    speaker: speaker && shownFormats(speaker),
  });
  const deviceOf = (config: OnvifConfig): Device => createDevice(setupOf(config), () => clock.now());
  const device = await deviceWithKeystore(parts, () => clock.now(), setupOf(onvif));
  scope.defer(
    device.changes.subscribe((change) => {
      if (change.slice !== "logins") return;
      log.warn("more failed logins than the camera allows", { peer: change.address, failures: change.failures });
    }),
  );
  if (speaker) scope.defer(showTalks(speaker, device));
  const basis = {
    onvif,
    onvifDigest: loaded.run?.runtime.baseDigest ?? loaded.onvifDigest,
    firmwareVersion: facts.firmwareVersion,
  };
  const misfit = restoreDevice(device, loaded.run);
  if (misfit !== undefined) {
    await store.setAside(`what clients had changed does not fit this camera: ${misfit}`, "the configuration in it");
    store.schedule(() => runConfigOf(device, basis, clock.now()));
  }
  scope.defer(keepState(device, basis, store, () => clock.now()));

  const logins = cameraLogins(device, clock);
  const nonces = new NonceKeeper(host.entropy.bytes(32), { onRepeatedCount: "accept" });
  const challenges = (): readonly OfferedChallenge[] => {
    const chosen = logins.digestAlgorithms();
    const algorithms = chosen.length > 0 ? chosen : HTTP_ALGORITHMS;
    return algorithms.map((algorithm) => ({ scheme: "digest", algorithm, qop: true }));
  };
  const authenticator = (offered: () => readonly OfferedChallenge[]): Authenticator =>
    new Authenticator(nonces, {
      realm: REALM,
      challenges: offered,
      uriMatch: sameTarget,
      password: (name) => logins.password(name),
      guard: logins.guard,
    });
  const authentication = new RequestAuthentication(
    {
      required: onvif.needAuth,
      style: onvif.authStyle,
      createdSkewMs: onvif.createdSkew * 1000,
      replayCheck: onvif.replayCheck,
      passwordText: onvif.passwordText,
      bearer: () => (device.security.jwt.isOn ? (token) => device.security.jwt.check(token) : undefined),
      cnMapsToUser: () => device.security.tlsServer.state.cnMapsToUser,
    },
    { digest: authenticator(challenges), account: (name) => device.account(name), guard: logins.guard },
    { now: () => device.clock.now(), monotonic: () => clock.monotonic() },
  );
  const { renewInterval, notifyAnywhere, notifyCheck, simulateEnable } = onvif.event;
  const eventOptions = { defaultLifeMs: renewInterval * 1000, notifyAnywhere, notifyCheck };
  const events = cameraEvents(host, device, eventOptions, log, scope);
  if (simulateEnable) {
    const { simulateSeed, simulateTopics } = onvif.event;
    const intervalMs = onvif.event.simulateInterval * 1000;
    const topics = simulatedTopics(simulateTopics);
    if (topics.includes("motion")) scope.own(new MotionSimulation(device.detection, clock, intervalMs));
    if (topics.includes("io")) scope.own(new IoSimulation(device, clock, intervalMs));
    scope.own(new ConditionSimulation(device, clock, intervalMs, simulateSeed));
  }
  const maintenance = new Maintenance({
    device,
    clock,
    entropy: host.entropy,
    configured: { onvif: loaded.onvif, onvifDigest: loaded.onvifDigest },
    basis,
    misfit: (run) => {
      // Keys and certificates are not in backups: those that are there now count.
      const security = { factory: parts.factoryIdentity, keystore: device.security.keystore.snapshot() };
      return misfitOf(() => createDevice({ ...setupOf(run), security }, () => clock.now()), run);
    },
    factoryState: () => deviceOf(loaded.onvif).snapshot(),
    awayMs: onvif.rebootTime * 1000,
    restart: parts.restart,
    memory: parts.memory,
    log,
  });
  const listeners = new Listeners(device.network, parts.openPorts);
  scope.own(new RelayDelays(device, clock));
  const serialLines = scope.own(new SerialLoopback(device.io.serialPorts, clock));
  const camera = { device, events, maintenance, listeners, serialLines, registry: parts.registry };
  const endpoint = new SoapEndpoint(
    camera,
    authentication,
    {
      strict: onvif.strict,
      openProfiles: onvif.openProfiles,
      accessed: (access) => maintenance.accessed(access),
      refusals: scope.own(new RepeatedLines(log, clock)),
    },
    log,
  );
  const snapshots = new Snapshots(parts.paths, clock, log, {
    maker: parts.pictures,
    stored: async (name) => {
      const path = await fileInFolder(files, loaded.mediaFolder, `${name.replace(/\.[^./]+$/, "")}.jpg`);
      return path === undefined ? undefined : files.read(path);
    },
  });

  const uuid = device.identity.endpointAddress.replace(/^urn:uuid:/, "");
  const webLogins = onvif.needAuth
    ? new WebLogins(
        device,
        authenticator(() => [...challenges(), { scheme: "basic" }]),
        clock,
        (access) => maintenance.accessed(access),
      )
    : undefined;
  const routes = cameraRoutes({
    device,
    registry: parts.registry,
    endpoint,
    snapshots,
    logins: webLogins,
    files,
    wsdlFolder: parts.wsdlFolder,
    publicAddress: onvif,
    upnpDescription: (reachedAt) =>
      writeUpnpDescription({
        uuid,
        friendlyName: device.hostname.get().name,
        manufacturer: device.identity.manufacturer,
        model: device.identity.model,
        serialNumber: device.identity.serialNumber,
        presentationUrl: reachedAt.href,
      }),
  });
  return {
    device,
    routes: [...routes, ...systemRoutes(maintenance, device, webLogins)],
    groups: cameraGroups(device, loaded.rtsp),
    ownEvents: ownEvents(events.hub),
    logins,
    streams: cameraStreams({ device, hub: events.hub, clock, log }),
    discoverable: discoverableOf(device, onvif, () => Math.floor(clock.now() / 1000)),
    admits: (arrival) => admitted(device, arrival),
    interfacesChanged: () =>
      device.network.updateInterfaces(
        withWireless(shownInterfaces(net.interfaces(), macAddress), macAddress, wireless),
      ),
    close: () => scope.close(),
  };
}

/** Whether a connection is taken. Its addresses are asked for where they decide: each costs a call of the system. */
function admitted({ network }: Device, arrival: { readonly remoteAddress: string; readonly localAddress?: string }) {
  if (!network.ipFilter.admitsAll && !network.ipFilter.admits(arrival.remoteAddress)) return false;
  return network.servesAll || arrival.localAddress === undefined || network.serves(arrival.localAddress);
}

/** The camera with what was kept of its keys, which are kept from now on too. One that cannot be used is set aside. */
async function deviceWithKeystore(
  { keystore: file, factoryIdentity: factory }: CameraParts,
  now: () => number,
  setup: DeviceSetup,
): Promise<Device> {
  let secrets = await file.load();
  let device: Device;
  try {
    device = createDevice({ ...setup, security: { factory, secrets } }, now);
  } catch (error) {
    if (!secrets) throw error;
    await file.setAside(messageOf(error));
    secrets = undefined;
    device = createDevice({ ...setup, security: { factory } }, now);
  }
  device.changes.subscribe((change) => {
    if (change.slice === "security" && (change.what === "keystore" || change.what === "key-status"))
      file.schedule(() => device.security.secrets());
  });
  return device;
}

/** Whether discovery says something else of the camera now: other scopes, or other addresses. */
export const concernsDiscovery = ({ slice, what }: Change): boolean =>
  slice === "scopes" || (slice === "network" && ["interfaces", "interface-settings", "protocols"].includes(what));

/** What discovery says of a camera. The metadata version grows with each change, over restarts too. */
function discoverableOf(device: Device, outer: PublicAddress, now: () => number): Discoverable {
  let metadataVersion = now();
  device.changes.subscribe((change) => {
    if (concernsDiscovery(change)) metadataVersion = Math.max(metadataVersion + 1, now());
  });
  return {
    get isDiscoverable() {
      return device.discovery.mode === "Discoverable";
    },
    servesAt: (localAddress) => device.network.serves(localAddress),
    endpointAt: (localAddress) => ({
      address: device.identity.endpointAddress,
      types: [
        { namespace: tds, name: "Device" },
        { namespace: dn, name: "NetworkVideoTransmitter" },
      ],
      scopes: device.scopes.list().map(({ uri }) => uri),
      xaddrs: serviceAddresses(device, urlHost(localAddress), outer),
      metadataVersion,
    }),
  };
}
