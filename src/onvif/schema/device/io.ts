import { element, many, optional } from "#xml/schema";
import { operation } from "../../operation.js";
import { tds } from "../namespaces.js";
import { AuxiliaryData, ReferenceToken } from "../tt/common.js";
import { RelayLogicalState, RelayOutput, RelayOutputSettings } from "../tt/io.js";

/** Relays and auxiliary commands (Core §8.6, §8.7). */
export const io = {
  GetRelayOutputs: operation({
    access: "READ_MEDIA",
    spec: "Core 8.6.1",
    request: tds.sequence({}),
    response: tds.sequence({ RelayOutputs: many(RelayOutput) }),
  }),
  SetRelayOutputSettings: operation({
    access: "ACTUATE",
    spec: "Core 8.6.2",
    request: tds.sequence({
      RelayOutputToken: element(ReferenceToken),
      Properties: element(RelayOutputSettings),
    }),
    response: tds.sequence({}),
  }),
  SetRelayOutputState: operation({
    access: "ACTUATE",
    spec: "Core 8.6.3",
    request: tds.sequence({
      RelayOutputToken: element(ReferenceToken),
      LogicalState: element(RelayLogicalState),
    }),
    response: tds.sequence({}),
  }),
  SendAuxiliaryCommand: operation({
    access: "ACTUATE",
    spec: "Core 8.7",
    request: tds.sequence({ AuxiliaryCommand: element(AuxiliaryData) }),
    response: tds.sequence({ AuxiliaryCommandResponse: optional(AuxiliaryData) }),
  }),
};
