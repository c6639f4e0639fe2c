import { MAXIMUM_LOCATIONS } from "#device/geo-location";
import { MAXIMUM_STORAGE, STORAGE_KINDS } from "#device/storage";
import { EAP_METHODS, MAXIMUM_DOT1X } from "#device/security/nvt-dot1x";
import { MAXIMUM_ROLES } from "#device/access/user-roles";
import type { Call } from "../../call.js";
import type { LegacyCapabilities } from "../../registry.js";
import type { DeviceServiceCapabilities } from "../../schema/device/types.js";
import { tas, tds } from "../../schema/namespaces.js";
import type { OnvifVersion } from "../../schema/tt/system.js";
import { MAXIMUM_PASSWORD_HISTORY, SECURITY_POLICIES } from "./security-policies.js";

/** Most servers that SetNTP takes, as the model has it. */
const MAXIMUM_NTP_SERVERS = 16;

/** What the device service says of this camera (Core §8.1.2.3). Flags of optional operations follow from their being offered. */
export const deviceServiceCapabilities = (call: Call): DeviceServiceCapabilities => {
  const { limits } = call.camera.device.users;
  const { digestAlgorithms, usernameToken } = call.login;
  return {
    Network: {
      ...networkFlags(call),
      Dot11Configuration: call.camera.device.network.hasWireless,
      Dot1XConfigurations: MAXIMUM_DOT1X,
      HostnameFromDHCP: offers(call, "SetHostnameFromDHCP"),
      NTP: MAXIMUM_NTP_SERVERS,
      DHCPv6: call.camera.device.network.interfaces.some(({ ipv6 }) => ipv6 !== undefined),
    },
    Security: {
      "TLS1.0": false,
      ...securityFlags(call),
      DefaultAccessPolicy: true,
      Dot1X: offers(call, "CreateDot1XConfiguration"),
      SupportedEAPMethods: EAP_METHODS,
      RemoteUserHandling: offers(call, "SetRemoteUser"),
      UsernameToken: usernameToken,
      HttpDigest: digestAlgorithms.length > 0,
      JsonWebToken: call.camera.registry.offers(tas.uri, "SetJWTConfiguration"),
      MaxUsers: limits.maximumUsers,
      MaxUserNameLength: limits.maximumUsernameLength,
      MaxPasswordLength: limits.maximumPasswordLength,
      SecurityPolicies: SECURITY_POLICIES,
      MaxPasswordHistory: MAXIMUM_PASSWORD_HISTORY,
      HashingAlgorithms: digestAlgorithms,
      MaxUserRoles: MAXIMUM_ROLES,
    },
    System: {
      ...systemFlags(call),
      ...httpFlags(call),
      CloudFirmwareUpgrade: offers(call, "UpgradeFirmware"),
      StorageConfiguration: offers(call, "CreateStorageConfiguration"),
      MaxStorageConfigurations: MAXIMUM_STORAGE,
      StorageConfigurationRenewal: false,
      StorageTypesSupported: STORAGE_KINDS,
      GeoLocationEntries: MAXIMUM_LOCATIONS,
      DiscoveryNotSupported: false,
      NetworkConfigNotSupported: false,
      UserConfigNotSupported: false,
      HardwareType: "Camera",
    },
    Misc: { AuxiliaryCommands: call.camera.device.auxiliary.commands },
  };
};

/** The same for GetCapabilities (Core annex A), with the releases of the specification that the camera follows. */
export const deviceLegacyCapabilities =
  (release: OnvifVersion): LegacyCapabilities =>
  (XAddr, call) => ({
    Device: {
      XAddr,
      Network: {
        ...networkFlags(call),
        Extension: { Dot11Configuration: call.camera.device.network.hasWireless },
      },
      System: {
        ...systemFlags(call),
        FirmwareUpgrade: offers(call, "UpgradeSystemFirmware"),
        SupportedVersions: [release],
        Extension: httpFlags(call),
      },
      IO: {
        InputConnectors: call.camera.device.io.digitalInputs.tokens.length,
        RelayOutputs: call.camera.device.io.relays.tokens.length,
        Extension: { Auxiliary: true, AuxiliaryCommands: call.camera.device.auxiliary.commands, Extension: {} },
      },
      Security: {
        ...securityFlags(call),
        Extension: {
          "TLS1.0": false,
          Extension: {
            Dot1X: offers(call, "CreateDot1XConfiguration"),
            RemoteUserHandling: offers(call, "SetRemoteUser"),
          },
        },
      },
    },
  });

const offers = ({ camera }: Call, operation: string): boolean => camera.registry.offers(tds.uri, operation);

const networkFlags = (call: Call) => {
  const { interfaces, zeroConfigurations } = call.camera.device.network;
  return {
    IPFilter: offers(call, "SetIPAddressFilter"),
    ZeroConfiguration: zeroConfigurations.length > 0,
    IPVersion6: interfaces.some(({ ipv6 }) => ipv6 !== undefined),
    DynDNS: offers(call, "SetDynamicDNS"),
  };
};

const securityFlags = (call: Call) => ({
  "TLS1.1": false,
  "TLS1.2": call.camera.device.network.isOn("HTTPS"),
  OnboardKeyGeneration: offers(call, "CreateCertificate"),
  AccessPolicyConfig: offers(call, "SetAccessPolicy"),
  "X.509Token": false,
  SAMLToken: false,
  KerberosToken: false,
  RELToken: false,
});

const systemFlags = (call: Call) => ({
  DiscoveryResolve: true,
  DiscoveryBye: true,
  RemoteDiscovery: false,
  SystemBackup: offers(call, "GetSystemBackup"),
  SystemLogging: offers(call, "GetSystemLog"),
});

/** Transfers by HTTP in place of SOAP. */
const httpFlags = (call: Call) => ({
  HttpFirmwareUpgrade: offers(call, "StartFirmwareUpgrade"),
  HttpSystemBackup: offers(call, "StartSystemRestore"),
  HttpSystemLogging: offers(call, "GetSystemUris"),
  HttpSupportInformation: offers(call, "GetSystemUris"),
});
