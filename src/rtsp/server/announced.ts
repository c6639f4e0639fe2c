import type { MediaDescription } from "#media/description";
import { DecodeError } from "#util/errors";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { parseSdp } from "#wire/sdp/parser";
import { trackReadings } from "#wire/rtsp/track-url";
import { decodeName, formatRtspUrl, parseParameters, parseRtspUrl, type RtspUrl } from "#wire/rtsp/url";
import { describedKey } from "../described-key.js";
import { describedTracks, type DescribedTrack } from "../described-tracks.js";
import type { StreamRequest } from "./directory.js";
import { samePath } from "./setup-target.js";

/** What a client has announced that it will send (RFC 2326 §10.3). */
export interface Announced {
  readonly request: StreamRequest;
  /** The announced URL, without a final slash. */
  readonly base: RtspUrl;
  readonly description: MediaDescription;
  readonly tracks: readonly DescribedTrack[];
  /** What each track is protected with, where that was said. */
  readonly keys: readonly (MikeySrtpKey | undefined)[];
}

/**
 * Reads an ANNOUNCE: its URL names the stream, its body is the description.
 *
 * @throws DecodeError for a URL or a description that cannot be used; also for a medium that the client would receive,
 * as there is nobody who would send it.
 */
export function readAnnounce(target: string, body: string): Announced {
  const url = parseRtspUrl(target);
  const base = { ...url, path: trimSlash(url.path), query: url.query === undefined ? undefined : trimSlash(url.query) };
  const name = decodeName(base.path);
  const sdp = parseSdp(body);
  const tracks = describedTracks(sdp);
  if (tracks.length === 0) throw new DecodeError("sdp-media", "nothing is announced");
  if (tracks.some(({ direction }) => direction === "sendonly"))
    throw new DecodeError("sdp-direction", "a back channel cannot be published");
  return {
    request: { name, parameters: parseParameters(base.query ?? ""), query: base.query },
    base,
    description: { title: name, tracks: tracks.map(({ format }) => ({ format, direction: "recvonly" })) },
    tracks,
    keys: sdp.media.map((media) => describedKey(media, sdp)),
  };
}

/**
 * The track that the target of a SETUP names: by its announced control, absolute or joined with the URL in one of the
 * ways that clients know, else by number or kind; the URL itself is the only track there is. Undefined: none of it.
 */
export function announcedTrack({ base, tracks }: Announced, target: string): number | undefined {
  const url = parseRtspUrl(target);
  const written = spelling(url);
  const exact = tracks.findIndex(({ control }) => control !== undefined && spellings(base, control).includes(written));
  if (exact >= 0) return exact;
  for (const { base: stream, track } of trackReadings(url)) {
    if (!samePath(stream, base) && !(stream.path === "" && track)) continue;
    if (!track) return tracks.length === 1 ? 0 : undefined;
    const index = "index" in track ? track.index : tracks.findIndex(({ format }) => format.kind === track.kind);
    return index in tracks ? index : undefined;
  }
  return undefined;
}

/** Path and query of a URL, for comparing; the host may be written in several ways. */
const spelling = ({ path, query }: RtspUrl): string =>
  formatRtspUrl({
    scheme: undefined,
    authority: "",
    path: trimSlash(path),
    query: query === undefined ? undefined : trimSlash(query),
  });

/** How clients may write the URL of a control. */
function spellings(base: RtspUrl, control: string): string[] {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(control)) {
    const absolute = readUrl(control);
    return absolute ? [spelling(absolute)] : [];
  }
  const relative = readUrl(`/${control.replace(/^\/+/, "")}`);
  if (!relative || relative.path === "") return [];
  const { path, query } = relative;
  const inFolder = base.path.slice(0, base.path.lastIndexOf("/") + 1);
  const joined = `${base.path === "" ? "" : `${base.path}/`}${path}`;
  const urls: Pick<RtspUrl, "path" | "query">[] = [
    { path: joined, query: query ?? base.query },
    { path: joined, query },
    { path: `${inFolder}${path}`, query },
    { path, query },
  ];
  // ffmpeg and live555 put the track behind whatever the URL ends in.
  if (base.query !== undefined) urls.push({ path: base.path, query: `${base.query}/${path}` });
  return urls.map((url) => spelling({ ...base, ...url }));
}

function readUrl(text: string): RtspUrl | undefined {
  try {
    return parseRtspUrl(text);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

const trimSlash = (text: string): string => text.replace(/\/+$/, "");
