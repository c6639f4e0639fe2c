import { Authenticator, type OfferedChallenge } from "#wire/digest/authenticator";
import { type BearerError, bearerToken } from "#wire/digest/bearer";
import type { NonceKeeper } from "#wire/digest/nonce";
import { nearTarget } from "#wire/digest/uri-match";
import type { RtspRequest } from "#wire/rtsp/message";
import type { Answer } from "./answer.js";
import { challengesFor } from "./challenges.js";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { RtspAuthentication } from "./options.js";
import { ALL_RIGHTS, type Caller, isAnything } from "./rights.js";

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

/**
 * The answer to a request without the right credentials; undefined when it may go on. As with HTTP (Security §5.3.2), a
 * certificate that names a user counts before all else, and a token before the password.
 */
export function refuseUnauthenticated(
  request: RtspRequest,
  connection: RtspConnection,
  server: ServerContext,
): Answer | undefined {
  const { authenticator, clock, loginFailures, options } = server;
  const { authentication } = options;
  if (!authenticator || !authentication) return undefined;
  const nowMs = clock.monotonic();
  const scope = connection.remoteAddress;
  if (loginFailures.isExcessive(scope, nowMs))
    return { status: 401, headers: challengesFor(connection, server), closes: true };

  connection.caller = undefined;
  const { rights = () => ALL_RIGHTS } = authentication;
  const logIn = (caller: Caller): undefined => void (connection.login = connection.caller = caller);

  const { clientName } = connection;
  if (clientName !== undefined && authentication.certificatesNameUsers?.())
    return authentication.isUser?.(clientName)
      ? logIn({ name: clientName, rights: rights(clientName), byToken: false })
      : { status: 403 };

  const authorization = request.headers.get("Authorization");
  const token = connection.isSecure ? bearerToken(authorization) : undefined;
  const check = token === undefined ? undefined : authentication.bearer?.();
  if (token !== undefined && check) {
    const verdict = check(token);
    if (verdict.outcome === "accepted") return logIn({ name: verdict.name, rights: verdict.rights, byToken: true });
    return refuse(connection, server, { reason: verdict.reason, tokenError: "invalid_token" });
  }

  const verdict = authenticator.verify({
    authorization,
    method: request.method,
    target: request.target,
    nowMs,
    scope,
    from: { peer: scope },
    // A nonce ages between connections, not within one: clients do not look at the answers to their keepalives.
    acceptStale: connection.login !== undefined,
  });
  switch (verdict.outcome) {
    case "accepted":
      return logIn({ name: verdict.username, rights: rights(verdict.username), byToken: false });
    case "missing":
      // Whether a login is needed depends on the stream then.
      return isAnything(authentication.anonymous?.())
        ? undefined
        : { status: 401, headers: challengesFor(connection, server) };
    case "stale":
      return { status: 401, headers: challengesFor(connection, server, { stale: true }) };
    case "refused":
      return refuse(connection, server, verdict);
  }
}

/** Credentials were wrong. The connection stays open at first: ffmpeg and some recorders try several passwords on it. */
function refuse(
  connection: RtspConnection,
  server: ServerContext,
  {
    username,
    reason,
    tokenError,
  }: { readonly username?: string; readonly reason: string; readonly tokenError?: BearerError },
): Answer {
  const { clock, loginFailures, refusals, options } = server;
  const peer = connection.remoteAddress;
  connection.failedLogins++;
  loginFailures.add(peer, clock.monotonic());
  refusals.warn("login refused", { peer, username, reason });
  return {
    status: 401,
    headers: challengesFor(connection, server, tokenError && { tokenError }),
    closes: connection.failedLogins >= options.maxFailedLogins,
  };
}
