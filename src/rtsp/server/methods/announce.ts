import { ok, Rejection, type Answer } from "../answer.js";
import { readAnnounce } from "../announced.js";
import { admit, lacksRight, may } from "../rights.js";
import type { Exchange } from "./exchange.js";

/** ANNOUNCE (RFC 2326 §10.3): what the client will publish. Nothing is reserved by it; the last RECORD counts. */
export async function announce({ request, connection, server, session }: Exchange): Promise<Answer> {
  const { publishing } = server.directory;
  if (!publishing) throw new Rejection(501, "nothing can be published here");
  if (session) throw new Rejection(455, "the connection has a session");
  const type = request.headers.get("Content-Type")?.replace(/\s*;.*$/, "");
  if (type?.toLowerCase() !== "application/sdp") throw new Rejection(400, "ANNOUNCE without application/sdp");
  const announced = readAnnounce(request.target, request.body.toString());
  if (!may("publish", announced.request.name, connection, server)) throw lacksRight(connection, server);
  admit(connection, server);
  await publishing.admit(announced.request);
  connection.announced = announced;
  return ok;
}
