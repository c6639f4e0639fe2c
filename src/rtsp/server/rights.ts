import { fitsGlob } from "#util/glob";
import { Refusal } from "#util/errors";
import { Rejection } from "./answer.js";
import { challengesFor, tokenChallenge } from "./challenges.js";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";

/** Patterns of the names of streams, `*` for any characters, that somebody may use. */
export interface StreamRights {
  readonly read: readonly string[];
  readonly publish: readonly string[];
  /** With which somebody may talk while playing them; those of `read` unless given. */
  readonly talk?: readonly string[];
}

/** Who sends a request, after a login. */
export interface Caller {
  /** A token need not have one. */
  readonly name: string | undefined;
  readonly rights: StreamRights;
  /** It was a token that proved it. */
  readonly byToken: boolean;
}

/** May play, publish and talk to everything. */
export const ALL_RIGHTS: StreamRights = Object.freeze({ read: ["*"], publish: ["*"] });

/** Whether who sends the request in work may do that with the stream of that name. */
export function may(
  action: keyof StreamRights,
  name: string,
  { caller }: Pick<RtspConnection, "caller">,
  { options: { authentication } }: ServerContext,
): boolean {
  if (!authentication) return true;
  const granted = caller ? caller.rights : authentication.anonymous?.();
  const patterns = action === "talk" ? (granted?.talk ?? granted?.read) : granted?.[action];
  return patterns?.some((pattern) => fitsGlob(pattern, name)) === true;
}

/** Whether something may be done with some stream. */
export const isAnything = (rights: StreamRights | undefined): boolean =>
  rights !== undefined && [rights.read, rights.publish, rights.talk ?? []].some(({ length }) => length > 0);

/** What is told to a client that lacks a right: with a login, that it does not help; without one, to log in. */
export function lacksRight(connection: RtspConnection, server: ServerContext): Rejection {
  const { caller } = connection;
  if (!caller) return new Rejection(401, "a login is needed", challengesFor(connection, server));
  const challenges = caller.byToken ? [tokenChallenge(server, "insufficient_scope")] : [];
  return new Rejection(403, "the user may not do that with this stream", challenges);
}

/** Something has been granted: the connection need not be given up for want of a login. */
export function admit(connection: RtspConnection, { halfOpen }: ServerContext): void {
  connection.isAdmitted = true;
  halfOpen.delete(connection);
}

export const isLackOfRight = (error: unknown): boolean =>
  (error instanceof Refusal && error.code === "path-not-allowed") ||
  (error instanceof Rejection && (error.status === 401 || error.status === 403));
