import { declareService } from "../../operation.js";
import { tds } from "../namespaces.js";
import { certificates } from "./certificates.js";
import { discovery } from "./discovery.js";
import { geoLocation } from "./geo-location.js";
import { io } from "./io.js";
import { dot11, network } from "./network.js";
import { securityPolicies, users } from "./security.js";
import { storage } from "./storage.js";
import { capabilities, system } from "./system.js";

/** The device service (Core §8). */
export const Device = declareService({
  namespace: tds,
  name: "Device",
  version: "26.06",
  operations: {
    ...capabilities,
    ...system,
    ...discovery,
    ...users,
    ...securityPolicies,
    ...network,
    ...io,
    ...certificates,
    ...dot11,
    ...storage,
    ...geoLocation,
  },
});
