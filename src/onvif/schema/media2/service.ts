import { element } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tr2 } from "../namespaces.js";
import { audioClipOperations } from "./audio-clip-operations.js";
import { Capabilities2 } from "./capabilities.js";
import { configurationOperations, profileOperations } from "./profile-operations.js";
import { maskOperations, osdOperations, streamOperations } from "./stream-operations.js";

/** The media service of the second generation (ver20). */
export const Media2 = declareService({
  namespace: tr2,
  name: "Media2",
  version: "26.06",
  operations: {
    GetServiceCapabilities: operation({
      access: "PRE_AUTH",
      spec: "Media2 5.14",
      request: tr2.sequence({}),
      response: tr2.sequence({ Capabilities: element(Capabilities2) }),
    }),
    ...profileOperations,
    ...configurationOperations,
    ...streamOperations,
    ...osdOperations,
    ...maskOperations,
    ...audioClipOperations,
  },
});
