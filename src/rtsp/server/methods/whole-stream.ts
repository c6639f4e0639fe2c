import { ReplayPath } from "#media/replay-path";
import type { RtspRequest } from "#wire/rtsp/message";
import type { TrackUrl } from "#wire/rtsp/track-url";
import type { RtspConnection } from "../connection.js";
import type { ServerContext } from "../context.js";
import type { OpenedStream, StreamLease } from "../directory.js";

/** What the URL of a SETUP means, and the stream that it names. */
export interface Meant {
  readonly target: TrackUrl;
  readonly opened: OpenedStream;
}

/**
 * SETUP of a whole stream that nobody has described to the client: that is how receivers of SAT>IP begin, and with them VLC
 * where it is built without live555. What they expect is a transport stream of all of it. The address of a stream with one
 * track is that track too, for clients that say who they are, as these do not.
 */
export async function wholeStream(
  { headers }: RtspRequest,
  meant: Meant,
  { described }: RtspConnection,
  { directory }: ServerContext,
): Promise<Meant> {
  const { target, opened } = meant;
  const { lease, request } = opened;
  if (target.track || described || lease.path instanceof ReplayPath) return meant;
  const offered = lease.description.tracks.filter(({ direction }) => direction === "recvonly");
  if (offered.length < 2 && headers.get("User-Agent") !== undefined) return meant;
  let whole: StreamLease | undefined;
  try {
    whole = await directory.transportStream?.(request);
  } catch (error) {
    await lease.close();
    throw error;
  }
  if (!whole) return meant;
  await lease.close();
  return { target, opened: { request, lease: whole } };
}
