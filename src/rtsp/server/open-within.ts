import type { Timer } from "#host/clock";
import { messageOf, Refusal } from "#util/errors";
import type { RtspUrl } from "#wire/rtsp/url";
import type { RtspConnection } from "./connection.js";
import type { ServerContext } from "./context.js";
import { type Names, openStream, type OpenedStream } from "./directory.js";
import { admit, isLackOfRight, lacksRight, may } from "./rights.js";

/**
 * Opens the stream of a URL, but waits no longer than `openTimeoutMs`: players hang or try odd dialects when an answer
 * takes long. What is opened too late is closed again.
 *
 * @throws as `openStream`, but Rejection with 401 or 403 for what the client may not play, and Refusal `path-not-ready` when time is over.
 */
export async function openWithin(
  server: ServerContext,
  url: RtspUrl,
  connection: RtspConnection,
  directory: Names = server.directory,
): Promise<OpenedStream> {
  const { clock, log, options } = server;
  const opening = openStream(directory, url, (name) => may("read", name, connection, server));
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Refusal("path-not-ready", "the stream does not start in time");
    timer = clock.after(options.openTimeoutMs, () => reject(error));
  });
  try {
    const opened = await Promise.race([opening, late]);
    admit(connection, server);
    return opened;
  } catch (error) {
    opening
      .then(({ lease }) => lease.close())
      .catch((other: unknown) => log.debug("stream was not opened", { error: messageOf(other) }));
    throw isLackOfRight(error) ? lacksRight(connection, server) : error;
  } finally {
    timer?.cancel();
  }
}
