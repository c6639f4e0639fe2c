import { element } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { Capabilities } from "./capabilities.js";

/** The security configuration service itself (Security §5.1). */
export const AdvancedSecurity = declareService({
  namespace: tas,
  name: "AdvancedSecurityService",
  version: "26.06",
  operations: {
    GetServiceCapabilities: operation({
      access: "PRE_AUTH",
      spec: "Security 5.5.7.1",
      request: tas.sequence({}),
      response: tas.sequence({ Capabilities: element(Capabilities) }),
    }),
  },
});
