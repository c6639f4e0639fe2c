import { formatSession } from "#wire/rtsp/headers/session";
import { Rejection, type Answer } from "../answer.js";
import { RecordSession } from "../record-session.js";
import type { Exchange } from "./exchange.js";

/** RECORD (RFC 2326 §10.11): from now on the client sends. A second one changes nothing. */
export async function record({ connection, server, session }: Exchange): Promise<Answer> {
  const { publishing } = server.directory;
  if (!publishing) throw new Rejection(501, "nothing can be published here");
  if (!session) throw new Rejection(connection.announced ? 400 : 454, "RECORD without a session");
  if (!(session instanceof RecordSession)) throw new Rejection(455, "the session plays");
  if (!session.isComplete) throw new Rejection(400, "not all announced tracks are set up");
  await session.publish(publishing);
  return {
    status: 200,
    headers: [["Session", formatSession(session.id, session.timeoutSeconds)]],
    after: () => session.record(),
  };
}
