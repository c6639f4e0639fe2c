import type { StreamReference } from "#device/media/types";

/** The clip that is played when the configuration names none (manual §1.1.2). */
export const DEFAULT_CLIP = "test.mp4";

/** The name of a profile's stream on our own RTSP server; undefined when it is on another server. */
export function localStreamName({ uri }: StreamReference): string | undefined {
  if (uri === undefined || uri === "") return DEFAULT_CLIP;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) ? undefined : uri;
}
