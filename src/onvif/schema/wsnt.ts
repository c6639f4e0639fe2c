import { xs } from "#xml/datatypes";
import { any, attribute, element, type Infer, optional, union } from "#xml/schema";
import { tns1, wsnt } from "./namespaces.js";
import { EndpointReferenceType } from "./wsa.js";

/** Types of WS-BaseNotification that ONVIF messages contain. */

/**
 * Topic expressions and message content expressions, kept as they were read: their text contains prefixes that only
 * the element can resolve.
 */
export const FilterType = wsnt.sequence({ Any: any() });
export interface FilterType extends Infer<typeof FilterType> {}

/** An instant, or a time from now on in ms. */
export const AbsoluteOrRelativeTimeType = union(
  xs.dateTime,
  xs.duration,
  (value): value is Date => value instanceof Date,
);
export type AbsoluteOrRelativeTimeType = Infer<typeof AbsoluteOrRelativeTimeType>;

export const TopicExpressionType = wsnt
  .sequence({ Any: any({ max: 1 }), Dialect: attribute(xs.anyURI) })
  .open({ elements: false })
  .mixed(tns1);
export interface TopicExpressionType extends Infer<typeof TopicExpressionType> {}

/** A notification on its way; `Message` holds a tt:Message. */
export const NotificationMessageHolderType = wsnt
  .sequence({
    SubscriptionReference: optional(EndpointReferenceType),
    Topic: optional(TopicExpressionType),
    ProducerReference: optional(EndpointReferenceType),
    Message: element(wsnt.sequence({ Any: any({ min: 1, max: 1 }) })),
  })
  .kept();
export interface NotificationMessageHolderType extends Infer<typeof NotificationMessageHolderType> {}
