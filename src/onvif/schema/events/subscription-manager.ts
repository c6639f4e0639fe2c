import { xs } from "#xml/datatypes";
import { element, nillable, optional } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { wsnt, wsntw } from "../namespaces.js";
import { AbsoluteOrRelativeTimeType } from "../wsnt.js";

type PortType = "SubscriptionManager" | "PausableSubscriptionManager";

const action = (portType: PortType, message: string): string => `${wsntw.uri}/${portType}/${message}Request`;
const empty = wsnt.sequence({}).open({ attributes: false });

const renew = (portType: PortType) =>
  operation({
    access: "READ_MEDIA",
    spec: "Core 9.1.3",
    namespace: wsnt,
    action: action(portType, "Renew"),
    request: wsnt
      .sequence({ TerminationTime: nillable(element(AbsoluteOrRelativeTimeType)) })
      .open({ attributes: false }),
    response: wsnt
      .sequence({ TerminationTime: nillable(element(xs.dateTime)), CurrentTime: optional(xs.dateTime) })
      .open({ attributes: false }),
  });

/** An operation without arguments or answer. */
const plain = (portType: PortType, name: string, spec: string) =>
  operation({
    access: "READ_MEDIA",
    spec,
    namespace: wsnt,
    action: action(portType, name),
    request: empty,
    response: empty,
  });

/** Ends a subscription of whatever kind. */
export const unsubscribe = plain("SubscriptionManager", "Unsubscribe", "Core 9.1.4");

/** What every subscription is asked, at its own address (WS-BaseNotification 1.3 §6.1). */
export const SubscriptionManager = declareService({
  namespace: wsntw,
  name: "SubscriptionManager",
  version: "1.3",
  operations: { Renew: renew("SubscriptionManager"), Unsubscribe: unsubscribe },
});

/** The same, and a rest for a subscription (WS-BaseNotification 1.3 §6.2). */
export const PausableSubscriptionManager = declareService({
  namespace: wsntw,
  name: "PausableSubscriptionManager",
  version: "1.3",
  operations: {
    Renew: renew("PausableSubscriptionManager"),
    Unsubscribe: plain("PausableSubscriptionManager", "Unsubscribe", "Core 9.1.4"),
    PauseSubscription: plain("PausableSubscriptionManager", "PauseSubscription", "WS-BaseNotification 6.2.1"),
    ResumeSubscription: plain("PausableSubscriptionManager", "ResumeSubscription", "WS-BaseNotification 6.2.2"),
  },
});
