import type { Clock } from "#host/clock";
import type { Net } from "#host/net";
import { literalAddress, mayCallBack } from "#http/callback-address";
import { post } from "#http/post";
import type { Consumers } from "#onvif/call";

/** Time for a consumer to take a message, in ms. */
const TIMEOUT_MS = 10_000;

/** Whether something may be sent to `address` because a client has asked for it; `anywhere` takes the guard off. */
export const callbackGuard =
  (anywhere: boolean) =>
  (address: string, client: string): boolean =>
    anywhere || mayCallBack(address, client);

/** As above, for a URL; one that holds a name is looked at when it is called. */
export const urlGuard = (mayReach: ReturnType<typeof callbackGuard>) => (url: URL, client: string) => {
  const literal = literalAddress(url);
  return literal === undefined || mayReach(literal, client);
};

export interface ConsumerRules {
  /** Takes the guard off. */
  readonly anywhere: boolean;
  /** Certificates of HTTPS have to be such that an authority vouches for. */
  readonly checkCertificates: boolean;
}

/** Carries notifications to the addresses of clients. */
export function notificationConsumers(
  net: Net,
  clock: Clock,
  { anywhere, checkCertificates }: ConsumerRules,
): Consumers {
  const mayReach = callbackGuard(anywhere);
  return {
    accepts: urlGuard(mayReach),
    post: (url, subscriber, message) =>
      post(net, clock, {
        url,
        ...message,
        timeoutMs: TIMEOUT_MS,
        trust: checkCertificates ? { authorities: undefined } : "any",
        mayConnect: (address) => mayReach(address, subscriber),
      }),
  };
}
