import type { Camera } from "#camera/create";
import type { PathLease } from "#media/path";
import type { PathMap, PathResolver } from "#media/path-map";
import type { StreamLease, StreamRequest, Viewer } from "#rtsp/server/directory";

/** Whatever one camera, the first that can, has to say. */
type Cameras = <T>(ask: (camera: Camera) => T | undefined) => T | undefined;

export const askCameras =
  (cameras: readonly Camera[]): Cameras =>
  (ask) => {
    for (const camera of cameras) {
      const answer = ask(camera);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };

/** The names that the cameras have themselves, and then those of `others`. */
export const withOwnNames = (others: PathResolver, cameras: Cameras): PathResolver => ({
  resolve: async (name) => cameras(({ streams }) => streams.resolve(name)) ?? (await others.resolve(name)),
});

/** What `all` knows, with the tracks that the cameras add. */
export const withSideTracks = (all: PathResolver, cameras: Cameras): PathResolver => ({
  resolve: async (name) => {
    const found = await all.resolve(name);
    const sideTracks = cameras(({ streams }) => streams.sideTracksOf(name));
    return found && sideTracks ? { ...found, sideTracks } : found;
  },
});

/** The stream as it is offered to who asks for it so. */
export function offeredTo({ name, parameters }: StreamRequest, lease: PathLease, cameras: Cameras): StreamLease {
  const profile = parameters.get("profile");
  const description = cameras(({ streams }) => streams.offered(name, profile, lease.description));
  return description ? { ...lease, description } : lease;
}

/**
 * Has the sources of streams begin anew, where they can, when a client sets a synchronization point for a profile that plays
 * them (Media §5.18.1, Media2 §5.7.1), until the result is called.
 */
export const keepSynchronized = ({ device }: Camera, paths: PathMap): (() => void) => {
  const { streams } = device.media;
  return streams.synchronizationPoints.subscribe(({ profileToken }) =>
    paths.renew((name) => streams.playedAs(name, profileToken)?.profile.token === profileToken),
  );
};

/** Has the camera count a client, until the result is called. */
export function watchedBy({ request, remoteAddress, kinds }: Viewer, cameras: Cameras): () => void {
  const { name, parameters } = request;
  const viewer = { name, profileToken: parameters.get("profile"), remoteAddress, kinds };
  return cameras(({ streams }) => streams.watched(viewer)) ?? (() => {});
}
