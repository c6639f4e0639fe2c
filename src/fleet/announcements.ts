import { type Camera, concernsDiscovery } from "#camera/create";
import { UPNP_PATH } from "#camera/web";
import type { OnvifConfig } from "#config/onvif-cfg";
import { DiscoveryAgent } from "#discovery/agent";
import { announceSsdp } from "#discovery/ssdp";
import type { Host } from "#host/host";
import type { Logger } from "#util/log";
import type { Closable, Scope } from "#util/scope";
import { isWildcard } from "./listeners.js";

/** Makes the camera known by WS-Discovery, which the result does, and by SSDP, as far as these are on. */
export async function announce(
  host: Host,
  { discoveryEnable, ssdpEnable, serverIp }: OnvifConfig,
  camera: Camera,
  log: Logger,
  scope: Scope,
): Promise<DiscoveryAgent | undefined> {
  const own = isWildcard(serverIp) ? {} : { addresses: [serverIp] };
  const agent = discoveryEnable
    ? scope.own(new DiscoveryAgent(host.net, host.clock, host.entropy, log, own))
    : undefined;
  if (agent) {
    await agent.start();
    const announced = scope.own(agent.add(camera.discoverable));
    scope.defer(
      camera.device.changes.subscribe((change) => {
        // The agent itself sees to new interfaces.
        if (change.slice === "network" && change.what === "interfaces") return;
        if (concernsDiscovery(change) || change.slice === "discovery") announced.changed();
      }),
    );
  }
  if (ssdpEnable) {
    const ssdp = scope.own(new SsdpPresence(host, camera, own.addresses, log));
    await ssdp.follow();
    scope.defer(
      camera.device.changes.subscribe(({ slice, what }) => {
        if (slice === "network" && what === "protocols") void ssdp.follow();
      }),
    );
  }
  return agent;
}

/** Announces the description by SSDP at the port where HTTP is; not while there is none. */
class SsdpPresence implements Closable {
  #present: { readonly port: number | undefined; readonly announcement: Closable | undefined } | undefined;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    private readonly host: Host,
    private readonly camera: Camera,
    private readonly addresses: readonly string[] | undefined,
    private readonly log: Logger,
  ) {}

  /** Announces anew when the port is another one. */
  follow(): Promise<void> {
    this.#last = this.#last.then(() => this.#follow());
    return this.#last;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#present?.announcement?.close();
  }

  async #follow(): Promise<void> {
    const { network, identity } = this.camera.device;
    const http = network.protocols.find(({ name }) => name === "HTTP");
    const port = http?.enabled ? http.ports[0] : undefined;
    if (this.#isClosed || (this.#present && this.#present.port === port)) return;
    await this.#present?.announcement?.close();
    const uuid = identity.endpointAddress.replace(/^urn:uuid:/, "");
    const interfaces = interfacesOf(this.host, this.addresses);
    const announcement =
      port === undefined
        ? undefined
        : await announceSsdp({ uuid, port, path: UPNP_PATH, interfaces }, this.host.clock, this.log);
    this.#present = { port, announcement };
  }
}

/** Names of the interfaces that have one of these addresses; of all when none are given. */
const interfacesOf = (host: Host, addresses: readonly string[] | undefined): readonly string[] =>
  host.net.interfaces().flatMap(({ name, address }) => (addresses?.includes(address) ? [name] : []));
