import type { IpAddress, NetworkHost } from "#device/addresses";
import type { IPAddress } from "../schema/tt/common.js";
import type { NetworkHost as WireHost } from "../schema/tt/network.js";

export const ipAddressToWire = ({ family, address }: IpAddress): IPAddress =>
  family === "ipv4" ? { Type: "IPv4", IPv4Address: address } : { Type: "IPv6", IPv6Address: address };

/** The address that `Type` names; empty where it is missing, which the model refuses as no address of that family. */
export const ipAddressFromWire = ({ Type, IPv4Address = "", IPv6Address = "" }: IPAddress): IpAddress =>
  Type === "IPv4" ? { family: "ipv4", address: IPv4Address } : { family: "ipv6", address: IPv6Address };

export const networkHostToWire = ({ family, address }: NetworkHost): WireHost =>
  family === "dns" ? { Type: "DNS", DNSname: address } : ipAddressToWire({ family, address });

/** As `ipAddressFromWire`, with names. */
export const networkHostFromWire = (host: WireHost): NetworkHost =>
  host.Type === "DNS"
    ? { family: "dns", address: host.DNSname ?? "" }
    : ipAddressFromWire({ Type: host.Type, IPv4Address: host.IPv4Address, IPv6Address: host.IPv6Address });
