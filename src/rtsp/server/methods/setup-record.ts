import type { MediaKind } from "#codec/format";
import { formatSession } from "#wire/rtsp/headers/session";
import { formatTransport, parseTransport } from "#wire/rtsp/headers/transport";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { formatRtspUrl } from "#wire/rtsp/url";
import { negotiate } from "../../negotiate.js";
import { announcedTrack, type Announced } from "../announced.js";
import { Rejection, type Answer } from "../answer.js";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import { RecordSession } from "../record-session.js";
import { demandRoomForSession } from "../room.js";
import { clientKeyIn, clientPackets } from "../security/client-keys.js";
import { SecureReceiver } from "../transport/secure-receiver.js";
import type { ReceivingTransport } from "../transport/receiving.js";
import { keyMgmtOf } from "./asked.js";
import type { Exchange, Method } from "./exchange.js";
import { openReceiver, type AgreedToReceive } from "./open-receiver.js";
import { setup } from "./setup.js";

/** Where the tracks of a kind lie in a session's block of ports. */
const SLOTS: Readonly<Record<MediaKind, number>> = { video: 0, audio: 1, metadata: 2 };

/** SETUP (RFC 2326 §10.4), of a client that reads or of one that has announced that it publishes. */
export const setupEither: Method = (exchange) => {
  const { session, connection } = exchange;
  const publishes = session ? session instanceof RecordSession : connection.announced !== undefined;
  return publishes ? setupRecord(exchange) : setup(exchange);
};

/** SETUP of an announced track. It must say `mode=record`, since a client that means to read would never get anything. */
async function setupRecord({ request, connection, server, session: existing }: Exchange): Promise<Answer> {
  const session = existing instanceof RecordSession ? existing : undefined;
  const announced = session?.announced ?? connection.announced;
  if (!announced) throw new Rejection(455, "nothing is announced");
  if (session?.state === "recording") throw new Rejection(455, "no track can be added while recording");
  const agreed = agreeToRecord(request.headers.all("Transport").join(","), connection);
  const index = announcedTrack(announced, request.target);
  if (index === undefined) throw new Rejection(404, "no such track is announced");
  if (session?.claimed.has(index)) throw new Rejection(400, "the track is set up already");
  if (session && (agreed.lower !== session.lower || (agreed.isSecure === true) !== session.isSecure))
    throw new Rejection(400, "tracks of one session share one transport");
  const clientKey = agreed.isSecure && (clientKeyIn(request.headers) ?? announced.keys[index]);
  if (agreed.isSecure && !clientKey) throw new Rejection(463, "the client has not told its key");
  if (session) return openTrack(session, index, agreed, clientKey, server);

  const started = startSession(announced, agreed, connection, server);
  try {
    const answer = await openTrack(started, index, agreed, clientKey, server);
    connection.announced = undefined;
    return answer;
  } catch (error) {
    started.close("set-up failed");
    throw error;
  }
}

function agreeToRecord(header: string, { session, transports }: RtspConnection): AgreedToReceive {
  if (header === "") throw new Rejection(400, "SETUP without Transport");
  const specs = parseTransport(header).filter(({ mode }) => mode?.includes("record"));
  if (specs.length === 0) throw new Rejection(400, "SETUP of an announced stream without mode=record");
  const { udp, tcp, secure } = transports;
  const plain = specs.map(({ mode: _mode, ...spec }) => spec);
  const agreed = negotiate(
    plain,
    { udp, tcp, secure: secure && { udp: secure.udp, tcp: secure.tcp } },
    session?.channels,
  );
  if (agreed.lower === undefined) throw new Rejection(agreed.status, agreed.reason);
  if (agreed.lower !== "TCP" && agreed.lower !== "UDP") throw new Rejection(461, "nobody publishes by multicast");
  return agreed;
}

function startSession(
  announced: Announced,
  agreed: AgreedToReceive,
  connection: RtspConnection,
  server: ServerContext,
): RecordSession {
  const { sessions, options, udp, entropy } = server;
  demandRoomForSession(connection, server);
  const session = new RecordSession(server, connection, {
    id: entropy.bytes(12).toString("hex"),
    lower: agreed.lower,
    announced,
    ports: agreed.lower === "UDP" ? udp.session(connection.localAddress) : undefined,
    username: connection.username,
    timeoutSeconds: options.sessionTimeoutSeconds,
    isSecure: agreed.isSecure === true,
  });
  sessions.add(session);
  connection.session = session;
  return session;
}

async function openTrack(
  session: RecordSession,
  index: number,
  agreed: AgreedToReceive,
  clientKey: MikeySrtpKey | undefined,
  server: ServerContext,
): Promise<Answer> {
  const format = session.announced.tracks[index]?.format;
  if (!format) throw new Rejection(404, "no such track is announced");
  session.claimed.add(index);
  // Under another key than the client's: both count their reports from 0.
  const key = clientKey && server.keys.own(index, clientKey.key.suite);
  let transport: ReceivingTransport | undefined;
  try {
    transport = await openReceiver(session, agreed, SLOTS[format.kind], server);
    if (key) transport = new SecureReceiver(transport, key, clientPackets(key, clientKey));
    if (session.state === "closed") throw new Rejection(454, "the session has ended meanwhile");
  } catch (error) {
    transport?.close();
    session.claimed.delete(index);
    throw error;
  }
  session.addTrack(index, format, transport);
  return {
    status: 200,
    headers: [
      ["Session", formatSession(session.id, session.timeoutSeconds)],
      ["Transport", formatTransport({ ...transport.spec, mode: ["record"] })],
      ...keyMgmtOf(key, formatRtspUrl(session.announced.base)),
    ],
  };
}
