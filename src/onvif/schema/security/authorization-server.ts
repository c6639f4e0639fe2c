import { element, many, optional } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { ReferenceToken } from "../tt/common.js";
import { AuthorizationServerConfiguration, AuthorizationServerConfigurationData } from "./types.js";

/** Authorization servers that the device asks (Security §5.5). */
export const AuthorizationServer = declareService({
  namespace: tas,
  name: "AuthorizationServer",
  version: "26.06",
  operations: {
    GetAuthorizationServerConfigurations: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.5.5.1",
      request: tas.sequence({ Token: optional(ReferenceToken) }),
      response: tas.sequence({ Configuration: many(AuthorizationServerConfiguration) }),
    }),
    CreateAuthorizationServerConfiguration: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.5.5.2",
      request: tas.sequence({ Configuration: element(AuthorizationServerConfigurationData) }),
      response: tas.sequence({ Token: element(ReferenceToken) }),
    }),
    SetAuthorizationServerConfiguration: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.5.5.3",
      request: tas.sequence({ Configuration: element(AuthorizationServerConfiguration) }),
      response: tas.sequence({}),
    }),
    DeleteAuthorizationServerConfiguration: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.5.5.4",
      request: tas.sequence({ Token: element(ReferenceToken) }),
      response: tas.sequence({}),
    }),
  },
});
