import type { RtspUrl } from "./url.js";

/** How a URL names a track: by index from 0, or as the first of a kind. */
export type TrackToken = { readonly index: number } | { readonly kind: "video" | "audio" };

export interface TrackUrl {
  /** The URL of the whole presentation, without a final slash in the path. */
  readonly base: RtspUrl;
  /** Undefined when the URL names the presentation. */
  readonly track: TrackToken | undefined;
}

/**
 * The track that one path segment names: `trackID=0` (ours), `track1` (live555, from 1), `stream=0` (GStreamer, VLC),
 * `streamid=0` (ffmpeg), `video`, `audio`.
 */
export function parseTrackToken(segment: string): TrackToken | undefined {
  const match = /^(?:(?:trackID|stream|streamid)=(\d{1,3})|track(\d{1,3})|(video|audio))$/i.exec(segment);
  if (!match) return undefined;
  const [, index, number, kind] = match;
  if (kind !== undefined) return { kind: kind.toLowerCase() === "video" ? "video" : "audio" };
  return index !== undefined ? { index: Number(index) } : { index: Math.max(0, Number(number) - 1) };
}

/**
 * All readings of a URL that may name a track, the most specific first. Clients put the track behind the query
 * (`/test?a=b/trackID=0`: ffmpeg, live555), before it (`/test/trackID=0?a=b`: absolute controls) or drop path and query
 * (`/trackID=0`: GStreamer). The last reading takes the URL as the presentation itself, which is right for a stream
 * whose own name looks like a track.
 */
export function trackReadings(url: RtspUrl): TrackUrl[] {
  const readings: TrackUrl[] = [];
  const { path, query } = url;
  if (query !== undefined) {
    const slash = query.lastIndexOf("/");
    const track = slash < 0 ? undefined : parseTrackToken(query.slice(slash + 1));
    if (track) readings.push({ base: { ...url, path: trimSlash(path), query: query.slice(0, slash) }, track });
  }
  const slash = path.lastIndexOf("/");
  const track = parseTrackToken(path.slice(slash + 1));
  if (track) readings.push({ base: { ...url, path: path.slice(0, Math.max(slash, 0)) }, track });
  const wholeQuery = query === undefined ? undefined : trimSlash(query);
  readings.push({ base: { ...url, path: trimSlash(path), query: wholeQuery }, track: undefined });
  return readings;
}

/** The control URL of a track: absolute, with the query at the very end, so that every client finds it. */
export const trackUrl = (base: RtspUrl, track: number): RtspUrl => ({
  ...base,
  path: `${base.path === "" ? "" : `${base.path}/`}trackID=${track}`,
});

const trimSlash = (text: string): string => text.replace(/\/+$/, "");
