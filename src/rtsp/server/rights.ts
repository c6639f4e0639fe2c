import { fitsGlob } from "#util/glob";
import { Refusal } from "#util/errors";
import { Rejection } from "./answer.js";
import { challengesFor } from "./authentication.js";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";

/** Patterns of the names of streams, `*` for any characters, that somebody may use. */
export interface StreamRights {
  readonly read: readonly string[];
  readonly publish: readonly string[];
}

/** May play and publish everything. */
export const ALL_RIGHTS: StreamRights = Object.freeze({ read: ["*"], publish: ["*"] });

/** Whether who sends the request in work may do that with the stream of that name. */
export function may(
  action: keyof StreamRights,
  name: string,
  { caller }: Pick<RtspConnection, "caller">,
  { options: { authentication } }: ServerContext,
): boolean {
  if (!authentication) return true;
  const { rights = () => ALL_RIGHTS, anonymous } = authentication;
  const granted = caller === undefined ? anonymous : rights(caller);
  return granted?.[action].some((pattern) => fitsGlob(pattern, name)) === true;
}

/** What is told to a client that lacks a right: with a login, that it does not help; without one, to log in. */
export function lacksRight(connection: RtspConnection, server: ServerContext): Rejection {
  return connection.caller === undefined
    ? new Rejection(401, "a login is needed", challengesFor(connection, server))
    : new Rejection(403, "the user may not do that with this stream");
}

/** Something has been granted: the connection need not be given up for want of a login. */
export function admit(connection: RtspConnection, { halfOpen }: ServerContext): void {
  connection.isAdmitted = true;
  halfOpen.delete(connection);
}

export const isLackOfRight = (error: unknown): boolean =>
  (error instanceof Refusal && error.code === "path-not-allowed") ||
  (error instanceof Rejection && (error.status === 401 || error.status === 403));
