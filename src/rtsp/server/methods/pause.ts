import { formatSession } from "#wire/rtsp/headers/session";
import { Rejection, type Answer } from "../answer.js";
import type { Exchange } from "./exchange.js";

/** PAUSE (RFC 2326 §10.6): the next PLAY goes on with what is live then. */
export function pause({ session }: Exchange): Answer {
  if (!session) throw new Rejection(454, "PAUSE without a session");
  session.pause();
  return { status: 200, headers: [["Session", formatSession(session.id, session.timeoutSeconds)]] };
}
