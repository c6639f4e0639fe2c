import { Authenticator, type OfferedChallenge } from "#wire/digest/authenticator";
import type { NonceKeeper } from "#wire/digest/nonce";
import { nearTarget } from "#wire/digest/uri-match";
import type { RtspRequest } from "#wire/rtsp/message";
import type { Answer } from "./answer.js";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { RtspAuthentication } from "./options.js";

/** Challenges in the order that ffmpeg, GStreamer and live555 all take: SHA-256, then MD5 in its oldest form, then Basic. */
export function rtspAuthenticator(nonces: NonceKeeper, authentication: RtspAuthentication): Authenticator {
  const { realm, password, guard, basic = false, algorithms = () => ["SHA-256", "MD5"] as const } = authentication;
  const challenges = (): readonly OfferedChallenge[] => [
    ...algorithms().map((algorithm): OfferedChallenge => {
      return { scheme: "digest", algorithm, unnamed: algorithm === "MD5" };
    }),
    ...(basic ? [{ scheme: "basic" } as const] : []),
  ];
  return new Authenticator(nonces, {
    realm,
    password,
    uriMatch: nearTarget,
    challenges,
    guard,
  });
}

/** The challenges for a client, one header line each. */
export const challengesFor = (
  { remoteAddress }: RtspConnection,
  { authenticator, clock }: ServerContext,
  stale = false,
): (readonly [string, string])[] =>
  (authenticator?.challenges(clock.monotonic(), remoteAddress, stale) ?? []).map((value) => [
    "WWW-Authenticate",
    value,
  ]);

/** The answer to a request without the right credentials; undefined when it may go on. */
export function refuseUnauthenticated(
  request: RtspRequest,
  connection: RtspConnection,
  server: ServerContext,
): Answer | undefined {
  const { authenticator, clock, loginFailures, options, log } = server;
  if (!authenticator) return undefined;
  const nowMs = clock.monotonic();
  const scope = connection.remoteAddress;
  const challenge = (stale = false): (readonly [string, string])[] => challengesFor(connection, server, stale);
  if (loginFailures.isExcessive(scope, nowMs)) return { status: 401, headers: challenge(), closes: true };

  connection.caller = undefined;
  const verdict = authenticator.verify({
    authorization: request.headers.get("Authorization"),
    method: request.method,
    target: request.target,
    nowMs,
    scope,
    peer: scope,
    // A nonce ages between connections, not within one: clients do not look at the answers to their keepalives.
    acceptStale: connection.username !== undefined,
  });
  switch (verdict.outcome) {
    case "accepted":
      connection.username = connection.caller = verdict.username;
      return undefined;
    case "missing":
      // Whether a login is needed depends on the stream then.
      return options.authentication?.anonymous ? undefined : { status: 401, headers: challenge() };
    case "stale":
      return { status: 401, headers: challenge(true) };
    case "refused":
      // The connection stays open at first: ffmpeg and some recorders try several passwords on it.
      connection.failedLogins++;
      loginFailures.add(scope, nowMs);
      log.warn("login refused", { peer: scope, username: verdict.username, reason: verdict.reason });
      return { status: 401, headers: challenge(), closes: connection.failedLogins >= options.maxFailedLogins };
  }
}
