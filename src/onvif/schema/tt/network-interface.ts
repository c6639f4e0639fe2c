import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, restrict } from "#xml/schema";
import { tt } from "../namespaces.js";
import { DeviceEntity, IPv4Address, IPv6Address } from "./common.js";
import { Dot11Configuration } from "./dot11.js";

/** Network interfaces as they are, and as they are to be set. */

export const HwAddress = restrict(xs.token, {});
export type HwAddress = Infer<typeof HwAddress>;

/** Number of an interface type in the IANA list; 6 is Ethernet, 71 is IEEE 802.11. */
const IanaIfTypes = restrict(xs.int, {});
export { IanaIfTypes as "IANA-IfTypes" };

export const Duplex = enumeration(xs.string, "Full", "Half");
export type Duplex = Infer<typeof Duplex>;

export const PrefixedIPv4Address = tt.sequence({ Address: element(IPv4Address), PrefixLength: element(xs.int) });
export interface PrefixedIPv4Address extends Infer<typeof PrefixedIPv4Address> {}

export const PrefixedIPv6Address = tt.sequence({ Address: element(IPv6Address), PrefixLength: element(xs.int) });
export interface PrefixedIPv6Address extends Infer<typeof PrefixedIPv6Address> {}

export const NetworkInterfaceInfo = tt.sequence({
  Name: optional(xs.string),
  HwAddress: element(HwAddress),
  MTU: optional(xs.int),
});
export interface NetworkInterfaceInfo extends Infer<typeof NetworkInterfaceInfo> {}

export const NetworkInterfaceConnectionSetting = tt.sequence({
  AutoNegotiation: element(xs.boolean),
  /** In Mbit/s. */
  Speed: element(xs.int),
  Duplex: element(Duplex),
});
export interface NetworkInterfaceConnectionSetting extends Infer<typeof NetworkInterfaceConnectionSetting> {}

export const NetworkInterfaceLink = tt.sequence({
  AdminSettings: element(NetworkInterfaceConnectionSetting),
  OperSettings: element(NetworkInterfaceConnectionSetting),
  InterfaceType: element(IanaIfTypes),
});
export interface NetworkInterfaceLink extends Infer<typeof NetworkInterfaceLink> {}

export const IPv4Configuration = tt
  .sequence({
    Manual: many(PrefixedIPv4Address),
    LinkLocal: optional(PrefixedIPv4Address),
    FromDHCP: optional(PrefixedIPv4Address),
    DHCP: element(xs.boolean),
  })
  .open();
export interface IPv4Configuration extends Infer<typeof IPv4Configuration> {}

export const IPv4NetworkInterface = tt.sequence({ Enabled: element(xs.boolean), Config: element(IPv4Configuration) });
export interface IPv4NetworkInterface extends Infer<typeof IPv4NetworkInterface> {}

export const IPv6DHCPConfiguration = enumeration(xs.string, "Auto", "Stateful", "Stateless", "Off");
export type IPv6DHCPConfiguration = Infer<typeof IPv6DHCPConfiguration>;

export const IPv6ConfigurationExtension = tt.sequence({}).open({ attributes: false });
export interface IPv6ConfigurationExtension extends Infer<typeof IPv6ConfigurationExtension> {}

export const IPv6Configuration = tt
  .sequence({
    AcceptRouterAdvert: optional(xs.boolean),
    DHCP: element(IPv6DHCPConfiguration),
    Manual: many(PrefixedIPv6Address),
    LinkLocal: many(PrefixedIPv6Address),
    FromDHCP: many(PrefixedIPv6Address),
    FromRA: many(PrefixedIPv6Address),
    Extension: optional(IPv6ConfigurationExtension),
  })
  .open({ elements: false });
export interface IPv6Configuration extends Infer<typeof IPv6Configuration> {}

export const IPv6NetworkInterface = tt.sequence({ Enabled: element(xs.boolean), Config: optional(IPv6Configuration) });
export interface IPv6NetworkInterface extends Infer<typeof IPv6NetworkInterface> {}

export const Dot3Configuration = tt.sequence({}).open();
export interface Dot3Configuration extends Infer<typeof Dot3Configuration> {}

export const NetworkInterfaceExtension2 = tt.sequence({}).open({ attributes: false });
export interface NetworkInterfaceExtension2 extends Infer<typeof NetworkInterfaceExtension2> {}

export const NetworkInterfaceExtension = tt
  .sequence({
    InterfaceType: element(IanaIfTypes),
    Dot3: many(Dot3Configuration),
    Dot11: many(Dot11Configuration),
    Extension: optional(NetworkInterfaceExtension2),
  })
  .open({ attributes: false });
export interface NetworkInterfaceExtension extends Infer<typeof NetworkInterfaceExtension> {}

export const NetworkInterface = tt
  .extend(DeviceEntity, {
    Enabled: element(xs.boolean),
    Info: optional(NetworkInterfaceInfo),
    Link: optional(NetworkInterfaceLink),
    IPv4: optional(IPv4NetworkInterface),
    IPv6: optional(IPv6NetworkInterface),
    Extension: optional(NetworkInterfaceExtension),
  })
  .open({ elements: false });
export interface NetworkInterface extends Infer<typeof NetworkInterface> {}

export const IPv4NetworkInterfaceSetConfiguration = tt.sequence({
  Enabled: optional(xs.boolean),
  Manual: many(PrefixedIPv4Address),
  DHCP: optional(xs.boolean),
});
export interface IPv4NetworkInterfaceSetConfiguration extends Infer<typeof IPv4NetworkInterfaceSetConfiguration> {}

export const IPv6NetworkInterfaceSetConfiguration = tt.sequence({
  Enabled: optional(xs.boolean),
  AcceptRouterAdvert: optional(xs.boolean),
  Manual: many(PrefixedIPv6Address),
  DHCP: optional(IPv6DHCPConfiguration),
});
export interface IPv6NetworkInterfaceSetConfiguration extends Infer<typeof IPv6NetworkInterfaceSetConfiguration> {}

export const NetworkInterfaceSetConfigurationExtension2 = tt.sequence({}).open({ attributes: false });
export interface NetworkInterfaceSetConfigurationExtension2 extends Infer<
  typeof NetworkInterfaceSetConfigurationExtension2
> {}

export const NetworkInterfaceSetConfigurationExtension = tt
  .sequence({
    Dot3: many(Dot3Configuration),
    Dot11: many(Dot11Configuration),
    Extension: optional(NetworkInterfaceSetConfigurationExtension2),
  })
  .open({ attributes: false });
export interface NetworkInterfaceSetConfigurationExtension extends Infer<
  typeof NetworkInterfaceSetConfigurationExtension
> {}

export const NetworkInterfaceSetConfiguration = tt
  .sequence({
    Enabled: optional(xs.boolean),
    Link: optional(NetworkInterfaceConnectionSetting),
    MTU: optional(xs.int),
    IPv4: optional(IPv4NetworkInterfaceSetConfiguration),
    IPv6: optional(IPv6NetworkInterfaceSetConfiguration),
    Extension: optional(NetworkInterfaceSetConfigurationExtension),
  })
  .open({ elements: false });
export interface NetworkInterfaceSetConfiguration extends Infer<typeof NetworkInterfaceSetConfiguration> {}
