import type { PrefixedAddress } from "#device/addresses";
import type { IpFilterState } from "#device/ip-filter";
import type { IPAddressFilter } from "../schema/tt/network.js";
import type { PrefixedIPv4Address } from "../schema/tt/network-interface.js";

export const prefixedToWire = ({ address, prefixLength }: PrefixedAddress): PrefixedIPv4Address => ({
  Address: address,
  PrefixLength: prefixLength,
});

export const prefixedFromWire = ({ Address, PrefixLength }: PrefixedIPv4Address): PrefixedAddress => ({
  address: Address,
  prefixLength: PrefixLength,
});

export const ipFilterToWire = ({ type, ipv4, ipv6 }: IpFilterState): IPAddressFilter => ({
  Type: type,
  IPv4Address: ipv4.map(prefixedToWire),
  IPv6Address: ipv6.map(prefixedToWire),
});

export const ipFilterFromWire = ({ Type, IPv4Address = [], IPv6Address = [] }: IPAddressFilter): IpFilterState => ({
  type: Type,
  ipv4: IPv4Address.map(prefixedFromWire),
  ipv6: IPv6Address.map(prefixedFromWire),
});
