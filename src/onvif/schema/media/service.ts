import { element } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { trt } from "../namespaces.js";
import { configurationOperations } from "./configuration-operations.js";
import { profileOperations } from "./profile-operations.js";
import { osdOperations, streamOperations } from "./stream-operations.js";
import { Capabilities } from "./types.js";

/** The media service of the first generation (ver10). */
export const Media = declareService({
  namespace: trt,
  name: "Media",
  version: "21.06",
  operations: {
    GetServiceCapabilities: operation({
      access: "PRE_AUTH",
      spec: "Media 5.21",
      request: trt.sequence({}),
      response: trt.sequence({ Capabilities: element(Capabilities) }),
    }),
    ...profileOperations,
    ...configurationOperations,
    ...streamOperations,
    ...osdOperations,
  },
});
