import type { Device } from "#device/device";
import { localStreamName } from "#device/media/stream-reference";
import type { Clock } from "#host/clock";
import type { PathMap, PathResolver } from "#media/path-map";
import type { RtspServer } from "#rtsp/server/server";

/** Streams that are tried; those behind them are met by their first client. */
const MAX_STREAMS = 32;
/** The start waits no longer for it, ms; what is not done then goes on meanwhile. */
const WAIT_MS = 1000;

export interface TryingParts {
  readonly paths: PathMap;
  /** Knows the streams that are files. */
  readonly files: PathResolver;
  readonly streams: Pick<RtspServer, "prepare">;
  readonly clock: Clock;
}

/**
 * Plays the beginning of the files that the profiles name, one after the other, to nobody: the log tells at once which of
 * them cannot be played, and the first client finds what it needs loaded.
 */
export async function tryStreams(device: Device, parts: TryingParts): Promise<void> {
  const { clock } = parts;
  const { profiles, streams } = device.media;
  const names = profiles.list().flatMap((profile) => {
    const stream = streams.streamOf(profile);
    return (stream && localStreamName(stream.reference)) ?? [];
  });
  await new Promise<void>((done) => {
    const timer = clock.after(WAIT_MS, done);
    void tryAll([...new Set(names)].slice(0, MAX_STREAMS), parts).finally(() => {
      timer.cancel();
      done();
    });
  });
}

async function tryAll(names: readonly string[], { paths, files, streams }: TryingParts): Promise<void> {
  await streams.prepare();
  for (const name of names) {
    try {
      const file = await files.resolve(name);
      if (file) await paths.tryOut(file);
    } catch {
      // A name that is none. Who asks for it is told.
    }
  }
}
