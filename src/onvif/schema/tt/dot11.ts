import { xs } from "#xml/datatypes";
import { element, enumeration, type Infer, many, optional, restrict } from "#xml/schema";
import { tt } from "../namespaces.js";
import { Name, ReferenceToken } from "./common.js";

/** Wireless networks, IEEE 802.11 (Core §8.2.22). */

export const Dot11SSIDType = restrict(xs.hexBinary, { minLength: 1, maxLength: 32 });
export type Dot11SSIDType = Infer<typeof Dot11SSIDType>;

export const Dot11StationMode = enumeration(xs.string, "Ad-hoc", "Infrastructure", "Extended");
export type Dot11StationMode = Infer<typeof Dot11StationMode>;

export const Dot11SecurityMode = enumeration(xs.string, "None", "WEP", "PSK", "Dot1X", "Extended");
export type Dot11SecurityMode = Infer<typeof Dot11SecurityMode>;

export const Dot11Cipher = enumeration(xs.string, "CCMP", "TKIP", "Any", "Extended");
export type Dot11Cipher = Infer<typeof Dot11Cipher>;

export const Dot11PSK = restrict(xs.hexBinary, { length: 32 });
export type Dot11PSK = Infer<typeof Dot11PSK>;

export const Dot11PSKPassphrase = restrict(xs.string, { pattern: "[ -~]{8,63}" });
export type Dot11PSKPassphrase = Infer<typeof Dot11PSKPassphrase>;

export const Dot11PSKSetExtension = tt.sequence({}).open({ attributes: false });
export interface Dot11PSKSetExtension extends Infer<typeof Dot11PSKSetExtension> {}

export const Dot11PSKSet = tt
  .sequence({
    Key: optional(Dot11PSK),
    Passphrase: optional(Dot11PSKPassphrase),
    Extension: optional(Dot11PSKSetExtension),
  })
  .open({ elements: false });
export interface Dot11PSKSet extends Infer<typeof Dot11PSKSet> {}

export const Dot11SecurityConfigurationExtension = tt.sequence({}).open();
export interface Dot11SecurityConfigurationExtension extends Infer<typeof Dot11SecurityConfigurationExtension> {}

export const Dot11SecurityConfiguration = tt
  .sequence({
    Mode: element(Dot11SecurityMode),
    Algorithm: optional(Dot11Cipher),
    PSK: optional(Dot11PSKSet),
    /** A `Dot1XConfiguration`. */
    Dot1X: optional(ReferenceToken),
    Extension: optional(Dot11SecurityConfigurationExtension),
  })
  .open({ elements: false });
export interface Dot11SecurityConfiguration extends Infer<typeof Dot11SecurityConfiguration> {}

/** The higher, the earlier this configuration is tried. */
export const NetworkInterfaceConfigPriority = restrict(xs.integer, { minInclusive: 0, maxInclusive: 31 });
export type NetworkInterfaceConfigPriority = Infer<typeof NetworkInterfaceConfigPriority>;

export const Dot11Configuration = tt
  .sequence({
    SSID: element(Dot11SSIDType),
    Mode: element(Dot11StationMode),
    Alias: element(Name),
    Priority: element(NetworkInterfaceConfigPriority),
    Security: element(Dot11SecurityConfiguration),
  })
  .open();
export interface Dot11Configuration extends Infer<typeof Dot11Configuration> {}

export const Dot11Capabilities = tt
  .sequence({
    TKIP: element(xs.boolean),
    ScanAvailableNetworks: element(xs.boolean),
    MultipleConfiguration: element(xs.boolean),
    AdHocStationMode: element(xs.boolean),
    WEP: element(xs.boolean),
  })
  .open();
export interface Dot11Capabilities extends Infer<typeof Dot11Capabilities> {}

export const Dot11SignalStrength = enumeration(xs.string, "None", "Very Bad", "Bad", "Good", "Very Good", "Extended");
export type Dot11SignalStrength = Infer<typeof Dot11SignalStrength>;

export const Dot11Status = tt
  .sequence({
    SSID: element(Dot11SSIDType),
    BSSID: optional(xs.string),
    PairCipher: optional(Dot11Cipher),
    GroupCipher: optional(Dot11Cipher),
    SignalStrength: optional(Dot11SignalStrength),
    ActiveConfigAlias: element(ReferenceToken),
  })
  .open();
export interface Dot11Status extends Infer<typeof Dot11Status> {}

export const Dot11AuthAndMangementSuite = enumeration(xs.string, "None", "Dot1X", "PSK", "Extended");
export type Dot11AuthAndMangementSuite = Infer<typeof Dot11AuthAndMangementSuite>;

export const Dot11AvailableNetworksExtension = tt.sequence({}).open({ attributes: false });
export interface Dot11AvailableNetworksExtension extends Infer<typeof Dot11AvailableNetworksExtension> {}

export const Dot11AvailableNetworks = tt
  .sequence({
    SSID: element(Dot11SSIDType),
    BSSID: optional(xs.string),
    AuthAndMangementSuite: many(Dot11AuthAndMangementSuite),
    PairCipher: many(Dot11Cipher),
    GroupCipher: many(Dot11Cipher),
    SignalStrength: optional(Dot11SignalStrength),
    Extension: optional(Dot11AvailableNetworksExtension),
  })
  .open({ elements: false });
export interface Dot11AvailableNetworks extends Infer<typeof Dot11AvailableNetworks> {}
