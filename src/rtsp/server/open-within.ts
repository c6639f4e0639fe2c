import type { Timer } from "#host/clock";
import { messageOf, Refusal } from "#util/errors";
import type { RtspUrl } from "#wire/rtsp/url";
import type { ServerContext } from "./context.js";
import { openStream, type OpenedStream } from "./directory.js";

/**
 * Opens the stream of a URL, but waits no longer than `openTimeoutMs`: players hang or try odd dialects when an answer
 * takes long. What is opened too late is closed again.
 *
 * @throws as `openStream`, and Refusal `path-not-ready` when time is over.
 */
export async function openWithin(server: ServerContext, url: RtspUrl): Promise<OpenedStream> {
  const { clock, directory, log, options } = server;
  const opening = openStream(directory, url);
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Refusal("path-not-ready", "the stream does not start in time");
    timer = clock.after(options.openTimeoutMs, () => reject(error));
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    opening
      .then(({ lease }) => lease.close())
      .catch((other: unknown) => log.debug("stream was not opened", { error: messageOf(other) }));
    throw error;
  } finally {
    timer?.cancel();
  }
}
