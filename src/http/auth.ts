import type { Clock } from "#host/clock";
import type { Authenticator } from "#wire/digest/authenticator";
import { plain, type WebHandler } from "./web.js";

/**
 * Lets a handler be reached only with credentials that the authenticator accepts (RFC 7616, RFC 7617), of users that
 * `admits` takes: all unless given.
 */
export const withCredentials =
  (
    authenticator: Authenticator,
    clock: Clock,
    handler: WebHandler,
    admits: (username: string) => boolean = () => true,
  ): WebHandler =>
  (request) => {
    const { method, target, peer } = request;
    const nowMs = clock.monotonic();
    const verdict = authenticator.verify({ authorization: request.headers.authorization, method, target, nowMs, peer });
    if (verdict.outcome === "accepted")
      return admits(verdict.username) ? handler(request) : plain(403, "this user may not have it");
    const challenges = authenticator.challenges(nowMs, "", verdict.outcome === "stale");
    return plain(401, "a user name and a password are needed", { "WWW-Authenticate": challenges });
  };
