import type { RtspRequest } from "#wire/rtsp/message";
import { Rejection } from "./answer.js";
import type { ServerContext } from "./context.js";
import type { Names, StreamDirectory, StreamLease, StreamRequest } from "./directory.js";
import { REPLAY_TAG, requires } from "./methods/feature-tags.js";

/** The refusal of a client that requires the replay of a stream which has no recording. */
export const notReplayable = (): Rejection =>
  new Rejection(551, "the stream cannot be replayed", [["Unsupported", REPLAY_TAG]]);

/** Parameter of a URL that asks for the recording, for clients that do not require what they use (GStreamer 1.22). */
const PARAMETER = "replay";

/**
 * Where the stream of a DESCRIBE or SETUP is looked for: among the recordings (Streaming §6.1) when the request requires
 * replay or the URL asks for it. 551 for a stream that has none.
 */
export const namesFor = (request: RtspRequest, { directory }: ServerContext): Names => ({
  alias: (asked) => directory.alias?.(asked),
  open: (asked) => {
    const isRecording = requires(request, REPLAY_TAG) || (directory.replay && asked.parameters.has(PARAMETER));
    return isRecording === true ? openRecording(asked, directory) : directory.open(asked);
  },
});

async function openRecording(asked: StreamRequest, directory: StreamDirectory): Promise<StreamLease> {
  const lease = await directory.replay?.(asked, "recording");
  if (lease) return lease;
  // Throws when there is no such stream at all.
  await (await directory.open(asked)).close();
  throw notReplayable();
}
