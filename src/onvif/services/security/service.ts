import { implement } from "../../registry.js";
import { Capabilities } from "../../schema/security/capabilities.js";
import { Keystore } from "../../schema/security/keystore.js";
import { AdvancedSecurity } from "../../schema/security/service.js";
import { TLSServer } from "../../schema/security/tls-server.js";
import { securityCapabilities } from "./capabilities.js";
import { certificates } from "./certificates.js";
import { keys } from "./keys.js";
import { tlsServer } from "./tls-server.js";
import { validation } from "./validation.js";

const path = "/onvif/security_service";

/** The security configuration service; its other port types are at the same address. */
export const securityService = implement(
  AdvancedSecurity,
  { path, capabilities: { schema: Capabilities, of: securityCapabilities } },
  { GetServiceCapabilities: (_, call) => ({ Capabilities: securityCapabilities(call) }) },
);

export const keystoreService = implement(
  Keystore,
  { path, isListed: false },
  { ...keys, ...certificates, ...validation },
);

export const tlsServerService = implement(TLSServer, { path, isListed: false }, tlsServer);
