import { ReplayPath } from "#media/replay-path";
import { parseTokens } from "#wire/rtsp/headers/tokens";
import { trackReadings } from "#wire/rtsp/track-url";
import { formatRtspUrl, parseRtspUrl, type RtspUrl } from "#wire/rtsp/url";
import type { MulticastTarget } from "../../multicast-groups.js";
import { describeSession } from "../../session-description.js";
import { Rejection, type Answer } from "../answer.js";
import { backTrackIndex } from "../back-track.js";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import { backChannelOf, type StreamLease, type StreamRequest } from "../directory.js";
import { openWithin } from "../open-within.js";
import { namesFor } from "../replays.js";
import { may } from "../rights.js";
import type { KeySet } from "../security/stream-keys.js";
import { wantsSrtp } from "../security/policy.js";
import type { Exchange } from "./exchange.js";
import { BACK_CHANNEL_TAG, REPLAY_TAG, requires } from "./feature-tags.js";

/** DESCRIBE (RFC 2326 §10.2). */
export async function describe({ request, connection, server }: Exchange): Promise<Answer> {
  const accepted = parseTokens(request.headers.all("Accept")).map((type) => type.replace(/\s*;.*$/, "").toLowerCase());
  if (accepted.length > 0 && !accepted.some((type) => ["application/sdp", "application/*", "*/*"].includes(type)))
    throw new Rejection(406, "only application/sdp can be had");

  const base = presentationUrl(request.target, connection);
  const names = namesFor(request, server);
  // Keys are of packets that are still to come.
  const known = server.known.over(names, (stream) => !wantsSrtp(stream, connection, server));
  const isReplay = requires(request, REPLAY_TAG);
  const { lease, request: stream } = await openWithin(server, base, connection, isReplay ? names : known);
  try {
    if (stream.parameters.size > 0)
      connection.log.info("stream asked for with parameters", {
        path: stream.name,
        parameters: Object.fromEntries(stream.parameters),
      });
    const { description, path } = lease;
    const talks = requires(request, BACK_CHANNEL_TAG);
    const backChannel = backChannelOf(lease, server.directory);
    if (talks && !backChannel)
      throw new Rejection(551, "the stream has no back channel", [["Unsupported", BACK_CHANNEL_TAG]]);
    const secret = wantsSrtp(stream, connection, server)
      ? { path, keys: server.keys.current(path, description.tracks.length) }
      : undefined;
    connection.described = { base, tracks: backTrackIndex(description) + 1, secret };
    const sessionId = description.tracks.length > 0 ? path.ssrc(0) : 0;
    const body = describeSession({
      description,
      base,
      sessionId,
      localAddress: connection.localAddress,
      // Who may not talk plays without it, as clients set up all that is described.
      backChannel: talks && may("talk", stream.name, connection, server) ? backChannel?.formats : undefined,
      groups: groupsFor(lease, stream, connection, server, secret?.keys),
      keys: secret?.keys,
      recording: path instanceof ReplayPath ? path : undefined,
    });
    return {
      status: 200,
      headers: [
        ["Content-Type", "application/sdp"],
        ["Content-Base", contentBase(base)],
      ],
      body,
    };
  } finally {
    // Paths run on for a while after their last reader, so that SETUP finds this one ready.
    await lease.close();
  }
}

/**
 * The groups, for clients that want to be told here: VLC, those who got the stream's address for multicast, and those who
 * can have nothing else. Others would take a group in `c=` for an order to listen there.
 */
function groupsFor(
  { path, description, rules }: StreamLease,
  { parameters }: StreamRequest,
  { transports, localAddress }: RtspConnection,
  { multicast }: ServerContext,
  keys: KeySet | undefined,
): readonly (MulticastTarget | undefined)[] | undefined {
  const allowed = rules?.transports ?? { udp: true, tcp: true, multicast: true };
  const offer = keys ? transports.secure : transports;
  if (offer?.multicast !== true || allowed.multicast !== true) return undefined;
  const isOnly = !(offer.udp && allowed.udp) && !(offer.tcp && allowed.tcp);
  const isWanted = parameters.has("vlcmulticast") || parameters.get("t") === "multicast";
  return isOnly || isWanted ? multicast.targets(path, description, localAddress, keys) : undefined;
}

/** The target without a final slash; a path alone is completed with the address that the client has reached. */
function presentationUrl(
  target: string,
  { localAddress, localPort, carrier }: Pick<RtspConnection, "localAddress" | "localPort" | "carrier">,
): RtspUrl {
  const url = parseRtspUrl(target);
  const base = trackReadings(url).at(-1)?.base ?? url;
  if (base.scheme !== undefined) return base;
  const host = localAddress.includes(":") ? `[${localAddress}]` : localAddress;
  return { ...base, scheme: carrier === "rtsps" ? "rtsps" : "rtsp", authority: `${host}:${localPort}` };
}

/** For clients that pass over absolute controls: with a final slash and without the query. */
function contentBase(base: RtspUrl): string {
  const url = formatRtspUrl({ ...base, query: undefined });
  return url.endsWith("/") ? url : `${url}/`;
}
