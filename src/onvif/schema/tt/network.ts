import { xs } from "#xml/datatypes";
import {
  type ComplexSchema,
  element,
  enumeration,
  type Infer,
  lazy,
  many,
  optional,
  restrict,
  type Schema,
  some,
} from "#xml/schema";
import { tt } from "../namespaces.js";
import { IPAddress, IPv4Address, IPv6Address, ReferenceToken } from "./common.js";
import { PrefixedIPv4Address, PrefixedIPv6Address } from "./network-interface.js";

/** Host names, name and time servers, protocols, gateways, zero configuration, address filters. */

export const DNSName = restrict(xs.token, {});
export type DNSName = Infer<typeof DNSName>;

export const Domain = restrict(xs.token, {});
export type Domain = Infer<typeof Domain>;

export const NetworkHostType = enumeration(xs.string, "IPv4", "IPv6", "DNS");
export type NetworkHostType = Infer<typeof NetworkHostType>;

export const NetworkHostExtension = tt.sequence({}).open({ attributes: false });
export interface NetworkHostExtension extends Infer<typeof NetworkHostExtension> {}

export const NetworkHost = tt
  .sequence({
    Type: element(NetworkHostType),
    IPv4Address: optional(IPv4Address),
    IPv6Address: optional(IPv6Address),
    DNSname: optional(DNSName),
    Extension: optional(NetworkHostExtension),
  })
  .open({ elements: false });
export interface NetworkHost extends Infer<typeof NetworkHost> {}

export const NetworkProtocolType = enumeration(xs.string, "HTTP", "HTTPS", "RTSP");
export type NetworkProtocolType = Infer<typeof NetworkProtocolType>;

export const NetworkProtocolExtension = tt.sequence({}).open({ attributes: false });
export interface NetworkProtocolExtension extends Infer<typeof NetworkProtocolExtension> {}

export const NetworkProtocol = tt
  .sequence({
    Name: element(NetworkProtocolType),
    Enabled: element(xs.boolean),
    Port: some(xs.int),
    Extension: optional(NetworkProtocolExtension),
  })
  .open({ elements: false });
export interface NetworkProtocol extends Infer<typeof NetworkProtocol> {}

export const HostnameInformationExtension = tt.sequence({}).open({ attributes: false });
export interface HostnameInformationExtension extends Infer<typeof HostnameInformationExtension> {}

export const HostnameInformation = tt
  .sequence({
    FromDHCP: element(xs.boolean),
    Name: optional(xs.token),
    Extension: optional(HostnameInformationExtension),
  })
  .open({ elements: false });
export interface HostnameInformation extends Infer<typeof HostnameInformation> {}

export const DNSInformationExtension = tt.sequence({}).open({ attributes: false });
export interface DNSInformationExtension extends Infer<typeof DNSInformationExtension> {}

export const DNSInformation = tt
  .sequence({
    FromDHCP: element(xs.boolean),
    SearchDomain: many(xs.token),
    DNSFromDHCP: many(IPAddress),
    DNSManual: many(IPAddress),
    Extension: optional(DNSInformationExtension),
  })
  .open({ elements: false });
export interface DNSInformation extends Infer<typeof DNSInformation> {}

export const NTPInformationExtension = tt.sequence({}).open({ attributes: false });
export interface NTPInformationExtension extends Infer<typeof NTPInformationExtension> {}

export const NTPInformation = tt
  .sequence({
    FromDHCP: element(xs.boolean),
    NTPFromDHCP: many(NetworkHost),
    NTPManual: many(NetworkHost),
    Extension: optional(NTPInformationExtension),
  })
  .open({ elements: false });
export interface NTPInformation extends Infer<typeof NTPInformation> {}

export const DynamicDNSType = enumeration(xs.string, "NoUpdate", "ClientUpdates", "ServerUpdates");
export type DynamicDNSType = Infer<typeof DynamicDNSType>;

export const DynamicDNSInformationExtension = tt.sequence({}).open({ attributes: false });
export interface DynamicDNSInformationExtension extends Infer<typeof DynamicDNSInformationExtension> {}

export const DynamicDNSInformation = tt
  .sequence({
    Type: element(DynamicDNSType),
    Name: optional(DNSName),
    TTL: optional(xs.duration),
    Extension: optional(DynamicDNSInformationExtension),
  })
  .open({ elements: false });
export interface DynamicDNSInformation extends Infer<typeof DynamicDNSInformation> {}

export const NetworkGateway = tt.sequence({ IPv4Address: many(IPv4Address), IPv6Address: many(IPv6Address) });
export interface NetworkGateway extends Infer<typeof NetworkGateway> {}

export const NetworkZeroConfigurationExtension2 = tt.sequence({}).open({ attributes: false });
export interface NetworkZeroConfigurationExtension2 extends Infer<typeof NetworkZeroConfigurationExtension2> {}

export interface NetworkZeroConfigurationExtension {
  readonly Additional?: readonly NetworkZeroConfiguration[] | undefined;
  readonly Extension?: NetworkZeroConfigurationExtension2 | undefined;
}
/** The zero configurations of further interfaces. */
export const NetworkZeroConfigurationExtension: ComplexSchema<NetworkZeroConfigurationExtension> = tt
  .sequence({
    Additional: many(lazy((): Schema<NetworkZeroConfiguration> => NetworkZeroConfiguration)),
    Extension: optional(NetworkZeroConfigurationExtension2),
  })
  .open({ attributes: false });

export const NetworkZeroConfiguration = tt
  .sequence({
    InterfaceToken: element(ReferenceToken),
    Enabled: element(xs.boolean),
    Addresses: many(IPv4Address),
    Extension: optional(NetworkZeroConfigurationExtension),
  })
  .open({ elements: false });
export interface NetworkZeroConfiguration extends Infer<typeof NetworkZeroConfiguration> {}

export const IPAddressFilterType = enumeration(xs.string, "Allow", "Deny");
export type IPAddressFilterType = Infer<typeof IPAddressFilterType>;

export const IPAddressFilterExtension = tt.sequence({}).open({ attributes: false });
export interface IPAddressFilterExtension extends Infer<typeof IPAddressFilterExtension> {}

export const IPAddressFilter = tt
  .sequence({
    Type: element(IPAddressFilterType),
    IPv4Address: many(PrefixedIPv4Address),
    IPv6Address: many(PrefixedIPv6Address),
    Extension: optional(IPAddressFilterExtension),
  })
  .open({ elements: false });
export interface IPAddressFilter extends Infer<typeof IPAddressFilter> {}
