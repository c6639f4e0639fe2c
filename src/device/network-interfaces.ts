import { canonicalAddress, isIpv4, isIpv6, isMulticast, type PrefixedAddress } from "./addresses.js";
import { refusal } from "./refusal.js";
import { linkLocalAddress } from "./zero-configuration.js";

/** Ways in which DHCPv6 is used (tt:IPv6DHCPConfiguration). */
export type Dhcpv6Mode = "Auto" | "Stateful" | "Stateless" | "Off";

export interface LinkSettings {
  readonly autoNegotiation: boolean;
  /** In Mbit/s. */
  readonly speed: number;
  readonly duplex: "Full" | "Half";
}

/** One interface as clients see it (tt:NetworkInterface). */
export interface NetworkInterface {
  readonly token: string;
  readonly enabled: boolean;
  readonly name: string;
  readonly macAddress: string;
  readonly mtu?: number;
  /** Known once a client has set it: the link of the host is not looked at. */
  readonly link?: LinkSettings;
  readonly ipv4?: {
    readonly enabled: boolean;
    readonly dhcp: boolean;
    /** Given by DHCP. */
    readonly fromDhcp?: PrefixedAddress;
    readonly manual: readonly PrefixedAddress[];
    /** There while link-local addressing (RFC 3927) is on. */
    readonly linkLocal?: PrefixedAddress;
  };
  readonly ipv6?: {
    readonly enabled: boolean;
    readonly acceptRouterAdvert?: boolean;
    readonly dhcp: Dhcpv6Mode;
    readonly manual: readonly PrefixedAddress[];
    readonly linkLocal: readonly PrefixedAddress[];
    readonly fromDhcp: readonly PrefixedAddress[];
    readonly fromRouter: readonly PrefixedAddress[];
  };
}

/** What clients have set of one interface; what is absent, and an empty list, is as the host has it. */
export interface InterfaceSettings {
  readonly token: string;
  readonly enabled?: boolean;
  readonly mtu?: number;
  readonly link?: LinkSettings;
  /** Whether it has a link-local address beside others. */
  readonly zeroConfiguration?: boolean;
  readonly ipv4?: {
    readonly enabled?: boolean;
    readonly dhcp?: boolean;
    readonly manual: readonly PrefixedAddress[];
  };
  readonly ipv6?: {
    readonly enabled?: boolean;
    readonly acceptRouterAdvert?: boolean;
    readonly dhcp?: Dhcpv6Mode;
    readonly manual: readonly PrefixedAddress[];
  };
}

/** An MTU that clients may set, in bytes: what every IPv4 host takes (RFC 791), up to what Ethernet has. */
const MTU = { min: 576, max: 1500 } as const;
const SPEEDS: readonly number[] = [10, 100, 1000];
/** Most addresses of one family on an interface. */
const MAXIMUM_ADDRESSES = 16;

/**
 * The interfaces of the host, with what clients have set of them (Core §8.2.10, §8.2.11). Nothing of the host is changed:
 * settings are told, and the camera is reached at those of its addresses that the host really has.
 */
export class NetworkInterfaces {
  /** What is kept, and what is in force: the same, but for settings that wait for a restart. */
  #kept: readonly InterfaceSettings[] = [];
  #inForce: readonly InterfaceSettings[] = [];

  /** Link-local addresses follow from `identity`, which tells the camera from others. */
  constructor(
    private shown: readonly NetworkInterface[],
    private readonly identity: string,
  ) {}

  /** GetNetworkInterfaces. */
  list(): readonly NetworkInterface[] {
    return this.#with(this.#inForce);
  }

  /** The host has others now. */
  update(shown: readonly NetworkInterface[]): void {
    this.shown = shown;
  }

  /**
   * SetNetworkInterfaces: what is absent stays as it is. True when it takes a restart: the host does not have an address
   * that is set, so the camera stays where it is and cannot be found at the new one at once (Core §8.2.11).
   */
  set(settings: InterfaceSettings): boolean {
    const shown = this.#shownAs(settings.token);
    demandSettings(settings, shown);
    const next = joinedTo(this.#kept, settings, shown);
    if (!this.#with(next).some(isReachable))
      throw refusal(
        "invalid-argument",
        "without an enabled interface and family nobody could reach the camera any more",
      );
    const known = new Set([...addressesOf(this.shown), ...addressesOf(this.list())]);
    const needsRestart = [...addressesOf(this.#with(next))].some((address) => !known.has(address));
    this.#kept = next;
    if (!needsRestart) this.#inForce = next;
    return needsRestart;
  }

  /** SetZeroConfiguration (Core §8.2.17): the host's own link-local address is told where it has one, else one is made. */
  setZeroConfiguration(token: string, enabled: boolean): void {
    const shown = this.#shownAs(token);
    if (!shown.ipv4) throw refusal("action-not-supported", "the interface has no IPv4");
    const settings: InterfaceSettings = { token, zeroConfiguration: enabled };
    this.#kept = joinedTo(this.#kept, settings, shown);
    this.#inForce = joinedTo(this.#inForce, settings, shown);
  }

  /**
   * Whether the camera is to be reached at this address of the host. It is at those that it tells; where the host has none
   * of those that an interface tells of a family, at those that the host does have there. What is no address of these
   * interfaces, as loopback, is not concerned.
   */
  serves(localAddress: string): boolean {
    if (this.#inForce.length === 0) return true;
    const address = canonicalAddress(localAddress.replace(/%.*$/, ""));
    const host = addressesOf(this.shown);
    if (!host.has(address)) return true;
    return this.list().some((one, index) => {
      if (!one.enabled) return false;
      const shown = this.shown[index];
      return (["ipv4", "ipv6"] as const).some((family) => {
        const own = addressesOf([one], family);
        const isHere = (settled: ReadonlySet<string>): boolean => [...settled].some((other) => host.has(other));
        const told = isHere(addressesOf([one], family, false)) || !shown ? own : addressesOf([shown], family);
        return one[family]?.enabled === true && told.has(address);
      });
    });
  }

  snapshot(): readonly InterfaceSettings[] {
    return this.#kept;
  }

  /** Settings of interfaces that the host does not have now are kept for when it does. */
  prepare(settings: readonly InterfaceSettings[]): () => void {
    return () => {
      this.#kept = settings;
      this.#inForce = settings;
    };
  }

  #shownAs(token: string): NetworkInterface {
    const shown = this.shown.find((one) => one.token === token);
    if (!shown) throw refusal("invalid-network-interface", "no such interface", { token: token.slice(0, 64) });
    return shown;
  }

  #with(settings: readonly InterfaceSettings[]): readonly NetworkInterface[] {
    return this.shown.map((one) => {
      const own = settings.find(({ token }) => token === one.token);
      return own ? withSettings(one, own, linkLocalAddress(this.identity, one.token)) : one;
    });
  }
}

function demandSettings({ mtu, link, ipv4, ipv6 }: InterfaceSettings, shown: NetworkInterface): void {
  if (mtu !== undefined && !(mtu >= MTU.min && mtu <= MTU.max))
    throw refusal("invalid-mtu-value", `an MTU has ${MTU.min} to ${MTU.max} bytes`, { mtu });
  if (link && !SPEEDS.includes(link.speed))
    throw refusal("invalid-interface-speed", `the speeds are ${SPEEDS.join(", ")} Mbit/s`, { speed: link.speed });
  const wrong4 = ipv4?.manual.find((one) => !isHostAddress(one, "ipv4"));
  if (wrong4) throw refusal("invalid-ipv4-address", "not an IPv4 address of a host, with its prefix", { ...wrong4 });
  const wrong6 = ipv6?.manual.find((one) => !isHostAddress(one, "ipv6"));
  if (wrong6) throw refusal("invalid-ipv6-address", "not an IPv6 address of a host, with its prefix", { ...wrong6 });
  if (Math.max(ipv4?.manual.length ?? 0, ipv6?.manual.length ?? 0) > MAXIMUM_ADDRESSES)
    throw refusal("invalid-argument", `at most ${MAXIMUM_ADDRESSES} addresses of a family`);
  if (ipv4 && !shown.ipv4 && ipv4.enabled !== false) throw refusal("action-not-supported", "the interface has no IPv4");
  if (!ipv6 || shown.ipv6 || ipv6.enabled === false) return;
  if (ipv6.dhcp === "Auto" || ipv6.dhcp === "Stateful")
    throw refusal("invalid-dhcpv6", "the interface has no IPv6, and so no DHCPv6");
  throw refusal("action-not-supported", "the interface has no IPv6");
}

const isHostAddress = ({ address, prefixLength }: PrefixedAddress, family: "ipv4" | "ipv6"): boolean => {
  const isAddress = family === "ipv4" ? isIpv4(address) : isIpv6(address);
  const longest = family === "ipv4" ? 32 : 128;
  if (!isAddress || isMulticast({ family, address }) || prefixLength < 1 || prefixLength > longest) return false;
  return !["0.0.0.0", "255.255.255.255", "0:0:0:0:0:0:0:0"].includes(canonicalAddress(address));
};

/** Settings of all interfaces with later ones of one of them. */
function joinedTo(
  all: readonly InterfaceSettings[],
  later: InterfaceSettings,
  shown: NetworkInterface,
): readonly InterfaceSettings[] {
  const earlier = all.find(({ token }) => token === later.token);
  return [...all.filter((one) => one !== earlier), joined(earlier, later, shown)];
}

/** Later settings over earlier ones. Those of a family that the interface does not have are dropped. */
function joined(
  earlier: InterfaceSettings | undefined,
  later: InterfaceSettings,
  shown: NetworkInterface,
): InterfaceSettings {
  const ipv4 = joinedFamily(earlier?.ipv4, later.ipv4);
  const ipv6 = joinedFamily(earlier?.ipv6, later.ipv6);
  const { ipv4: _4, ipv6: _6, ...others } = { ...earlier, ...later };
  return { ...others, ...(ipv4 && shown.ipv4 && { ipv4 }), ...(ipv6 && shown.ipv6 && { ipv6 }) };
}

/** The addresses stay where none is given, unless the family goes over to DHCP or away from it. */
function joinedFamily<F extends { readonly dhcp?: unknown; readonly manual: readonly PrefixedAddress[] }>(
  earlier: F | undefined,
  later: F | undefined,
): F | undefined {
  if (!earlier || !later) return later ?? earlier;
  const changesDhcp = later.dhcp !== undefined && later.dhcp !== earlier.dhcp;
  const manual = later.manual.length > 0 || changesDhcp ? later.manual : earlier.manual;
  return { ...earlier, ...later, manual };
}

/** The host's addresses stand for those that DHCP or a router would give, `linkLocal` for one that it does not have. */
function withSettings(
  shown: NetworkInterface,
  settings: InterfaceSettings,
  linkLocal: PrefixedAddress,
): NetworkInterface {
  const { enabled = shown.enabled, mtu = shown.mtu, link } = settings;
  const ipv4 = shown.ipv4 && ipv4With(shown.ipv4, settings, linkLocal);
  const ipv6 = shown.ipv6 && settings.ipv6 ? ipv6With(shown.ipv6, settings.ipv6) : shown.ipv6;
  return {
    ...shown,
    enabled,
    ...(mtu !== undefined && { mtu }),
    ...(link && { link }),
    ...(ipv4 && { ipv4 }),
    ...(ipv6 && { ipv6 }),
  };
}

type Ipv4 = NonNullable<NetworkInterface["ipv4"]>;
type Ipv6 = NonNullable<NetworkInterface["ipv6"]>;

function ipv4With(shown: Ipv4, settings: InterfaceSettings, ownLinkLocal: PrefixedAddress): Ipv4 {
  const { zeroConfiguration = shown.linkLocal !== undefined } = settings;
  const linkLocal = zeroConfiguration ? (shown.linkLocal ?? ownLinkLocal) : undefined;
  if (!settings.ipv4) {
    const { linkLocal: _, ...others } = shown;
    return { ...others, ...(linkLocal && { linkLocal }) };
  }
  const { enabled = shown.enabled, dhcp = shown.dhcp, manual } = settings.ipv4;
  const { fromDhcp: given } = shown;
  const host = [...(given ? [given] : []), ...shown.manual];
  const [fromDhcp] = host;
  return {
    enabled,
    dhcp,
    ...(dhcp && fromDhcp && { fromDhcp }),
    manual: manual.length > 0 || dhcp ? manual : host,
    ...(linkLocal && { linkLocal }),
  };
}

function ipv6With(shown: Ipv6, settings: NonNullable<InterfaceSettings["ipv6"]>): Ipv6 {
  const { enabled = shown.enabled, dhcp = shown.dhcp, manual } = settings;
  const acceptRouterAdvert = settings.acceptRouterAdvert ?? shown.acceptRouterAdvert;
  const host = [...shown.manual, ...shown.fromDhcp, ...shown.fromRouter];
  const isStateful = dhcp === "Auto" || dhcp === "Stateful";
  const isFromRouter = !isStateful && acceptRouterAdvert === true;
  return {
    enabled,
    ...(acceptRouterAdvert !== undefined && { acceptRouterAdvert }),
    dhcp,
    manual: manual.length > 0 || isStateful || isFromRouter ? manual : host,
    linkLocal: shown.linkLocal,
    fromDhcp: isStateful ? host : [],
    fromRouter: isFromRouter ? host : [],
  };
}

const isReachable = ({ enabled, ipv4, ipv6 }: NetworkInterface): boolean =>
  enabled && (ipv4?.enabled === true || ipv6?.enabled === true);

/** The addresses of a family, or of both, where it is enabled, in one form; with those of the link alone or without. */
function addressesOf(
  interfaces: readonly NetworkInterface[],
  family?: "ipv4" | "ipv6",
  withLinkLocal = true,
): ReadonlySet<string> {
  const addresses = interfaces.flatMap(({ ipv4, ipv6 }) => [
    ...(ipv4?.enabled && family !== "ipv6"
      ? [...ipv4.manual, ipv4.fromDhcp, ...(withLinkLocal ? [ipv4.linkLocal] : [])]
      : []),
    ...(ipv6?.enabled && family !== "ipv4"
      ? [...ipv6.manual, ...ipv6.fromDhcp, ...ipv6.fromRouter, ...(withLinkLocal ? ipv6.linkLocal : [])]
      : []),
  ]);
  return new Set(addresses.flatMap((one) => (one ? [canonicalAddress(one.address)] : [])));
}
