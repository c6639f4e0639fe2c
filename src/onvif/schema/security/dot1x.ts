import { xs } from "#xml/datatypes";
import { element, many, optional } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tas } from "../namespaces.js";
import { Dot1XID } from "./identifiers.js";
import { Dot1XConfiguration } from "./types.js";

/** IEEE 802.1X on the network interfaces (Security §5.4). */
export const Dot1X = declareService({
  namespace: tas,
  name: "Dot1X",
  version: "26.06",
  operations: {
    AddDot1XConfiguration: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.4.1",
      request: tas.sequence({ Dot1XConfiguration: element(Dot1XConfiguration) }),
      response: tas.sequence({ Dot1XID: element(Dot1XID) }),
    }),
    GetAllDot1XConfigurations: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.4.2",
      request: tas.sequence({}),
      response: tas.sequence({ Configuration: many(Dot1XConfiguration) }),
    }),
    GetDot1XConfiguration: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.4.3",
      request: tas.sequence({ Dot1XID: element(Dot1XID) }),
      response: tas.sequence({ Dot1XConfiguration: element(Dot1XConfiguration) }),
    }),
    DeleteDot1XConfiguration: operation({
      access: "UNRECOVERABLE",
      spec: "Security 5.4.4",
      request: tas.sequence({ Dot1XID: element(Dot1XID) }),
      response: tas.sequence({}),
    }),
    SetNetworkInterfaceDot1XConfiguration: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.4.5",
      request: tas.sequence({ token: element(xs.string), Dot1XID: element(Dot1XID) }),
      response: tas.sequence({ RebootNeeded: element(xs.boolean) }),
    }),
    GetNetworkInterfaceDot1XConfiguration: operation({
      access: "READ_SYSTEM_SECRET",
      spec: "Security 5.4.6",
      request: tas.sequence({ token: element(xs.string) }),
      response: tas.sequence({ Dot1XID: optional(Dot1XID) }),
    }),
    DeleteNetworkInterfaceDot1XConfiguration: operation({
      access: "WRITE_SYSTEM",
      spec: "Security 5.4.7",
      request: tas.sequence({ token: element(xs.string) }),
      response: tas.sequence({ RebootNeeded: element(xs.boolean) }),
    }),
  },
});
