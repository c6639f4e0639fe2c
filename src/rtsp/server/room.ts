import { Rejection } from "./answer.js";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";

/** Refuses one session too many with 453, and says in the log which limit that is. */
export function demandRoomForSession(connection: RtspConnection, { sessions, options, refusals }: ServerContext): void {
  const { maxSessions, maxSessionsPerAddress } = options;
  const { remoteAddress: peer } = connection;
  const refuse = (reason: string, limit: number): never => {
    refusals.warn(`session refused: ${reason}`, { peer, limit });
    throw new Rejection(453, reason);
  };
  if (sessions.size >= maxSessions) refuse("too many sessions", maxSessions);
  if (maxSessionsPerAddress < Infinity && sessions.countFrom(peer) >= maxSessionsPerAddress)
    refuse("too many sessions from this address", maxSessionsPerAddress);
}

/** Refuses one reader of a path too many with 453. `ownLimit` is that of the stream. */
export function demandRoomForReader(
  path: string,
  ownLimit: number | undefined,
  connection: RtspConnection,
  { sessions, options, refusals }: ServerContext,
): void {
  const limit = Math.min(options.maxReadersPerPath, ownLimit ?? Infinity);
  if (limit === Infinity || sessions.readersOf(path) < limit) return;
  refusals.warn("session refused: too many readers of the stream", { peer: connection.remoteAddress, path, limit });
  throw new Rejection(453, "too many readers of this stream");
}
