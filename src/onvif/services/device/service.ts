import { implement } from "../../registry.js";
import { Device } from "../../schema/device/service.js";
import { DeviceServiceCapabilities } from "../../schema/device/types.js";
import { auxiliary } from "./auxiliary.js";
import { capabilities, versionOf } from "./capabilities.js";
import { certificates } from "./certificates.js";
import { dot11 } from "./dot11.js";
import { discovery } from "./discovery.js";
import { geoLocation } from "./geo-location.js";
import { network } from "./network.js";
import { deviceLegacyCapabilities, deviceServiceCapabilities } from "./own-capabilities.js";
import { relays } from "./relays.js";
import { securityPolicies } from "./security-policies.js";
import { storage } from "./storage.js";
import { system } from "./system.js";
import { users } from "./users.js";

/** The device service; its address is the one that the standard lays down (Core §5.1.1). */
export const deviceService = implement(
  Device,
  {
    path: "/onvif/device_service",
    capabilities: { schema: DeviceServiceCapabilities, of: deviceServiceCapabilities },
    legacyCapabilities: deviceLegacyCapabilities(versionOf(Device)),
  },
  {
    ...capabilities,
    ...system,
    ...geoLocation,
    ...storage,
    ...auxiliary,
    ...relays,
    ...discovery,
    ...users,
    ...certificates,
    ...securityPolicies,
    ...network,
    ...dot11,
  },
);
