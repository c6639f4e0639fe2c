import type { StreamReference } from "./types.js";

/** The clip that is played where the configuration names none (product manual 1.7). */
export const DEFAULT_CLIP = "test.mp4";

/** Name of the stream of profiles that have metadata and neither pictures nor sound. */
export const METADATA_STREAM = "onvif-metadata";

/** The name of a stream on the camera's own RTSP server; undefined for one on another server. */
export function localStreamName({ uri }: Pick<StreamReference, "uri">): string | undefined {
  if (uri === undefined || uri === "") return DEFAULT_CLIP;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) ? undefined : uri;
}
