import { canonicalAddress, isWithin, type PrefixedAddress } from "./addresses.js";
import {
  type AskedSettings,
  demandSettings,
  type InterfaceSettings,
  joinedTo,
  withSettings,
} from "./interface-settings.js";
import { refusal } from "./refusal.js";
import { type Association, associationOf, type Dot1xFit, type Wireless, wirelessConfigurations } from "./wireless.js";
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
  /** There for a wireless interface. */
  readonly wireless?: Wireless;
  /** Not one of the host, so that nobody reaches the camera by it. */
  readonly isMadeUp?: boolean;
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
    private readonly fitOf: Dot1xFit,
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
  set(asked: AskedSettings): boolean {
    const shown = this.#shownAs(asked.token);
    const settings = this.#withWireless(asked, shown);
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

  /** The wireless interface of that token (Core §8.2.22.6, §8.2.22.7). */
  wireless(token: string): Wireless {
    if (!this.shown.some(({ wireless }) => wireless))
      throw refusal("invalid-dot11", "this camera has no wireless network");
    this.#shownAs(token);
    const { wireless } = this.list().find((one) => one.token === token) ?? {};
    if (!wireless) throw refusal("not-dot11", "that interface is no wireless one", { token });
    return wireless;
  }

  /** GetDot11Status (Core §8.2.22.6). */
  association(token: string): Association {
    const wireless = this.wireless(token);
    const isOn = this.list().some((one) => one.token === token && one.enabled);
    const found = isOn ? associationOf(wireless, this.fitOf) : undefined;
    if (!found) throw refusal("not-connected-dot11", "no access point in range takes what is set", { token });
    return found;
  }

  /** Whether a wireless network that is set refers to this configuration of IEEE 802.1X. */
  refersToDot1x(token: string): boolean {
    return this.#kept.some(({ wireless = [] }) => wireless.some(({ security }) => security.dot1x === token));
  }

  /** Whether the camera is to be reached at every address of the host: no client has changed an interface. */
  get servesAll(): boolean {
    return this.#inForce.length === 0;
  }

  /**
   * Whether the camera is to be reached at this address of the host. It is at those that it tells; where the host has none
   * of those that an interface tells of a family, at those that the host does have there. What is no address of these
   * interfaces, as loopback, is not concerned.
   */
  serves(localAddress: string): boolean {
    if (this.servesAll) return true;
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

  /**
   * The interface by which a client comes, as far as its address tells: the one that its zone names (RFC 4007 §11), or
   * that of the narrowest network it is in, or the first one. Undefined where there is none.
   */
  towards(clientAddress: string): string | undefined {
    const [address = "", zone] = clientAddress.split("%");
    const interfaces = this.list();
    if (interfaces.some(({ token }) => token === zone)) return zone;
    const networks = interfaces.flatMap((one) =>
      prefixedOf([one])
        .filter((network) => isWithin(address, network))
        .map(({ prefixLength }) => ({ token: one.token, prefixLength })),
    );
    return networks.toSorted((a, b) => b.prefixLength - a.prefixLength)[0]?.token ?? interfaces[0]?.token;
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

  /** A link means nothing to a wireless interface (Core §8.2.22). */
  #withWireless({ link, wireless, ...settings }: AskedSettings, shown: NetworkInterface): InterfaceSettings {
    if (!shown.wireless) {
      if (wireless) throw refusal("invalid-dot11", "the interface is no wireless one");
      return { ...settings, ...(link && { link }) };
    }
    if (!wireless) return settings;
    const kept = this.#kept.find(({ token }) => token === settings.token);
    return { ...settings, wireless: wirelessConfigurations(wireless, kept?.wireless ?? [], this.fitOf) };
  }

  #with(settings: readonly InterfaceSettings[]): readonly NetworkInterface[] {
    return this.shown.map((one) => {
      const own = settings.find(({ token }) => token === one.token);
      return own ? withSettings(one, own, linkLocalAddress(this.identity, one.token)) : one;
    });
  }
}

const isReachable = ({ enabled, isMadeUp, ipv4, ipv6 }: NetworkInterface): boolean =>
  enabled && isMadeUp !== true && (ipv4?.enabled === true || ipv6?.enabled === true);

/** The addresses of a family, or of both, where it is enabled, in one form; with those of the link alone or without. */
function addressesOf(
  interfaces: readonly NetworkInterface[],
  family?: "ipv4" | "ipv6",
  withLinkLocal = true,
): ReadonlySet<string> {
  return new Set(prefixedOf(interfaces, family, withLinkLocal).map(({ address }) => canonicalAddress(address)));
}

function prefixedOf(
  interfaces: readonly NetworkInterface[],
  family?: "ipv4" | "ipv6",
  withLinkLocal = true,
): readonly PrefixedAddress[] {
  const addresses = interfaces.flatMap(({ ipv4, ipv6 }) => [
    ...(ipv4?.enabled && family !== "ipv6"
      ? [...ipv4.manual, ipv4.fromDhcp, ...(withLinkLocal ? [ipv4.linkLocal] : [])]
      : []),
    ...(ipv6?.enabled && family !== "ipv4"
      ? [...ipv6.manual, ...ipv6.fromDhcp, ...ipv6.fromRouter, ...(withLinkLocal ? ipv6.linkLocal : [])]
      : []),
  ]);
  return addresses.filter((one) => one !== undefined);
}
