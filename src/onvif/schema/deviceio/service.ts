import { element } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tmd } from "../namespaces.js";
import { deviceIoAction } from "./action.js";
import { ioOperations } from "./io-operations.js";
import { mediaOperations } from "./media-operations.js";
import { Capabilities } from "./types.js";

/** The DeviceIO service, under the name of its port type. */
export const DeviceIo = declareService({
  namespace: tmd,
  name: "DeviceIOPort",
  version: "21.06",
  operations: {
    GetServiceCapabilities: operation({
      access: "PRE_AUTH",
      spec: "DeviceIo 5.10",
      action: deviceIoAction("GetServiceCapabilities"),
      request: tmd.sequence({}),
      response: tmd.sequence({ Capabilities: element(Capabilities) }),
    }),
    ...mediaOperations,
    ...ioOperations,
  },
});
