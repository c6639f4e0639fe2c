import { RelayEpoch } from "#media/relay-timeline";
import { formatSession } from "#wire/rtsp/headers/session";
import { formatTransport } from "#wire/rtsp/headers/transport";
import type { TrackToken } from "#wire/rtsp/track-url";
import type { Negotiated } from "../../negotiate.js";
import { Rejection, type Answer } from "../answer.js";
import { BackTrack, backTrackIndex } from "../back-track.js";
import type { ServerContext } from "../context.js";
import { backChannelOf, type StreamLease } from "../directory.js";
import { clientPackets } from "../security/client-keys.js";
import type { RtspSession } from "../session.js";
import { MulticastPart } from "../transport/multicast-senders.js";
import { SecureReceiver } from "../transport/secure-receiver.js";
import type { ReceivingTransport } from "../transport/receiving.js";
import { keyMgmtOf, type Asked } from "./asked.js";
import { openReceiver } from "./open-receiver.js";

type Agreed = Exclude<Negotiated, { readonly lower: undefined }>;

/** Where the back channel lies in a session's block of ports. */
const SLOT = 3;

/** Whether a track's URL means the back channel. A client that has not required it may use what it knows of before. */
export const meansBackChannel = (
  token: TrackToken | undefined,
  lease: Pick<StreamLease, "description" | "backChannel">,
  { directory }: ServerContext,
): boolean =>
  backChannelOf(lease, directory) !== undefined &&
  token !== undefined &&
  "index" in token &&
  token.index === backTrackIndex(lease.description);

/** SETUP of the back channel: the one track that the client sends. While somebody else has it, it is 453. */
export async function setUpBackChannel(
  session: RtspSession,
  agreed: Agreed,
  { specs, clientKey }: Asked,
  server: ServerContext,
): Promise<Answer> {
  const backChannel = backChannelOf(session.lease, server.directory);
  const index = backTrackIndex(session.lease.description);
  if (!backChannel) throw new Rejection(404, "there is no back channel");
  if (session.claimed.has(index)) throw new Rejection(400, "the track is set up already");
  const talk = backChannel.take({ username: session.username, address: session.remoteAddress });
  session.claimed.add(index);
  const key = session.keys?.[index];
  let transport: ReceivingTransport | undefined;
  try {
    transport = await openTransport(session, agreed, server);
    if (key) transport = new SecureReceiver(transport, key, clientPackets(key, clientKey));
    if (session.state === "closed") throw new Rejection(454, "the session has ended meanwhile");
  } catch (error) {
    transport?.close();
    talk.end("set-up failed", { packets: 0, lost: 0 });
    session.claimed.delete(index);
    throw error;
  }
  const { clock, entropy, cname } = server;
  session.addBackTrack(
    new BackTrack({
      index,
      formats: backChannel.formats,
      transport,
      talk,
      receiver: { ssrc: key?.ssrc ?? entropy.bytes(4).readUInt32BE(), cname },
      epoch: new RelayEpoch(clock.monotonic(), clock.now()),
    }),
  );
  const mode = specs.find((spec) => spec.mode !== undefined)?.mode;
  return {
    status: 200,
    headers: [
      ["Session", formatSession(session.id, session.timeoutSeconds)],
      ["Transport", formatTransport({ ...transport.spec, ...(mode && { mode }) })],
      ...keyMgmtOf(key, session.request.name),
    ],
  };
}

function openTransport(session: RtspSession, agreed: Agreed, server: ServerContext): Promise<ReceivingTransport> {
  const { owner, remoteAddress, ports } = session;
  if (agreed.lower === "UDP-multicast" || ports instanceof MulticastPart)
    throw new Rejection(461, "the back channel does not go by multicast");
  return openReceiver({ owner, remoteAddress, ports }, agreed, SLOT, server);
}
