import type { MediaKind } from "#codec/format";
import type { BackChannel } from "#media/back-channel";
import type { PathLease } from "#media/path";
import type { ReplayPath } from "#media/replay-path";
import { Refusal } from "#util/errors";
import { decodeName, parseParameters, splitParameters, type RtspUrl } from "#wire/rtsp/url";
import type { TransportOffer } from "../negotiate.js";
import { Rejection } from "./answer.js";
import type { Publishing } from "./publishing.js";

/** What a client asked for, with the names decoded. */
export interface StreamRequest {
  /** The URL's path after one percent-decode, without slashes at its ends. */
  readonly name: string;
  /** What stands behind the first `&` of the path, and in the query; the former wins. */
  readonly parameters: ReadonlyMap<string, string>;
  /** As written; undefined when there is none. */
  readonly query: string | undefined;
}

/** What differs for one stream from the server's options. */
export interface StreamRules {
  /** The connection's transports that are not in here are refused with 461. */
  readonly transports?: TransportOffer;
  readonly maxReaders?: number;
  readonly sessionTimeoutSeconds?: number;
}

/** A hold on a path, with the rules for those who read it by RTSP. */
export interface StreamLease extends PathLease {
  readonly rules?: StreamRules;
  /** Where clients of this stream talk to, where that is not the directory's back channel. */
  readonly backChannel?: BackChannel | "none";
}

/** A hold on a path with a position of its own. */
export interface ReplayLease extends StreamLease {
  readonly path: ReplayPath;
}

/** A client to whom a stream goes by unicast. */
export interface Viewer {
  readonly request: StreamRequest;
  readonly remoteAddress: string;
  /** What it has set up, each kind once. */
  readonly kinds: readonly MediaKind[];
}

/** Where the server gets its streams from. Refusals as in `Paths`: `path-not-found`, `path-not-ready`. */
export interface StreamDirectory {
  open(request: StreamRequest): Promise<StreamLease>;
  /**
   * What else a name stands for that is no stream's own: the name of a stream, which may be followed by `&` and
   * parameters, or the whole URL of one that is elsewhere, to which the client is sent. Asked only for such names.
   */
  alias?(request: StreamRequest): string | undefined;
  /**
   * A private path for one client; undefined for a stream that has no other position than now. As `recording` it is the
   * recording behind the stream, with the times at which it was made; as `stream` it is what `open` gives, from its
   * beginning to its end, with the same tracks at first. `ssrcs` are those that the client has been told. Refusals as
   * `open`, and `replay-limit`.
   */
  replay?(
    request: StreamRequest,
    as: "recording" | "stream",
    ssrcs?: readonly number[],
  ): Promise<ReplayLease | undefined>;
  /** Told when a client begins to play; the result is called when its session ends. Absent where nobody wants to know. */
  watched?(viewer: Viewer): () => void;
  /**
   * The stream of `request` as an MPEG transport stream, one track of all that can be had so; undefined where nothing can.
   * Absent where there are none. Refusals as `open`.
   */
  transportStream?(request: StreamRequest): Promise<StreamLease | undefined>;
  /** Absent where clients cannot publish. */
  readonly publishing?: Publishing;
  /** For streams that have none of their own. Absent where clients cannot talk. */
  readonly backChannel?: BackChannel | undefined;
  /** There may be streams with back channels of their own. */
  readonly hasOwnBackChannels?: boolean;
}

/** Where clients of a stream talk to; undefined where they cannot. */
export const backChannelOf = (
  { backChannel: own }: Pick<StreamLease, "backChannel">,
  { backChannel }: Pick<StreamDirectory, "backChannel">,
): BackChannel | undefined => (own === "none" ? undefined : (own ?? backChannel));

export interface OpenedStream {
  readonly request: StreamRequest;
  readonly lease: StreamLease;
}

/** Where a stream is looked for by its names. */
export type Names = Pick<StreamDirectory, "open" | "alias">;

/** Says whether the client may play the stream of that name. */
export type MayRead = (name: string) => boolean;

/**
 * Opens the stream of a URL: by its whole path first, since a name may hold `&`, then by the part before the first `&`
 * with the rest as parameters, and then by what these stand for. Of streams that the client may not play it is not even
 * told whether they are there.
 *
 * @throws DecodeError for a path that must not be used, Refusal from the directory or `path-not-allowed`, Rejection with
 * 302 for a stream that is elsewhere.
 */
export async function openStream(directory: Names, url: RtspUrl, mayRead: MayRead): Promise<OpenedStream> {
  const readings = readingsOf(url.path, url.query, decodeName);
  const search = new Search(directory, mayRead);
  for (const request of readings()) {
    const opened = await search.open(request);
    if (opened) return opened;
  }
  for (const request of readings()) {
    const target = directory.alias?.(request);
    if (target === undefined) continue;
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target))
      throw new Rejection(302, "the stream is elsewhere", [["Location", target]]);
    for (const meant of readingsOf(target, undefined, asItIs)()) {
      const opened = await search.open({ ...meant, parameters: new Map([...request.parameters, ...meant.parameters]) });
      if (opened) return opened;
    }
  }
  throw search.failure;
}

/** Tries names, and remembers why none of them could be opened. */
class Search {
  failure = new Refusal("path-not-found", "there is no such stream");

  constructor(
    private readonly directory: Names,
    private readonly mayRead: MayRead,
  ) {}

  async open(request: StreamRequest): Promise<OpenedStream | undefined> {
    if (!this.mayRead(request.name)) {
      this.failure = new Refusal("path-not-allowed", "the user may not play this stream");
      return undefined;
    }
    try {
      return { request, lease: await this.directory.open(request) };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "path-not-found") throw error;
      if (this.failure.code === "path-not-found") this.failure = error;
      return undefined;
    }
  }
}

const asItIs = (text: string): string => text;

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** A path as the whole name, and as a name with parameters where there is an `&` in it. */
function readingsOf(
  path: string,
  query: string | undefined,
  decode: (text: string) => string,
): () => Generator<StreamRequest> {
  return function* () {
    const queryParameters = query === undefined ? NO_PARAMETERS : parseParameters(query);
    yield { name: decode(path), parameters: queryParameters, query };
    const split = splitParameters(path);
    if (split.parameters === "") return;
    const parameters = parseParameters(split.parameters);
    for (const [key, value] of queryParameters) if (!parameters.has(key)) parameters.set(key, value);
    yield { name: decode(split.path), parameters, query };
  };
}
