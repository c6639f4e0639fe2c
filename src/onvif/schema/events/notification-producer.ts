import { xs } from "#xml/datatypes";
import { any, element, nillable, optional } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { wsnt, wsntw } from "../namespaces.js";
import { EndpointReferenceType } from "../wsa.js";
import { AbsoluteOrRelativeTimeType, FilterType, TopicExpressionType } from "../wsnt.js";

const action = (message: string): string => `${wsntw.uri}/NotificationProducer/${message}Request`;

/** The basic notification interface (Core §9.3): notifications are sent to an address of the client. */
export const NotificationProducer = declareService({
  namespace: wsntw,
  name: "NotificationProducer",
  version: "1.3",
  operations: {
    Subscribe: operation({
      access: "READ_MEDIA",
      spec: "Core 9.3",
      namespace: wsnt,
      action: action("Subscribe"),
      request: wsnt
        .sequence({
          ConsumerReference: element(EndpointReferenceType),
          Filter: optional(FilterType),
          InitialTerminationTime: nillable(optional(AbsoluteOrRelativeTimeType)),
          SubscriptionPolicy: optional(wsnt.sequence({ Any: any() })),
        })
        .open({ attributes: false }),
      response: wsnt
        .sequence({
          SubscriptionReference: element(EndpointReferenceType),
          CurrentTime: optional(xs.dateTime),
          TerminationTime: nillable(optional(xs.dateTime)),
        })
        .open({ attributes: false }),
    }),
    GetCurrentMessage: operation({
      access: "READ_MEDIA",
      spec: "Core 9.3.2",
      namespace: wsnt,
      action: action("GetCurrentMessage"),
      request: wsnt.sequence({ Topic: element(TopicExpressionType) }).open({ attributes: false }),
      response: wsnt.sequence({}).open({ attributes: false }),
    }),
  },
});
