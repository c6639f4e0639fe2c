import type { AuthorizationServer as Server, StoredAuthorizationServer } from "#device/security/authorization-servers";
import type { Handlers } from "../../registry.js";
import type { AuthorizationServer } from "../../schema/security/authorization-server.js";
import type {
  AuthorizationServerConfiguration,
  AuthorizationServerConfigurationData,
} from "../../schema/security/types.js";

export const authorizationServer = {
  GetAuthorizationServerConfigurations: ({ Token }, { camera }) => {
    const { shelf } = camera.device.security.authorizationServers;
    return { Configuration: (Token === undefined ? shelf.list() : [shelf.get(Token)]).map(toWire) };
  },

  CreateAuthorizationServerConfiguration: ({ Configuration }, { camera }) => ({
    Token: camera.device.security.authorizationServers.create(fromWire(Configuration)),
  }),

  SetAuthorizationServerConfiguration: ({ Configuration }, { camera }) => {
    camera.device.security.authorizationServers.set(Configuration.token, fromWire(Configuration.Data));
    return {};
  },

  DeleteAuthorizationServerConfiguration: ({ Token }, { camera }) => {
    camera.device.security.authorizationServers.delete(Token);
    return {};
  },
} satisfies Handlers<typeof AuthorizationServer.operations>;

const fromWire = (data: AuthorizationServerConfigurationData): Server => ({
  type: data.Type,
  clientAuth: data.ClientAuth,
  serverUri: data.ServerUri,
  clientId: data.ClientID,
  clientSecret: data.ClientSecret,
  scope: data.Scope,
  keyId: data.KeyID,
  certificateId: data.CertificateID,
  policyId: data.CertPathValidationPolicyID,
});

/** The secret is not told (Security §5.5.5.1). */
const toWire = (server: StoredAuthorizationServer): AuthorizationServerConfiguration => ({
  token: server.id,
  Data: {
    Type: server.type,
    ClientAuth: server.clientAuth,
    ServerUri: server.serverUri,
    ClientID: server.clientId,
    Scope: server.scope,
    KeyID: server.keyId,
    CertificateID: server.certificateId,
    CertPathValidationPolicyID: server.policyId,
  },
});
