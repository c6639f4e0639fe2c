import { parseSessionId } from "#wire/rtsp/headers/session";
import type { RtspRequest } from "#wire/rtsp/message";
import { parseRtspUrl } from "#wire/rtsp/url";
import { Rejection, type Answer } from "../answer.js";
import { refuseUnauthenticated } from "../authentication.js";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import type { ClientSession } from "../client-session.js";
import { announce } from "./announce.js";
import { describe } from "./describe.js";
import type { Exchange, Method } from "./exchange.js";
import { unsupportedTags } from "./feature-tags.js";
import { getParameter, setParameter } from "./parameters.js";
import { pause } from "./pause.js";
import { play } from "./play.js";
import { record } from "./record.js";
import { setupEither } from "./setup-record.js";
import { teardown } from "./teardown.js";

interface MethodRules {
  readonly run: Method;
  /** May the target be `*`? */
  readonly anyTarget?: boolean;
  /** Whether credentials are needed: never, on each request, or until the connection has proved a password. */
  readonly credentials: "never" | "always" | "once";
  /** Only for clients that publish. */
  readonly publishes?: boolean;
}

const options: Method = ({ server }) => ({ status: 200, headers: [["Public", publicMethods(server)]] });

const METHODS: ReadonlyMap<string, MethodRules> = new Map<string, MethodRules>([
  ["OPTIONS", { run: options, anyTarget: true, credentials: "never" }],
  ["DESCRIBE", { run: describe, credentials: "always" }],
  ["SETUP", { run: setupEither, credentials: "always" }],
  ["PLAY", { run: play, credentials: "always" }],
  ["PAUSE", { run: pause, credentials: "always" }],
  ["TEARDOWN", { run: teardown, credentials: "always" }],
  ["GET_PARAMETER", { run: getParameter, anyTarget: true, credentials: "once" }],
  ["SET_PARAMETER", { run: setParameter, anyTarget: true, credentials: "once" }],
  ["ANNOUNCE", { run: announce, credentials: "always", publishes: true }],
  ["RECORD", { run: record, credentials: "always", publishes: true }],
]);

/** What the Public header lists (RFC 2326 §10.1). */
const publicMethods = (server: ServerContext): string =>
  [...METHODS].flatMap(([name, rules]) => (isOffered(rules, server) ? [name] : [])).join(", ");

const notImplemented = (server: ServerContext): Rejection =>
  new Rejection(501, "method is not implemented", [["Public", publicMethods(server)]]);

const isOffered = ({ publishes = false }: MethodRules, { directory }: ServerContext): boolean =>
  !publishes || directory.publishing !== undefined;

/**
 * Answers one request. The order of the checks: what makes it no request at all, what no client may ask, who asks, and
 * only then what it is about.
 */
export function handleRequest(
  request: RtspRequest,
  connection: RtspConnection,
  server: ServerContext,
): Answer | Promise<Answer> {
  if (!/^\d{1,10}$/.test(request.headers.get("CSeq") ?? "")) return { status: 400, closes: true };
  if (!request.version.startsWith("1.")) throw new Rejection(505, "another version of RTSP");
  const rules = METHODS.get(request.method);
  if (!rules) throw notImplemented(server);
  if (!(rules.anyTarget === true && request.target === "*")) parseRtspUrl(request.target);

  const unsupported = unsupportedTags(request, server);
  if (unsupported.length > 0)
    throw new Rejection(551, "unknown option is required", [["Unsupported", unsupported.join(", ")]]);

  const mayPass = rules.credentials === "never" || (rules.credentials === "once" && connection.login !== undefined);
  const refusal = mayPass ? undefined : refuseUnauthenticated(request, connection, server);
  if (refusal) return refusal;
  if (!server.authenticator || connection.login) server.halfOpen.delete(connection);

  const session = findSession(request, connection, server);
  if (!isOffered(rules, server)) throw notImplemented(server);
  if (request.method !== "TEARDOWN") session?.touch();
  return rules.run({ request, connection, server, session } satisfies Exchange);
}

function findSession(
  request: RtspRequest,
  connection: RtspConnection,
  server: ServerContext,
): ClientSession | undefined {
  const header = request.headers.get("Session");
  if (header === undefined) return connection.session;
  const session = server.sessions.get(parseSessionId(header));
  if (!session || session.remoteAddress !== connection.remoteAddress) throw new Rejection(454, "no such session");
  if (session.owner === connection) return session;
  // The media of an interleaved session cannot change the connection.
  if (session.lower === "TCP") throw new Rejection(400, "the session belongs to another connection");
  session.moveTo(connection);
  connection.session = session;
  return session;
}
