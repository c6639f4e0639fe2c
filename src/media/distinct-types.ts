import { firstDynamicType } from "#codec/static-types";
import type { MediaDescription } from "./description.js";

const LAST_TYPE = 127;

/**
 * The description with another dynamic payload type for each track whose type another one in front of it has. RTP allows
 * one type for several tracks, and VLC and some cameras send so; ffmpeg takes what is said of a type for all of them.
 */
export function withDistinctTypes(description: MediaDescription): MediaDescription {
  const stated = new Set(description.tracks.map(({ format }) => format.payloadType));
  const taken = new Set<number>();
  const tracks = description.tracks.map((track) => {
    const { payloadType } = track.format;
    if (payloadType < firstDynamicType || !taken.has(payloadType)) {
      taken.add(payloadType);
      return track;
    }
    let free = firstDynamicType;
    while (taken.has(free) || stated.has(free)) free++;
    if (free > LAST_TYPE) return track;
    taken.add(free);
    return { ...track, format: { ...track.format, payloadType: free } };
  });
  return { ...description, tracks };
}
