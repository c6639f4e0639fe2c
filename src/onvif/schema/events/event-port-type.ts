import { xs } from "#xml/datatypes";
import { any, element, many, nillable, optional, some } from "#xml/schema";
import { declareService, operation } from "../../operation.js";
import { tev, wsnt, wstop } from "../namespaces.js";
import { EndpointReferenceType } from "../wsa.js";
import { AbsoluteOrRelativeTimeType, FilterType } from "../wsnt.js";
import { TopicSetType } from "../wstop.js";
import { Capabilities, EventBrokerConfig } from "./types.js";

const action = (message: string): string => `${tev.uri}/EventPortType/${message}Request`;

/** The event service (ver10), as far as it is asked at its own address. */
export const EventPortType = declareService({
  namespace: tev,
  name: "EventPortType",
  version: "24.12",
  operations: {
    GetServiceCapabilities: operation({
      access: "PRE_AUTH",
      spec: "Core 9.8",
      action: action("GetServiceCapabilities"),
      request: tev.sequence({}),
      response: tev.sequence({ Capabilities: element(Capabilities) }),
    }),
    CreatePullPointSubscription: operation({
      access: "READ_MEDIA",
      spec: "Core 9.1.1",
      action: action("CreatePullPointSubscription"),
      request: tev
        .sequence({
          Filter: optional(FilterType),
          InitialTerminationTime: nillable(optional(AbsoluteOrRelativeTimeType)),
          SubscriptionPolicy: optional(tev.sequence({ Any: any() })),
        })
        .open({ attributes: false }),
      response: tev
        .sequence({
          SubscriptionReference: element(EndpointReferenceType),
          CurrentTime: element(xs.dateTime, { namespace: wsnt }),
          TerminationTime: nillable(element(xs.dateTime, { namespace: wsnt })),
        })
        .open({ attributes: false }),
    }),
    GetEventProperties: operation({
      access: "READ_MEDIA",
      spec: "Core 9.7",
      action: action("GetEventProperties"),
      request: tev.sequence({}),
      response: tev
        .sequence({
          TopicNamespaceLocation: some(xs.anyURI),
          FixedTopicSet: element(xs.boolean, { namespace: wsnt }),
          TopicSet: element(TopicSetType, { namespace: wstop }),
          TopicExpressionDialect: some(xs.anyURI, { namespace: wsnt }),
          MessageContentFilterDialect: some(xs.anyURI),
          ProducerPropertiesFilterDialect: many(xs.anyURI),
          MessageContentSchemaLocation: some(xs.anyURI),
        })
        .open({ attributes: false }),
    }),
    AddEventBroker: operation({
      access: "WRITE_SYSTEM",
      spec: "Core 9.12.2",
      action: action("AddEventBroker"),
      request: tev.sequence({ EventBroker: element(EventBrokerConfig) }),
      response: tev.sequence({}),
    }),
    DeleteEventBroker: operation({
      access: "WRITE_SYSTEM",
      spec: "Core 9.12.3",
      action: action("DeleteEventBroker"),
      request: tev.sequence({ Address: element(xs.anyURI) }),
      response: tev.sequence({}),
    }),
    GetEventBrokers: operation({
      access: "READ_MEDIA",
      spec: "Core 9.12.4",
      action: action("GetEventBrokers"),
      request: tev.sequence({ Address: optional(xs.anyURI) }),
      response: tev.sequence({ EventBroker: many(EventBrokerConfig) }),
    }),
  },
});
