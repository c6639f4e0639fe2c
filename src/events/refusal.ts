import { type Facts, Refusal } from "#util/errors";

/** Why a subscription is refused something; the comment names the fault that the specifications give for it. */
export type EventRefusalCode =
  | "subscription-unknown" // wsrf-r:ResourceUnknownFault
  | "too-many-subscriptions" // wsnt:SubscribeCreationFailedFault
  | "unacceptable-life" // wsnt:Unacceptable(Initial)TerminationTimeFault; context: minMs, maxMs
  | "pull-too-long" // tev:PullMessagesFaultResponse; context: maxMs, maxMessages
  | "pull-already-waits"; // wsnt:UnableToGetMessagesFault

export const eventRefusal = (code: EventRefusalCode, message: string, facts: Facts = {}): Refusal =>
  new Refusal(code, message, facts);
