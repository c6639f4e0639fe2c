import type { MediaDescription } from "#media/description";
import { ExtendedPath } from "#media/extended-path";
import type { Path } from "#media/path";
import { ReplayPath } from "#media/replay-path";
import type { MediaKind } from "#codec/format";
import { CodedError, Refusal } from "#util/errors";
import { formatSession } from "#wire/rtsp/headers/session";
import { formatTransport, parseTransport, type TransportSpec } from "#wire/rtsp/headers/transport";
import type { RtspRequest } from "#wire/rtsp/message";
import { trackUrl, type TrackToken, type TrackUrl } from "#wire/rtsp/track-url";
import { formatRtspUrl } from "#wire/rtsp/url";
import { negotiate, type Negotiated, type TransportOffer } from "../../negotiate.js";
import { Rejection, type Answer } from "../answer.js";
import type { ClientSession } from "../client-session.js";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import type { Names, StreamLease, StreamRequest } from "../directory.js";
import { openWithin } from "../open-within.js";
import { namesFor } from "../replays.js";
import { isLackOfRight, lacksRight, may } from "../rights.js";
import { demandRoomForReader, demandRoomForSession } from "../room.js";
import { clientKeyIn, clientPackets } from "../security/client-keys.js";
import { keysFor, wantsSrtp } from "../security/policy.js";
import type { KeySet } from "../security/stream-keys.js";
import { RtspSession } from "../session.js";
import { SessionTrack } from "../session-track.js";
import { samePath, setupTargets } from "../setup-target.js";
import { InterleavedTransport } from "../transport/interleaved.js";
import { MulticastPart } from "../transport/multicast-senders.js";
import { SecureTransport } from "../transport/secure.js";
import type { TrackTransport } from "../transport/track-transport.js";
import { UdpTransport } from "../transport/udp.js";
import type { Exchange } from "./exchange.js";
import { keyMgmtOf, type Asked } from "./asked.js";
import { meansBackChannel, setUpBackChannel } from "./setup-back-channel.js";
import { type Meant, wholeStream } from "./whole-stream.js";

type Agreed = Exclude<Negotiated, { readonly lower: undefined }>;

/** Where the tracks of a kind lie in a session's block of ports. */
const SLOTS: Readonly<Record<MediaKind, number>> = { video: 0, audio: 1, metadata: 2 };

/** SETUP (RFC 2326 §10.4): a track of a new session, or one more of an existing one. */
export async function setup({ request, connection, server, session }: Exchange): Promise<Answer> {
  const header = request.headers.all("Transport").join(",");
  if (header === "") throw new Rejection(400, "SETUP without Transport");
  const asked: Asked = {
    specs: parseTransport(header),
    clientKey: clientKeyIn(request.headers),
    isForStream: connection.described?.secret === undefined,
  };
  const targets = setupTargets(request.target, connection.described);
  if (session?.state === "playing" && !addsBackChannel(session, targets, server))
    throw request.headers.get("Session") === undefined
      ? new Rejection(400, "the connection has a session that plays")
      : new Rejection(455, "no track can be added while playing");
  if (session && !(session instanceof RtspSession)) throw new Rejection(455, "the session publishes");
  return session
    ? addTrack(session, targets, asked, connection, server)
    : startSession(targets, asked, connection, server, request);
}

/** A client may begin to talk while it plays. */
const addsBackChannel = (session: ClientSession, targets: readonly TrackUrl[], server: ServerContext): boolean =>
  session instanceof RtspSession && targets.some(({ track }) => meansBackChannel(track, session.lease, server));

async function addTrack(
  session: RtspSession,
  targets: readonly TrackUrl[],
  asked: Asked,
  connection: RtspConnection,
  server: ServerContext,
): Promise<Answer> {
  const target = targets.find(
    ({ base, track }) => samePath(base, session.base) || (base.path === "" && track !== undefined),
  );
  if (!target) throw new Rejection(400, "the session is of another stream");
  const { description, rules } = session.lease;
  const isBack = meansBackChannel(target.track, session.lease, server);
  if (isBack) demandMayTalk(session.request, connection, server);
  const index = isBack ? undefined : trackIndex(target.track, description);
  if (index !== undefined && session.claimed.has(index)) throw new Rejection(400, "the track is set up already");
  const isSecret = wantsSrtp(session.request, connection, server);
  const agreed = agree(specsOf(asked, isBack, isSecret), connection, rules?.transports);
  if (agreed.lower !== session.lower || (agreed.isSecure === true) !== (session.keys !== undefined))
    throw new Rejection(400, "tracks of one session share one transport");
  return index === undefined
    ? setUpBackChannel(session, agreed, asked, server)
    : openTrack(session, index, agreed, asked, server);
}

function demandMayTalk({ name }: StreamRequest, connection: RtspConnection, server: ServerContext): void {
  if (!may("talk", name, connection, server)) throw lacksRight(connection, server);
}

async function startSession(
  targets: readonly TrackUrl[],
  asked: Asked,
  connection: RtspConnection,
  server: ServerContext,
  request: RtspRequest,
): Promise<Answer> {
  const { sessions, options, udp, entropy } = server;
  demandRoomForSession(connection, server);
  const meant = await openFirst(targets, connection, server, namesFor(request, server));
  const { target, opened } = await wholeStream(request, meant, connection, server);
  const { lease, request: stream } = opened;
  let part: MulticastPart | undefined;
  try {
    const { rules } = lease;
    const isBack = meansBackChannel(target.track, lease, server);
    if (isBack) demandMayTalk(stream, connection, server);
    const index = isBack ? undefined : trackIndex(target.track, lease.description);
    const isSecret = wantsSrtp(stream, connection, server);
    const agreed = agree(specsOf(asked, isBack, isSecret), connection, rules?.transports);
    const keys = agreed.isSecure && keysFor(lease, connection, server);
    if (agreed.lower === "UDP-multicast") part = await joinGroup(lease, keys, connection, server);
    if (!connection.isOpen) throw new Rejection(503, "the client has gone");
    demandRoomForSession(connection, server);
    demandRoomForReader(lease.path.name, rules?.maxReaders, connection, server);
    const session = new RtspSession(server, connection, {
      id: entropy.bytes(12).toString("hex"),
      lower: agreed.lower,
      lease: part
        ? readBy(lease, part.path)
        : wantsTimes(stream, lease)
          ? readBy(lease, new ExtendedPath(lease.path))
          : lease,
      request: stream,
      base: target.base,
      ports: part ?? (agreed.lower === "UDP" ? udp.session(connection.localAddress) : undefined),
      username: connection.username,
      keys,
      timeoutSeconds: rules?.sessionTimeoutSeconds ?? options.sessionTimeoutSeconds,
    });
    sessions.add(session);
    connection.session = session;
    try {
      return await (index === undefined
        ? setUpBackChannel(session, agreed, asked, server)
        : openTrack(session, index, agreed, asked, server));
    } catch (error) {
      session.close("set-up failed");
      throw error;
    }
  } catch (error) {
    await part?.close();
    await lease.close();
    throw error;
  }
}

async function joinGroup(
  { path, description }: StreamLease,
  keys: KeySet | undefined,
  { localAddress }: RtspConnection,
  { multicast }: ServerContext,
): Promise<MulticastPart> {
  try {
    return await multicast.join(path, description, localAddress, keys);
  } catch (error) {
    // So that the client tries something else, whatever the system has against it.
    throw error instanceof CodedError ? new Rejection(461, error.message) : error;
  }
}

/** Whether the URL asks for the replay extension on a live stream, as clients of some cameras do: `?onvifreplayext=1`. */
const wantsTimes = ({ parameters }: StreamRequest, { path }: StreamLease): boolean =>
  parameters.get("onvifreplayext") === "1" && !(path instanceof ReplayPath);

/** The lease with another path in front of its own. */
const readBy = (lease: StreamLease, path: Path): StreamLease => ({
  path,
  description: lease.description,
  ...(lease.rules && { rules: lease.rules }),
  ...(lease.backChannel && { backChannel: lease.backChannel }),
  close: () => lease.close(),
});

/** The first reading of the URL under which there is a stream. */
async function openFirst(
  targets: readonly TrackUrl[],
  connection: RtspConnection,
  server: ServerContext,
  names: Names,
): Promise<Meant> {
  let unknown: unknown = new Rejection(404, "no such stream");
  for (const target of targets) {
    try {
      return { target, opened: await openWithin(server, target.base, connection, names) };
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.code === "path-not-found";
      if (!isUnknown && !isLackOfRight(error)) throw error;
      // That a login may help is worth more than that one reading of the URL means nothing.
      if (!isLackOfRight(unknown)) unknown = error;
    }
  }
  throw unknown;
}

/**
 * What is asked for: of the track that the client sends it may say `mode=record`, or `mode=play` as of all; and of a stream
 * whose keys it was told, any profile.
 */
const specsOf = ({ specs }: Asked, isBack: boolean, isSecret: boolean): TransportSpec[] =>
  specs.map(({ mode, ...spec }) => ({
    ...spec,
    ...(mode && !isBack && { mode }),
    ...(isSecret && spec.profile === "RTP/AVP" && { profile: "RTP/SAVP" }),
  }));

function agree(
  specs: readonly TransportSpec[],
  { session, transports }: RtspConnection,
  allowed: TransportOffer = { udp: true, tcp: true, multicast: true },
): Agreed {
  const within = (offer: TransportOffer): TransportOffer => ({
    udp: offer.udp && allowed.udp,
    tcp: offer.tcp && allowed.tcp,
    multicast: offer.multicast === true && allowed.multicast === true,
  });
  const offer = { ...within(transports), secure: transports.secure && within(transports.secure) };
  const agreed = negotiate(specs, offer, session?.channels);
  if (agreed.lower === undefined) throw new Rejection(agreed.status, agreed.reason);
  return agreed;
}

async function openTrack(
  session: RtspSession,
  index: number,
  agreed: Agreed,
  { specs, clientKey, isForStream }: Asked,
  server: ServerContext,
): Promise<Answer> {
  const { lease, base } = session;
  const format = lease.description.tracks[index]?.format;
  if (!format) throw new Rejection(404, "no such track");
  session.claimed.add(index);
  const ssrc = lease.path.ssrc(index);
  const own = clientKey && isForStream && agreed.isSecure && agreed.lower !== "UDP-multicast" && clientKey.key;
  const key = own ? server.keys.under(own, index, ssrc) : session.keys?.[index];
  let transport: TrackTransport | undefined;
  try {
    transport = await openTransport(session, agreed, { index, slot: SLOTS[format.kind] }, server);
    if (key) transport = new SecureTransport(transport, key, clientPackets(key, clientKey));
    if (session.state === "closed") throw new Rejection(454, "the session has ended meanwhile");
  } catch (error) {
    transport?.close();
    session.claimed.delete(index);
    throw error;
  }
  const url = formatRtspUrl(trackUrl(base, index));
  const track = new SessionTrack(index, transport, ssrc, format.clockRate, server.cname);
  session.addTrack(track);
  const mode = specs.some((spec) => spec.mode !== undefined) ? { mode: ["play"] } : {};
  return {
    status: 200,
    headers: [
      ["Session", formatSession(session.id, session.timeoutSeconds)],
      ["Transport", formatTransport({ ...transport.spec, ssrc, ...mode })],
      ...keyMgmtOf(key, url),
    ],
  };
}

async function openTransport(
  session: RtspSession,
  agreed: Agreed,
  { index, slot }: { readonly index: number; readonly slot: number },
  server: ServerContext,
): Promise<TrackTransport> {
  if (agreed.lower === "TCP") return new InterleavedTransport(session.owner.queue, agreed.channels);
  if (agreed.lower === "UDP-multicast") {
    const part = session.ports instanceof MulticastPart ? session.ports : undefined;
    const transport = part?.transport(index, session.remoteAddress);
    if (!transport) throw new Rejection(461, "no multicast for this session");
    return transport;
  }
  if (session.ports instanceof MulticastPart) throw new Rejection(461, "no UDP for this session");
  const { clientPorts } = agreed;
  const release = server.sessions.claimEndpoints(session.remoteAddress, clientPorts);
  if (!release) throw new Rejection(400, "another session sends to these ports");
  try {
    const pair = await session.ports?.sendingPair(slot);
    if (!pair) throw new Rejection(461, "no UDP for this session");
    const { pacing, options } = server;
    return new UdpTransport(pair, session.remoteAddress, clientPorts, release, pacing, options.udp.latching);
  } catch (error) {
    release();
    // So that the client tries TCP, whatever the system has against the ports.
    throw error instanceof CodedError ? new Rejection(461, error.message) : error;
  }
}

/** The index of the track that a URL names; a URL without one means the only track there is. */
function trackIndex(token: TrackToken | undefined, { tracks }: MediaDescription): number {
  const offered = tracks.flatMap(({ direction, format }, index) =>
    direction === "recvonly" ? [{ index, kind: format.kind }] : [],
  );
  if (!token && offered.length > 1) throw new Rejection(459, "SETUP is for one track");
  const found = token
    ? offered.find((one) => ("index" in token ? one.index === token.index : one.kind === token.kind))
    : offered[0];
  if (!found) throw new Rejection(404, "no such track");
  return found.index;
}
