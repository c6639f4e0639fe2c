import { element } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { JWTConfiguration } from "./types.js";

/** Login by JSON Web Token (Security §4.3, §5.5). */
export const JWT = declareService({
  namespace: tas,
  name: "JWT",
  version: "26.06",
  operations: {
    GetJWTConfiguration: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.5.6.1",
      request: tas.sequence({}),
      response: tas.sequence({ Configuration: element(JWTConfiguration) }),
    }),
    SetJWTConfiguration: operation({
      access: "WRITE_SYSTEM_SECRET",
      spec: "Security 5.5.6.2",
      request: tas.sequence({ Configuration: element(JWTConfiguration) }),
      response: tas.sequence({}),
    }),
  },
});
