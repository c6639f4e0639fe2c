import type { Path } from "#media/path";
import type { KeySet } from "./security/stream-keys.js";
import { parseRtspUrl, decodeName, formatRtspUrl, type RtspUrl } from "#wire/rtsp/url";
import { trackReadings, trackUrl, type TrackUrl } from "#wire/rtsp/track-url";

/** What a connection was told in its last DESCRIBE. */
export interface Described {
  readonly base: RtspUrl;
  /** Number of tracks, hidden ones included. */
  readonly tracks: number;
  /** The path and the keys of its tracks that were told; undefined where none were. */
  readonly secret?: { readonly path: Path; readonly keys: KeySet } | undefined;
}

/**
 * What a SETUP may mean, the most likely first: a control that was handed out in this connection's last DESCRIBE,
 * exactly; the same presentation with the query lost or moved; a bare track (`/trackID=0`, as GStreamer makes it of
 * some controls) of the one described; else what the URL itself says, for a connection that has never described.
 *
 * @throws DecodeError for a target that is no URL.
 */
export function setupTargets(target: string, described: Described | undefined): TrackUrl[] {
  const url = parseRtspUrl(target);
  const readings = trackReadings(url);
  if (!described) return readings;
  const { base } = described;
  const written = formatRtspUrl(url);
  for (let index = 0; index < described.tracks; index++)
    if (formatRtspUrl(trackUrl(base, index)) === written) return [{ base, track: { index } }];
  const found: TrackUrl[] = [];
  for (const reading of readings) {
    const isSame = samePath(reading.base, base);
    const isBare = reading.base.path === "" && reading.track !== undefined;
    found.push(isSame ? { base, track: reading.track } : reading);
    if (isBare && !isSame) found.push({ base, track: reading.track });
  }
  return found;
}

/** The same presentation: only the path counts, after one percent-decode. */
export const samePath = (a: RtspUrl, b: RtspUrl): boolean => decodeName(a.path) === decodeName(b.path);
