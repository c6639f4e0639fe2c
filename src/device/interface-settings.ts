import { canonicalAddress, isIpv4, isIpv6, isMulticast, type PrefixedAddress } from "./addresses.js";
import type { Dhcpv6Mode, LinkSettings, NetworkInterface } from "./network-interfaces.js";
import { refusal } from "./refusal.js";
import type { AskedWireless, WirelessConfiguration } from "./wireless.js";

/** What clients have set of one interface; what is absent, and an empty list, is as the host has it. */
export interface InterfaceSettings {
  readonly token: string;
  readonly enabled?: boolean;
  readonly mtu?: number;
  readonly link?: LinkSettings;
  /** Whether it has a link-local address beside others. */
  readonly zeroConfiguration?: boolean;
  /** Absent, or at least one: they cannot all be taken away again. */
  readonly wireless?: readonly WirelessConfiguration[];
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

/** The same as a client asks for it. */
export type AskedSettings = Omit<InterfaceSettings, "wireless"> & { readonly wireless?: readonly AskedWireless[] };

/** An MTU that clients may set, in bytes: what every IPv4 host takes (RFC 791), up to what Ethernet has. */
const MTU = { min: 576, max: 1500 } as const;
const SPEEDS: readonly number[] = [10, 100, 1000];
/** Most addresses of one family on an interface. */
const MAXIMUM_ADDRESSES = 16;

/** Refuses settings that the interface cannot have (Core §8.2.11). */
export function demandSettings({ mtu, link, ipv4, ipv6 }: InterfaceSettings, shown: NetworkInterface): void {
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
export function joinedTo(
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
export function withSettings(
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
    ...(shown.wireless && settings.wireless && { wireless: { ...shown.wireless, configurations: settings.wireless } }),
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
