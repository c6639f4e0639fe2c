import { type BearerError, formatBearerChallenge } from "#wire/digest/bearer";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";

/** The challenges for a client, one header line each. */
export function challengesFor(
  { remoteAddress, isSecure }: RtspConnection,
  server: ServerContext,
  { stale = false, tokenError }: { readonly stale?: boolean; readonly tokenError?: BearerError } = {},
): (readonly [string, string])[] {
  const { authenticator, clock, options } = server;
  const offered = authenticator?.challenges(clock.monotonic(), remoteAddress, stale) ?? [];
  const takesTokens = isSecure && options.authentication?.bearer?.() !== undefined;
  const lines = offered.map((value) => ["WWW-Authenticate", value] as const);
  // Behind the others: there are clients that look at the first one alone.
  return takesTokens ? [...lines, tokenChallenge(server, tokenError)] : lines;
}

/** The header line for tokens, with what was wrong with the one that was sent. */
export const tokenChallenge = (
  { authenticator }: ServerContext,
  error: BearerError | undefined,
): readonly [string, string] => ["WWW-Authenticate", formatBearerChallenge(authenticator?.realm ?? "", error)];
