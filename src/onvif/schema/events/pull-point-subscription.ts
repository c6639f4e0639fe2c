import { xs } from "#xml/datatypes";
import { element, many, optional } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tev, wsnt } from "../namespaces.js";
import { NotificationMessageHolderType } from "../wsnt.js";
import { unsubscribe } from "./subscription-manager.js";

const action = (message: string): string => `${tev.uri}/PullPointSubscription/${message}Request`;

/** What a pull point is asked, at the address of its subscription. */
export const PullPointSubscription = declareService({
  namespace: tev,
  name: "PullPointSubscription",
  version: "24.12",
  operations: {
    PullMessages: operation({
      access: "READ_MEDIA",
      spec: "Core 9.1.2",
      action: action("PullMessages"),
      request: tev
        .sequence({ Timeout: element(xs.duration), MessageLimit: element(xs.int) })
        .open({ attributes: false }),
      response: tev.sequence({
        CurrentTime: element(xs.dateTime),
        TerminationTime: element(xs.dateTime),
        NotificationMessage: many(NotificationMessageHolderType, { namespace: wsnt }),
      }),
    }),
    Seek: operation({
      access: "READ_MEDIA",
      spec: "Core 9.1.5",
      action: action("Seek"),
      request: tev
        .sequence({ UtcTime: element(xs.dateTime), Reverse: optional(xs.boolean) })
        .open({ attributes: false }),
      response: tev.sequence({}),
    }),
    SetSynchronizationPoint: operation({
      access: "READ_MEDIA",
      spec: "Core 9.5",
      action: action("SetSynchronizationPoint"),
      request: tev.sequence({}),
      response: tev.sequence({}),
    }),
    Unsubscribe: unsubscribe,
  },
});
