import type { BackChannel } from "#media/back-channel";
import type { PathLease } from "#media/path";
import { Refusal } from "#util/errors";
import { decodeName, parseParameters, splitParameters, type RtspUrl } from "#wire/rtsp/url";
import type { TransportOffer } from "../negotiate.js";
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
}

/** Where the server gets its streams from. Refusals as in `Paths`: `path-not-found`, `path-not-ready`. */
export interface StreamDirectory {
  open(request: StreamRequest): Promise<StreamLease>;
  /** Absent where clients cannot publish. */
  readonly publishing?: Publishing;
  /** Absent where clients cannot talk. */
  readonly backChannel?: BackChannel | undefined;
}

export interface OpenedStream {
  readonly request: StreamRequest;
  readonly lease: StreamLease;
}

/**
 * Opens the stream of a URL: by its whole path first, since a name may hold `&`, then by the part before the first `&`
 * with the rest as parameters.
 *
 * @throws DecodeError for a path that must not be used, Refusal from the directory.
 */
export async function openStream(directory: StreamDirectory, url: RtspUrl): Promise<OpenedStream> {
  const { query } = url;
  const name = decodeName(url.path);
  const queryParameters = parseParameters(query ?? "");
  const split = splitParameters(url.path);
  const whole: StreamRequest = { name, parameters: queryParameters, query };
  try {
    return { request: whole, lease: await directory.open(whole) };
  } catch (error) {
    const isUnknown = error instanceof Refusal && error.code === "path-not-found";
    if (!isUnknown || split.parameters === "") throw error;
  }
  const parameters = parseParameters(split.parameters);
  for (const [key, value] of queryParameters) if (!parameters.has(key)) parameters.set(key, value);
  const part: StreamRequest = { name: decodeName(split.path), parameters, query };
  return { request: part, lease: await directory.open(part) };
}
