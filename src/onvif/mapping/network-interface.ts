import type { ZeroConfiguration } from "#device/network";
import type { AskedSettings } from "#device/interface-settings";
import type { LinkSettings, NetworkInterface } from "#device/network-interfaces";
import { given } from "#util/given";
import type {
  IPv4NetworkInterface,
  IPv6NetworkInterface,
  NetworkInterface as WireInterface,
  NetworkInterfaceConnectionSetting,
  NetworkInterfaceSetConfiguration,
} from "../schema/tt/network-interface.js";
import type { NetworkZeroConfiguration } from "../schema/tt/network.js";
import { dot11FromWire, dot11ToWire } from "./dot11.js";
import { prefixedFromWire, prefixedToWire } from "./ip-filter.js";

export const networkInterfaceToWire = ({
  token,
  enabled,
  name,
  macAddress,
  mtu,
  link,
  wireless,
  ipv4,
  ipv6,
}: NetworkInterface): WireInterface => ({
  token,
  Enabled: enabled,
  Info: { Name: name, HwAddress: macAddress, MTU: mtu },
  Link: link && {
    AdminSettings: linkToWire(link),
    OperSettings: linkToWire(link),
    InterfaceType: ETHERNET,
  },
  IPv4: ipv4 && ipv4ToWire(ipv4),
  IPv6: ipv6 && ipv6ToWire(ipv6),
  Extension: wireless && { InterfaceType: IEEE_80211, Dot11: wireless.configurations.map(dot11ToWire) },
});

/** Ethernet and IEEE 802.11 in the list of the IANA. */
const ETHERNET = 6;
const IEEE_80211 = 71;

const linkToWire = ({ autoNegotiation, speed, duplex }: LinkSettings): NetworkInterfaceConnectionSetting => ({
  AutoNegotiation: autoNegotiation,
  Speed: speed,
  Duplex: duplex,
});

/** What SetNetworkInterfaces asks for. */
export const interfaceSettingsFromWire = (
  token: string,
  { Enabled, Link, MTU, IPv4, IPv6, Extension: { Dot11 = [] } = {} }: NetworkInterfaceSetConfiguration,
): AskedSettings =>
  given({
    token,
    enabled: Enabled,
    mtu: MTU,
    link: Link && { autoNegotiation: Link.AutoNegotiation, speed: Link.Speed, duplex: Link.Duplex },
    wireless: Dot11.length > 0 ? Dot11.map(dot11FromWire) : undefined,
    ipv4: IPv4 && given({ enabled: IPv4.Enabled, dhcp: IPv4.DHCP, manual: (IPv4.Manual ?? []).map(prefixedFromWire) }),
    ipv6:
      IPv6 &&
      given({
        enabled: IPv6.Enabled,
        acceptRouterAdvert: IPv6.AcceptRouterAdvert,
        dhcp: IPv6.DHCP,
        manual: (IPv6.Manual ?? []).map(prefixedFromWire),
      }),
  });

export const zeroConfigurationToWire = ({
  interfaceToken,
  enabled,
  addresses,
}: ZeroConfiguration): NetworkZeroConfiguration => ({
  InterfaceToken: interfaceToken,
  Enabled: enabled,
  Addresses: addresses,
});

const ipv4ToWire = (ipv4: NonNullable<NetworkInterface["ipv4"]>): IPv4NetworkInterface => ({
  Enabled: ipv4.enabled,
  Config: {
    Manual: ipv4.manual.map(prefixedToWire),
    LinkLocal: ipv4.linkLocal && prefixedToWire(ipv4.linkLocal),
    FromDHCP: ipv4.fromDhcp && prefixedToWire(ipv4.fromDhcp),
    DHCP: ipv4.dhcp,
  },
});

const ipv6ToWire = (ipv6: NonNullable<NetworkInterface["ipv6"]>): IPv6NetworkInterface => ({
  Enabled: ipv6.enabled,
  Config: {
    AcceptRouterAdvert: ipv6.acceptRouterAdvert,
    DHCP: ipv6.dhcp,
    Manual: ipv6.manual.map(prefixedToWire),
    LinkLocal: ipv6.linkLocal.map(prefixedToWire),
    FromDHCP: ipv6.fromDhcp.map(prefixedToWire),
    FromRA: ipv6.fromRouter.map(prefixedToWire),
  },
});
