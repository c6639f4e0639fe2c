import { ok, Rejection, type Answer } from "../answer.js";
import type { Exchange } from "./exchange.js";

/** TEARDOWN (RFC 2326 §10.7): ends the session whichever of its URLs is named. No media follows the answer. */
export function teardown({ session }: Exchange): Answer {
  if (!session) throw new Rejection(454, "TEARDOWN without a session");
  session.close("teardown");
  return ok;
}
