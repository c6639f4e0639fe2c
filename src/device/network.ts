import { demandHost, isDnsName, isIpv4, isIpv6, type IpAddress, type NetworkHost } from "./addresses.js";
import type { Change, Emit } from "./change.js";
import { IpFilter, type IpFilterState } from "./ip-filter.js";
import type { AskedSettings, InterfaceSettings } from "./interface-settings.js";
import { type NetworkInterface, NetworkInterfaces } from "./network-interfaces.js";
import { refusal } from "./refusal.js";
import type { Association, Dot1xFit, Wireless } from "./wireless.js";

/** The protocols that the standard names (Core §8.2.12). */
export type ProtocolName = "HTTP" | "HTTPS" | "RTSP";

export interface NetworkProtocol {
  readonly name: ProtocolName;
  readonly enabled: boolean;
  readonly ports: readonly number[];
}

export interface DnsSettings {
  readonly fromDhcp: boolean;
  readonly searchDomains: readonly string[];
  readonly manual: readonly IpAddress[];
}

export interface NtpSettings {
  readonly fromDhcp: boolean;
  readonly manual: readonly NetworkHost[];
}

export interface DefaultGateway {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** How the name of the camera gets into DNS (RFC 2136); emulated, so nothing is sent. */
export interface DynamicDnsSettings {
  readonly type: "NoUpdate" | "ClientUpdates" | "ServerUpdates";
  readonly name?: string;
  /** Time that the name is to be remembered, in ms. */
  readonly ttlMs?: number;
}

/** Link-local IPv4 addressing (RFC 3927) of one interface. */
export interface ZeroConfiguration {
  readonly interfaceToken: string;
  readonly enabled: boolean;
  readonly addresses: readonly string[];
}

/** The network as the camera starts with it. */
export interface NetworkSetup {
  readonly interfaces: readonly NetworkInterface[];
  /** Every protocol that the camera can speak; others are refused. */
  readonly protocols: readonly NetworkProtocol[];
  readonly dns: DnsSettings & { readonly fromDhcpServers?: readonly IpAddress[] };
  readonly ntp: NtpSettings & { readonly fromDhcpServers?: readonly NetworkHost[] };
  readonly defaultGateway: DefaultGateway;
  /** Whether the filter of addresses lets this computer itself in, whatever it says. Default false. */
  readonly filterSparesLoopback?: boolean;
}

/** What clients may change of the network. */
export interface NetworkState {
  readonly protocols: readonly NetworkProtocol[];
  /** Those that clients have set; the others are as the camera is set up. */
  readonly protocolsSet: readonly ProtocolName[];
  readonly dns: DnsSettings;
  readonly ntp: NtpSettings;
  readonly defaultGateway: DefaultGateway;
  readonly dynamicDns: DynamicDnsSettings;
  readonly ipFilter: IpFilterState;
  readonly interfaces: readonly InterfaceSettings[];
}

/** What is kept here, the others having a place of their own. */
type OwnState = Omit<NetworkState, "ipFilter" | "interfaces">;

/** Most entries of any list a client sets. */
const MAXIMUM_ENTRIES = 16;

/** Longest time to live of DNS (RFC 2181 §8), in ms. */
const MAXIMUM_TTL_MS = (2 ** 31 - 1) * 1000;

const demandFew = (what: string, entries: readonly unknown[]): void => {
  if (entries.length > MAXIMUM_ENTRIES)
    throw refusal("invalid-argument", `at most ${MAXIMUM_ENTRIES} ${what}`, { given: entries.length });
};

/** Addresses and protocols of the camera (Core §8.2). Emulated: who wants them in force listens to the changes. */
export class Network {
  /** Who may connect. */
  readonly ipFilter: IpFilter;
  #state: OwnState;
  readonly #interfaces: NetworkInterfaces;

  /**
   * `identity` tells the camera from others, `fitOf` what a configuration of IEEE 802.1X is worth, `followsNtp` whether the
   * clock needs an NTP server.
   */
  constructor(
    private readonly setup: NetworkSetup,
    identity: string,
    fitOf: Dot1xFit,
    private readonly followsNtp: () => boolean,
    private readonly emit: Emit,
  ) {
    const { protocols, dns, ntp, defaultGateway } = setup;
    this.#interfaces = new NetworkInterfaces(setup.interfaces, identity, fitOf);
    this.#state = {
      protocols,
      protocolsSet: [],
      dns: { fromDhcp: dns.fromDhcp, searchDomains: dns.searchDomains, manual: dns.manual },
      ntp: { fromDhcp: ntp.fromDhcp, manual: ntp.manual },
      defaultGateway,
      dynamicDns: { type: "NoUpdate" },
    };
    this.ipFilter = new IpFilter(setup.filterSparesLoopback ?? false, () =>
      emit({ slice: "network", what: "ip-filter" }),
    );
  }

  /** GetNetworkInterfaces (Core §8.2.10). */
  get interfaces(): readonly NetworkInterface[] {
    return this.#interfaces.list();
  }

  /** SetNetworkInterfaces (Core §8.2.11): true when what is set takes effect with the next restart. */
  setInterface(settings: AskedSettings): boolean {
    const needsRestart = this.#interfaces.set(settings);
    this.emit({ slice: "network", what: "interface-settings" });
    return needsRestart;
  }

  /** Whether there is a wireless interface. */
  get hasWireless(): boolean {
    return this.interfaces.some(({ wireless }) => wireless);
  }

  /** What a wireless interface has in range, and what is set of it (Core §8.2.22.7). */
  wireless(interfaceToken: string): Wireless {
    return this.#interfaces.wireless(interfaceToken);
  }

  /** GetDot11Status (Core §8.2.22.6). */
  association(interfaceToken: string): Association {
    return this.#interfaces.association(interfaceToken);
  }

  /** Whether a wireless network refers to this configuration of IEEE 802.1X. */
  refersToDot1x(token: string): boolean {
    return this.#interfaces.refersToDot1x(token);
  }

  /** Whether the camera is to be reached at every address of the host. */
  get servesAll(): boolean {
    return this.#interfaces.servesAll;
  }

  /** Whether the camera is to be reached at this address of the host. */
  serves(localAddress: string): boolean {
    return this.#interfaces.serves(localAddress);
  }

  /** The interface by which a client at this address comes; undefined where there is none. */
  interfaceTowards(clientAddress: string): string | undefined {
    return this.#interfaces.towards(clientAddress);
  }

  /** Takes over what the host shows now; not an operation of clients. */
  updateInterfaces(interfaces: readonly NetworkInterface[]): void {
    this.#interfaces.update(interfaces);
    this.emit({ slice: "network", what: "interfaces" });
  }

  /** GetNetworkProtocols (Core §8.2.12). */
  get protocols(): readonly NetworkProtocol[] {
    return this.#state.protocols;
  }

  isOn(protocol: ProtocolName): boolean {
    return this.protocols.some(({ name, enabled }) => name === protocol && enabled);
  }

  /**
   * The protocols as SetNetworkProtocols would leave them (Core §8.2.13): those that are not named, and ports where none is
   * given, stay. Refuses what it would refuse.
   */
  protocolsWith(settings: readonly NetworkProtocol[]): readonly NetworkProtocol[] {
    const next = new Map(this.#state.protocols.map((protocol) => [protocol.name, protocol]));
    for (const { name, enabled, ports } of settings) {
      const present = next.get(name);
      if (!present) throw refusal("service-not-supported", `no ${name} here`, { name });
      demandFew("ports", ports);
      for (const port of ports)
        if (!Number.isInteger(port) || port < 1 || port > 65_535)
          throw refusal("invalid-argument", "a port is a number from 1 to 65535", { name, port });
      next.set(name, { name, enabled, ports: ports.length > 0 ? [...ports] : present.ports });
    }
    const protocols = [...next.values()];
    const taken = protocols.filter(({ enabled }) => enabled).flatMap(({ ports }) => ports);
    const twice = taken.find((port, index) => taken.indexOf(port) !== index);
    if (twice !== undefined) throw refusal("port-already-in-use", `port ${twice} is taken`, { port: twice });
    if (!protocols.some(({ name, enabled }) => enabled && name !== "RTSP"))
      throw refusal("invalid-argument", "without HTTP and HTTPS nobody could reach the camera any more");
    return protocols;
  }

  /** SetNetworkProtocols. */
  setProtocols(settings: readonly NetworkProtocol[]): void {
    const protocols = this.protocolsWith(settings);
    const names = settings.map(({ name }) => name);
    const protocolsSet = [...new Set([...this.#state.protocolsSet, ...names])];
    this.#change({ protocols, protocolsSet }, "protocols");
  }

  /** GetDNS (Core §8.2.4), with the servers known from DHCP while these are used. */
  get dns(): DnsSettings & { readonly fromDhcpServers: readonly IpAddress[] } {
    const { dns } = this.#state;
    return { ...dns, fromDhcpServers: dns.fromDhcp ? (this.setup.dns.fromDhcpServers ?? []) : [] };
  }

  /** SetDNS (Core §8.2.5): lists are replaced. */
  setDns({ fromDhcp, searchDomains, manual }: DnsSettings): void {
    demandFew("search domains", searchDomains);
    demandFew("DNS servers", manual);
    const long = searchDomains.find((domain) => domain.length > 253);
    if (long !== undefined) throw refusal("invalid-argument", "a search domain has at most 253 characters");
    for (const server of manual) demandHost(server);
    this.#change({ dns: { fromDhcp, searchDomains: [...searchDomains], manual: [...manual] } }, "dns");
  }

  /** GetNTP (Core §8.2.6), with the servers known from DHCP while these are used. */
  get ntp(): NtpSettings & { readonly fromDhcpServers: readonly NetworkHost[] } {
    const { ntp } = this.#state;
    return { ...ntp, fromDhcpServers: ntp.fromDhcp ? (this.setup.ntp.fromDhcpServers ?? []) : [] };
  }

  /** Whether there is a server, or DHCP is to name one. */
  get ntpServerDefined(): boolean {
    return this.#state.ntp.fromDhcp || this.#state.ntp.manual.length > 0;
  }

  /** SetNTP (Core §8.2.7): the list is replaced; the last server stays while the clock follows NTP. */
  setNtp({ fromDhcp, manual }: NtpSettings): void {
    demandFew("NTP servers", manual);
    for (const server of manual) demandHost(server);
    if (!fromDhcp && manual.length === 0 && this.followsNtp())
      throw refusal("time-synced-to-ntp", "the clock follows NTP and needs a server");
    this.#change({ ntp: { fromDhcp, manual: [...manual] } }, "ntp");
  }

  /** GetNetworkDefaultGateway (Core §8.2.14). */
  get defaultGateway(): DefaultGateway {
    return this.#state.defaultGateway;
  }

  /** SetNetworkDefaultGateway (Core §8.2.15): both lists are replaced. */
  setDefaultGateway({ ipv4, ipv6 }: DefaultGateway): void {
    demandFew("gateways", [...ipv4, ...ipv6]);
    const wrong = ipv4.find((address) => !isIpv4(address)) ?? ipv6.find((address) => !isIpv6(address));
    if (wrong !== undefined) throw refusal("invalid-gateway-address", "not an address", { address: wrong });
    this.#change({ defaultGateway: { ipv4: [...ipv4], ipv6: [...ipv6] } }, "default-gateway");
  }

  /** GetZeroConfiguration (Core §8.2.16), one for each interface with IPv4. */
  get zeroConfigurations(): readonly ZeroConfiguration[] {
    return this.interfaces.flatMap(({ token, ipv4 }) => {
      if (!ipv4) return [];
      const { linkLocal } = ipv4;
      const addresses = linkLocal ? [linkLocal.address] : [];
      return [{ interfaceToken: token, enabled: linkLocal !== undefined, addresses }];
    });
  }

  /** SetZeroConfiguration (Core §8.2.17). */
  setZeroConfiguration(interfaceToken: string, enabled: boolean): void {
    this.#interfaces.setZeroConfiguration(interfaceToken, enabled);
    this.emit({ slice: "network", what: "interface-settings" });
  }

  /** GetDynamicDNS (Core §8.2.8). */
  get dynamicDns(): DynamicDnsSettings {
    return this.#state.dynamicDns;
  }

  /** SetDynamicDNS (Core §8.2.9): what is not given is gone. */
  setDynamicDns(settings: DynamicDnsSettings): void {
    const { name, ttlMs } = settings;
    if (name !== undefined && !isDnsName(name))
      throw refusal("invalid-argument", "not a DNS name", { name: name.slice(0, 256) });
    if (ttlMs !== undefined && (ttlMs < 0 || ttlMs > MAXIMUM_TTL_MS))
      throw refusal("invalid-argument", "the time to live has 0 to 2147483647 seconds", { ttlMs });
    this.#change({ dynamicDns: { ...settings } }, "dynamic-dns");
  }

  snapshot(): NetworkState {
    return { ...this.#state, ipFilter: this.ipFilter.state, interfaces: this.#interfaces.snapshot() };
  }

  /** Checks a saved state; the result puts it in force. Protocols that no client has set are those of the setup. */
  prepare(state: NetworkState): () => void {
    const saved = new Map(state.protocols.map((protocol) => [protocol.name, protocol]));
    for (const name of saved.keys())
      if (!this.setup.protocols.some((protocol) => protocol.name === name))
        throw refusal("state-mismatch", `the saved state has ${name}, the camera has not`, { name });
    for (const server of [...state.dns.manual, ...state.ntp.manual]) demandHost(server);
    const protocols = this.setup.protocols.map((protocol) => {
      const kept = state.protocolsSet.includes(protocol.name) ? saved.get(protocol.name) : undefined;
      return kept ?? protocol;
    });
    const { ipFilter, interfaces, ...others } = state;
    const commits = [this.ipFilter.prepare(ipFilter), this.#interfaces.prepare(interfaces)];
    return () => {
      this.#state = { ...others, protocols };
      for (const commit of commits) commit();
    };
  }

  #change(part: Partial<OwnState>, what: (Change & { readonly slice: "network" })["what"]): void {
    this.#state = { ...this.#state, ...part };
    this.emit({ slice: "network", what });
  }
}
