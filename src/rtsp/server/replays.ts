import type { RtspRequest } from "#wire/rtsp/message";
import { Rejection } from "./answer.js";
import type { ServerContext } from "./context.js";
import type { Names, ReplayLease, StreamDirectory, StreamRequest } from "./directory.js";
import { REPLAY_TAG, requires } from "./methods/feature-tags.js";

/** The refusal of a client that requires the replay of a stream which has no recording. */
export const notReplayable = (): Rejection =>
  new Rejection(551, "the stream cannot be replayed", [["Unsupported", REPLAY_TAG]]);

/** Where the stream of a DESCRIBE or SETUP is looked for: among the recordings when the request requires replay. */
export const namesFor = (request: RtspRequest, { directory }: ServerContext): Names =>
  requires(request, REPLAY_TAG) ? recordingsOf(directory) : directory;

/** The recordings behind the streams of a directory (Streaming §6.1); 551 for a stream without one. */
const recordingsOf = (directory: StreamDirectory): Names => ({
  alias: (request) => directory.alias?.(request),
  async open(request: StreamRequest): Promise<ReplayLease> {
    const lease = await directory.replay?.(request, "recording");
    if (lease) return lease;
    // Throws when there is no such stream at all.
    await (await directory.open(request)).close();
    throw notReplayable();
  },
});
