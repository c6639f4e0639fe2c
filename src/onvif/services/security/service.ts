import { implement, notSupported } from "../../registry.js";
import { AuthorizationServer } from "../../schema/security/authorization-server.js";
import { Capabilities } from "../../schema/security/capabilities.js";
import { Dot1X } from "../../schema/security/dot1x.js";
import { JWT } from "../../schema/security/jwt.js";
import { Keystore } from "../../schema/security/keystore.js";
import { MediaSigning } from "../../schema/security/media-signing.js";
import { AdvancedSecurity } from "../../schema/security/service.js";
import { TLSServer } from "../../schema/security/tls-server.js";
import { authorizationServer } from "./authorization-server.js";
import { securityCapabilities } from "./capabilities.js";
import { certificates } from "./certificates.js";
import { dot1x } from "./dot1x.js";
import { jwt } from "./jwt.js";
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

export const dot1xService = implement(Dot1X, { path, isListed: false }, dot1x);

export const authorizationServerService = implement(
  AuthorizationServer,
  { path, isListed: false },
  authorizationServer,
);

export const jwtService = implement(JWT, { path, isListed: false }, jwt);

const unsigned = notSupported("the camera does not sign media");

export const mediaSigningService = implement(
  MediaSigning,
  { path, isListed: false },
  {
    AddMediaSigningCertificateAssignment: unsigned,
    RemoveMediaSigningCertificateAssignment: unsigned,
    GetAssignedMediaSigningCertificates: unsigned,
  },
);
