import type { Clock } from "#host/clock";
import type { Net } from "#host/net";
import { literalAddress, mayCallBack } from "#http/callback-address";
import { post } from "#http/post";
import type { Consumers } from "#onvif/call";

/** Time for a consumer to take a message, in ms. */
const TIMEOUT_MS = 10_000;

/** Carries notifications to the addresses of clients; `anywhere` takes the guard off. */
export function notificationConsumers(net: Net, clock: Clock, anywhere: boolean): Consumers {
  const mayReach = (address: string, subscriber: string): boolean => anywhere || mayCallBack(address, subscriber);
  return {
    accepts: (url, subscriber) => {
      const literal = literalAddress(url);
      return literal === undefined || mayReach(literal, subscriber);
    },
    post: (url, subscriber, message) =>
      post(net, clock, {
        url,
        ...message,
        timeoutMs: TIMEOUT_MS,
        mayConnect: (address) => mayReach(address, subscriber),
      }),
  };
}
