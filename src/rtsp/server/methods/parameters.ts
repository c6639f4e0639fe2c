import { formatSession } from "#wire/rtsp/headers/session";
import type { Answer } from "../answer.js";
import type { ClientSession } from "../client-session.js";
import type { Exchange } from "./exchange.js";

/**
 * GET_PARAMETER (RFC 2326 §10.8): the keepalive of most clients, so it is 200 also for names that nobody has set;
 * those are left out.
 */
export function getParameter({ request, connection, session }: Exchange): Answer {
  const body = (session ?? connection).parameters.get(request.body.toString());
  const headers = sessionHeaders(session);
  return body === ""
    ? { status: 200, headers }
    : { status: 200, headers: [...headers, ["Content-Type", "text/parameters"]], body };
}

/** SET_PARAMETER (RFC 2326 §10.9): remembered, without any effect. */
export function setParameter({ request, connection, session }: Exchange): Answer {
  (session ?? connection).parameters.set(request.body.toString());
  return { status: 200, headers: sessionHeaders(session) };
}

const sessionHeaders = (session: ClientSession | undefined): (readonly [string, string])[] =>
  session ? [["Session", formatSession(session.id, session.timeoutSeconds)]] : [];
