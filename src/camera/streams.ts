import type { MediaKind } from "#codec/format";
import type { SessionKind } from "#device/media/active-sessions";
import type { Clock } from "#host/clock";
import { METADATA_STREAM } from "#device/media/stream-reference";
import type { MediaDescription } from "#media/description";
import type { Publication, Source } from "#media/path";
import type { PathDefinition } from "#media/path-map";
import type { SideTrack } from "#media/side-track";
import { type MetadataParts, metadataTrack } from "./metadata.js";

/** Each event of who is watching names all of them, and a thousand are stored: one for each of a crowd would be too much. */
const TELL_MS = 200;

/** A client to whom a stream goes by unicast. */
export interface StreamViewer {
  /** Name of the stream. */
  readonly name: string;
  readonly profileToken: string | undefined;
  readonly remoteAddress: string;
  readonly kinds: readonly MediaKind[];
}

const SESSION_KINDS = Object.freeze({
  video: "video-encoder",
  audio: "audio-encoder",
  metadata: "metadata",
}) satisfies Readonly<Record<MediaKind, SessionKind>>;

/** What a camera has to do with streams by their names. */
export interface CameraStreams {
  /** What a name stands for that is the camera's own and no clip's. */
  resolve(name: string): PathDefinition | undefined;
  /** Tracks that the camera adds to those of the stream of that name; undefined where it adds none. */
  sideTracksOf(name: string): readonly SideTrack[] | undefined;
  /** Counts a client to whom a stream is sent, until the result is called. */
  watched(viewer: StreamViewer): () => void;
  /**
   * What somebody is offered who asks for a stream by its name, and perhaps by a profile: metadata only where the profile
   * has them (Media §5.2.10). Undefined for streams that no profile plays.
   */
  offered(name: string, profileToken: string | undefined, description: MediaDescription): MediaDescription | undefined;
}

/**
 * Streams that a profile plays have a track for its metadata configuration, and are shown with it or without, as the
 * profile has it. Streams that none plays are nobody's, and are left as they are.
 */
export function cameraStreams(parts: MetadataParts): CameraStreams {
  const { activeSessions, media } = parts.device;
  const { metadata, streams } = media;
  activeSessions.tellBy(atMostEvery(TELL_MS, parts.clock));
  const configuration = metadata.configurations.list()[0];
  return {
    resolve: (name) =>
      name === METADATA_STREAM && configuration ? { name, createSource: () => new NoMedia() } : undefined,
    sideTracksOf: (name) =>
      configuration && streams.playedAs(name, undefined)
        ? [metadataTrack(parts, { stream: name, configurationToken: configuration.token })]
        : undefined,
    watched: ({ name, profileToken, remoteAddress, kinds }) =>
      activeSessions.begin({
        address: remoteAddress.replace(/%.*$/, ""),
        stream: name,
        profileToken,
        kinds: kinds.map((kind) => SESSION_KINDS[kind]),
      }),
    offered: (name, profileToken, description) => {
      const played = streams.playedAs(name, profileToken);
      if (!played) return undefined;
      if (played.metadata) return description;
      const tracks = description.tracks.map((track) =>
        track.format.kind === "metadata" ? ({ ...track, direction: "inactive" } as const) : track,
      );
      return { ...description, tracks };
    },
  };
}

/** Calls what it is given at once when the last call is `ms` ago, else then, once for all that have been given meanwhile. */
function atMostEvery(ms: number, clock: Clock): (run: () => void) => void {
  let lastMs = -Infinity;
  let isPending = false;
  return (run) => {
    if (isPending) return;
    const call = (): void => {
      isPending = false;
      lastMs = clock.monotonic();
      run();
    };
    const waitMs = lastMs + ms - clock.monotonic();
    if (waitMs <= 0) return call();
    isPending = true;
    clock.after(waitMs, call);
  };
}

/** The source of a stream that has side tracks alone. */
class NoMedia implements Source {
  start(into: Publication): void {
    into.describe({ title: into.path, tracks: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
