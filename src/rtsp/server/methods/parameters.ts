import { formatSession } from "#wire/rtsp/headers/session";
import { Rejection, type Answer } from "../answer.js";
import type { ClientSession } from "../client-session.js";
import { changeKeys, type KeyedTrack, MIKEY_PARAMETER, tellKeys } from "../security/keyed-track.js";
import { setupTargets } from "../setup-target.js";
import type { Exchange } from "./exchange.js";

/**
 * GET_PARAMETER (RFC 2326 §10.8): the keepalive of most clients, so it is 200 also for names that nobody has set;
 * those are left out. `mikey` is the key of the tracks (Streaming §8.2.3).
 */
export function getParameter(exchange: Exchange): Answer {
  const { request, connection, session } = exchange;
  const asked = request.body.toString();
  const keys = namesOf(asked).includes(MIKEY_PARAMETER) ? tellKeys(meantTracks(exchange)) : "";
  const body = `${keys}${(session ?? connection).parameters.get(asked)}`;
  const headers = sessionHeaders(session);
  return body === ""
    ? { status: 200, headers }
    : { status: 200, headers: [...headers, ["Content-Type", "text/parameters"]], body };
}

/** SET_PARAMETER (RFC 2326 §10.9): remembered, without any effect; but `mikey` is a new key (Streaming §8.2.2). */
export function setParameter(exchange: Exchange): Answer {
  const { request, connection, session } = exchange;
  const lines = request.body.toString().split(/\r?\n/);
  const isKey = (line: string): boolean => nameOf(line) === MIKEY_PARAMETER;
  const key = lines.find(isKey);
  if (key !== undefined) changeKeys(meantTracks(exchange), key.slice(key.indexOf(":") + 1).trim());
  (session ?? connection).parameters.set(lines.filter((line) => !isKey(line)).join("\r\n"));
  return { status: 200, headers: sessionHeaders(session) };
}

const nameOf = (line: string): string => line.replace(/:.*$/, "").trim().toLowerCase();
const namesOf = (body: string): string[] => body.split(/\r?\n/).map(nameOf);

/** The track that the target names, else all of the session. Keys are told and taken under TLS only (RFC 4567 §9). */
function meantTracks({ request, connection, session }: Exchange): readonly KeyedTrack[] {
  if (!session || !connection.transports.secure) throw new Rejection(463, "nothing is protected here");
  const { keyed } = session;
  if (request.target === "*") return keyed;
  const tokens = setupTargets(request.target, connection.described).map(({ track }) => track);
  const named = keyed.filter(({ index }) => tokens.some((token) => token && "index" in token && token.index === index));
  return named.length > 0 ? named : keyed;
}

const sessionHeaders = (session: ClientSession | undefined): (readonly [string, string])[] =>
  session ? [["Session", formatSession(session.id, session.timeoutSeconds)]] : [];
