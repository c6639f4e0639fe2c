import { xs } from "#xml/datatypes";
import { element, type Infer, many, optional, some } from "#xml/schema";
import { tt } from "../namespaces.js";
import { AuxiliaryData } from "./common.js";
import { OnvifVersion } from "./system.js";

/** What GetCapabilities says of the device service itself (Core §8.1.2.4). */

export const NetworkCapabilitiesExtension2 = tt.sequence({}).open({ attributes: false });
export interface NetworkCapabilitiesExtension2 extends Infer<typeof NetworkCapabilitiesExtension2> {}

export const NetworkCapabilitiesExtension = tt
  .sequence({
    Dot11Configuration: optional(xs.boolean),
    Extension: optional(NetworkCapabilitiesExtension2),
  })
  .open({ attributes: false });
export interface NetworkCapabilitiesExtension extends Infer<typeof NetworkCapabilitiesExtension> {}

export const NetworkCapabilities = tt
  .sequence({
    IPFilter: optional(xs.boolean),
    ZeroConfiguration: optional(xs.boolean),
    IPVersion6: optional(xs.boolean),
    DynDNS: optional(xs.boolean),
    Extension: optional(NetworkCapabilitiesExtension),
  })
  .open({ elements: false });
export interface NetworkCapabilities extends Infer<typeof NetworkCapabilities> {}

export const SystemCapabilitiesExtension2 = tt.sequence({}).open({ attributes: false });
export interface SystemCapabilitiesExtension2 extends Infer<typeof SystemCapabilitiesExtension2> {}

export const SystemCapabilitiesExtension = tt
  .sequence({
    HttpFirmwareUpgrade: optional(xs.boolean),
    HttpSystemBackup: optional(xs.boolean),
    HttpSystemLogging: optional(xs.boolean),
    HttpSupportInformation: optional(xs.boolean),
    Extension: optional(SystemCapabilitiesExtension2),
  })
  .open({ attributes: false });
export interface SystemCapabilitiesExtension extends Infer<typeof SystemCapabilitiesExtension> {}

export const SystemCapabilities = tt
  .sequence({
    DiscoveryResolve: element(xs.boolean),
    DiscoveryBye: element(xs.boolean),
    RemoteDiscovery: element(xs.boolean),
    SystemBackup: element(xs.boolean),
    SystemLogging: element(xs.boolean),
    FirmwareUpgrade: element(xs.boolean),
    SupportedVersions: some(OnvifVersion),
    Extension: optional(SystemCapabilitiesExtension),
  })
  .open({ elements: false });
export interface SystemCapabilities extends Infer<typeof SystemCapabilities> {}

export const IOCapabilitiesExtension2 = tt.sequence({}).open({ attributes: false });
export interface IOCapabilitiesExtension2 extends Infer<typeof IOCapabilitiesExtension2> {}

export const IOCapabilitiesExtension = tt
  .sequence({
    Auxiliary: optional(xs.boolean),
    AuxiliaryCommands: many(AuxiliaryData),
    Extension: element(IOCapabilitiesExtension2),
  })
  .open();
export interface IOCapabilitiesExtension extends Infer<typeof IOCapabilitiesExtension> {}

export const IOCapabilities = tt
  .sequence({
    InputConnectors: optional(xs.int),
    RelayOutputs: optional(xs.int),
    Extension: optional(IOCapabilitiesExtension),
  })
  .open({ elements: false });
export interface IOCapabilities extends Infer<typeof IOCapabilities> {}

export const SecurityCapabilitiesExtension2 = tt
  .sequence({
    Dot1X: element(xs.boolean),
    SupportedEAPMethod: many(xs.int),
    RemoteUserHandling: element(xs.boolean),
  })
  .open({ attributes: false });
export interface SecurityCapabilitiesExtension2 extends Infer<typeof SecurityCapabilitiesExtension2> {}

export const SecurityCapabilitiesExtension = tt.sequence({
  "TLS1.0": element(xs.boolean),
  Extension: optional(SecurityCapabilitiesExtension2),
});
export interface SecurityCapabilitiesExtension extends Infer<typeof SecurityCapabilitiesExtension> {}

export const SecurityCapabilities = tt
  .sequence({
    "TLS1.1": element(xs.boolean),
    "TLS1.2": element(xs.boolean),
    OnboardKeyGeneration: element(xs.boolean),
    AccessPolicyConfig: element(xs.boolean),
    "X.509Token": element(xs.boolean),
    SAMLToken: element(xs.boolean),
    KerberosToken: element(xs.boolean),
    RELToken: element(xs.boolean),
    Extension: optional(SecurityCapabilitiesExtension),
  })
  .open();
export interface SecurityCapabilities extends Infer<typeof SecurityCapabilities> {}

export const DeviceCapabilitiesExtension = tt.sequence({}).open({ attributes: false });
export interface DeviceCapabilitiesExtension extends Infer<typeof DeviceCapabilitiesExtension> {}

export const DeviceCapabilities = tt
  .sequence({
    XAddr: element(xs.anyURI),
    Network: optional(NetworkCapabilities),
    System: optional(SystemCapabilities),
    IO: optional(IOCapabilities),
    Security: optional(SecurityCapabilities),
    Extension: optional(DeviceCapabilitiesExtension),
  })
  .open({ elements: false });
export interface DeviceCapabilities extends Infer<typeof DeviceCapabilities> {}
