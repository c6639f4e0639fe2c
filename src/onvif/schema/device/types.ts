import { xs } from "#xml/datatypes";
import { any, attribute, element, enumeration, type Infer, optional, optionalAttribute } from "#xml/schema";
import { tds } from "../namespaces.js";
import { DeviceEntity, IntList, ReferenceToken, StringAttrList, StringList } from "../tt/common.js";
import { OnvifVersion } from "../tt/system.js";

/** The types of the device service's own namespace. */

export const Service = tds
  .sequence({
    Namespace: element(xs.anyURI),
    XAddr: element(xs.anyURI),
    /** Holds the `Capabilities` element of the service that is described. */
    Capabilities: optional(tds.sequence({ Any: any({ min: 1, max: 1 }) })),
    Version: element(OnvifVersion),
  })
  .open();
export interface Service extends Infer<typeof Service> {}

export const NetworkCapabilities = tds
  .sequence({
    IPFilter: optionalAttribute(xs.boolean),
    ZeroConfiguration: optionalAttribute(xs.boolean),
    IPVersion6: optionalAttribute(xs.boolean),
    DynDNS: optionalAttribute(xs.boolean),
    Dot11Configuration: optionalAttribute(xs.boolean),
    Dot1XConfigurations: optionalAttribute(xs.int),
    HostnameFromDHCP: optionalAttribute(xs.boolean),
    /** How many NTP servers SetNTP takes. */
    NTP: optionalAttribute(xs.int),
    DHCPv6: optionalAttribute(xs.boolean),
  })
  .open({ elements: false });
export interface NetworkCapabilities extends Infer<typeof NetworkCapabilities> {}

export const SecurityCapabilities = tds
  .sequence({
    "TLS1.0": optionalAttribute(xs.boolean),
    "TLS1.1": optionalAttribute(xs.boolean),
    "TLS1.2": optionalAttribute(xs.boolean),
    OnboardKeyGeneration: optionalAttribute(xs.boolean),
    AccessPolicyConfig: optionalAttribute(xs.boolean),
    DefaultAccessPolicy: optionalAttribute(xs.boolean),
    Dot1X: optionalAttribute(xs.boolean),
    RemoteUserHandling: optionalAttribute(xs.boolean),
    "X.509Token": optionalAttribute(xs.boolean),
    SAMLToken: optionalAttribute(xs.boolean),
    KerberosToken: optionalAttribute(xs.boolean),
    UsernameToken: optionalAttribute(xs.boolean),
    HttpDigest: optionalAttribute(xs.boolean),
    RELToken: optionalAttribute(xs.boolean),
    JsonWebToken: optionalAttribute(xs.boolean),
    /** Numbers that IANA gave the EAP methods. */
    SupportedEAPMethods: optionalAttribute(IntList),
    MaxUsers: optionalAttribute(xs.int),
    MaxUserNameLength: optionalAttribute(xs.int),
    MaxPasswordLength: optionalAttribute(xs.int),
    SecurityPolicies: optionalAttribute(StringList),
    MaxPasswordHistory: optionalAttribute(xs.int),
    HashingAlgorithms: optionalAttribute(StringList),
    MaxUserRoles: optionalAttribute(xs.int),
  })
  .open({ elements: false });
export interface SecurityCapabilities extends Infer<typeof SecurityCapabilities> {}

/** The values that `SystemCapabilities.AutoGeo` may list. */
export const AutoGeoModes = enumeration(xs.string, "Location", "Heading", "Leveling");
export type AutoGeoModes = Infer<typeof AutoGeoModes>;

/** The values that `SystemCapabilities.HardwareType` may take. */
export const HardwareTypes = enumeration(
  xs.string,
  "Camera",
  "MultiSensorCamera",
  "Encoder",
  "Intercom",
  "AccessControl",
  "Speaker",
  "Recorder",
  "Microphone",
  "Display",
  "IO-Device",
);
export type HardwareTypes = Infer<typeof HardwareTypes>;

export const SystemCapabilities = tds
  .sequence({
    DiscoveryResolve: optionalAttribute(xs.boolean),
    DiscoveryBye: optionalAttribute(xs.boolean),
    RemoteDiscovery: optionalAttribute(xs.boolean),
    SystemBackup: optionalAttribute(xs.boolean),
    SystemLogging: optionalAttribute(xs.boolean),
    CloudFirmwareUpgrade: optionalAttribute(xs.boolean),
    HttpFirmwareUpgrade: optionalAttribute(xs.boolean),
    HttpSystemBackup: optionalAttribute(xs.boolean),
    HttpSystemLogging: optionalAttribute(xs.boolean),
    HttpSupportInformation: optionalAttribute(xs.boolean),
    StorageConfiguration: optionalAttribute(xs.boolean),
    MaxStorageConfigurations: optionalAttribute(xs.int),
    StorageConfigurationRenewal: optionalAttribute(xs.boolean),
    GeoLocationEntries: optionalAttribute(xs.int),
    /** Of `AutoGeoModes`. */
    AutoGeo: optionalAttribute(StringAttrList),
    /** Of `StorageType`. */
    StorageTypesSupported: optionalAttribute(StringAttrList),
    DiscoveryNotSupported: optionalAttribute(xs.boolean),
    NetworkConfigNotSupported: optionalAttribute(xs.boolean),
    UserConfigNotSupported: optionalAttribute(xs.boolean),
    Addons: optionalAttribute(StringAttrList),
    /** One of `HardwareTypes`. */
    HardwareType: optionalAttribute(xs.string),
  })
  .open({ elements: false });
export interface SystemCapabilities extends Infer<typeof SystemCapabilities> {}

export const MiscCapabilities = tds
  .sequence({ AuxiliaryCommands: optionalAttribute(StringAttrList) })
  .open({ elements: false });
export interface MiscCapabilities extends Infer<typeof MiscCapabilities> {}

export const DeviceServiceCapabilities = tds.sequence({
  Network: element(NetworkCapabilities),
  Security: element(SecurityCapabilities),
  System: element(SystemCapabilities),
  Misc: optional(MiscCapabilities),
});
export interface DeviceServiceCapabilities extends Infer<typeof DeviceServiceCapabilities> {}

export const UserCredential = tds
  .sequence({
    UserName: element(xs.string),
    Password: optional(xs.string),
    Extension: optional(tds.sequence({}).open({ attributes: false })),
    Token: optional(xs.string),
  })
  .open({ attributes: false });
export interface UserCredential extends Infer<typeof UserCredential> {}

/** The values that `StorageConfigurationData.type` may take. */
export const StorageType = enumeration(
  xs.string,
  "NFS",
  "CIFS",
  "CDMI",
  "FTP",
  "ObjectStorageS3",
  "ObjectStorageAzure",
);
export type StorageType = Infer<typeof StorageType>;

export const StorageConfigurationData = tds
  .sequence({
    LocalPath: optional(xs.anyURI),
    StorageUri: optional(xs.anyURI),
    User: optional(UserCredential),
    Extension: optional(tds.sequence({}).open({ attributes: false })),
    CertPathValidationPolicyID: optional(xs.string),
    ConfigurationRenewal: optional(
      tds.sequence({
        RenewalEndpoint: element(xs.anyURI),
        AuthorizationServer: element(ReferenceToken),
        CertPathValidationPolicyID: optional(xs.string),
        Error: optional(xs.string),
      }),
    ),
    /** One of `StorageType`. */
    type: attribute(xs.string),
    Region: optionalAttribute(xs.string),
  })
  .open();
export interface StorageConfigurationData extends Infer<typeof StorageConfigurationData> {}

export const StorageConfiguration = tds.extend(DeviceEntity, { Data: element(StorageConfigurationData) });
export interface StorageConfiguration extends Infer<typeof StorageConfiguration> {}
