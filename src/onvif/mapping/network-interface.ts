import type { NetworkInterface } from "#device/network";
import type {
  IPv4NetworkInterface,
  IPv6NetworkInterface,
  NetworkInterface as WireInterface,
} from "../schema/tt/network-interface.js";
import { prefixedToWire } from "./ip-filter.js";

/** Link settings are left out: an emulated interface has no cable. */
export const networkInterfaceToWire = ({
  token,
  enabled,
  name,
  macAddress,
  mtu,
  ipv4,
  ipv6,
}: NetworkInterface): WireInterface => ({
  token,
  Enabled: enabled,
  Info: { Name: name, HwAddress: macAddress, MTU: mtu },
  IPv4: ipv4 && ipv4ToWire(ipv4),
  IPv6: ipv6 && ipv6ToWire(ipv6),
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
    DHCP: ipv6.dhcp,
    Manual: ipv6.manual.map(prefixedToWire),
    LinkLocal: ipv6.linkLocal.map(prefixedToWire),
    FromDHCP: ipv6.fromDhcp.map(prefixedToWire),
    FromRA: ipv6.fromRouter.map(prefixedToWire),
  },
});
