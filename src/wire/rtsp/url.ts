import { DecodeError } from "#util/errors";

/** A request target as its parts. */
export interface RtspUrl {
  /** Lower case; undefined when the target was a path alone. */
  readonly scheme: string | undefined;
  /** Host and port as written, without user information; empty when the target was a path alone. */
  readonly authority: string;
  /** As written, without the first slashes and without the query. */
  readonly path: string;
  /** As written, without the question mark; undefined when there is none. */
  readonly query: string | undefined;
}

/** Tunnels carry the scheme of their carrier inside. `rtspt` and `rtspu` are what some clients make of `rtsp`. */
const SCHEMES: ReadonlySet<string> = new Set(["rtsp", "rtsps", "rtspt", "rtspu", "http", "https", "ws", "wss"]);
const AUTHORITY = /^(?:\[[0-9a-z:.%_~-]+\]|[^\s:[\]@/?]+)(?::\d{0,5})?$/i;

/**
 * Reads an absolute URL or an absolute path.
 *
 * @throws DecodeError for `*`, another scheme or an authority that cannot be one.
 */
export function parseRtspUrl(text: string): RtspUrl {
  const absolute = /^([a-z][a-z0-9+.-]{0,15}):\/\/([^/?]*)/i.exec(text);
  const scheme = absolute?.[1]?.toLowerCase();
  if (scheme === undefined && !text.startsWith("/")) throw new DecodeError("rtsp-url", "not an RTSP URL");
  if (scheme !== undefined && !SCHEMES.has(scheme))
    throw new DecodeError("rtsp-url-scheme", "not a URL of RTSP", { scheme });
  // What stands before the last `@` is user information, which is not used.
  const authority = (absolute?.[2] ?? "").replace(/^.*@/, "");
  if (absolute && !AUTHORITY.test(authority))
    throw new DecodeError("rtsp-url-authority", "host or port of the URL cannot be read");
  const rest = text.slice(absolute?.[0].length ?? 0).replace(/#.*$/, "");
  const question = rest.indexOf("?");
  const path = (question < 0 ? rest : rest.slice(0, question)).replace(/^\/+/, "");
  return { scheme, authority, path, query: question < 0 ? undefined : rest.slice(question + 1) };
}

/** The URL without user information and fragment. `path` may end in a slash. */
export function formatRtspUrl(url: RtspUrl): string {
  const start = url.scheme === undefined ? "" : `${url.scheme}://${url.authority}`;
  return `${start}/${url.path}${url.query === undefined ? "" : `?${url.query}`}`;
}

/**
 * A path as a name: percent-decoded once, without slashes at its ends.
 *
 * @throws DecodeError for what must not reach a file system: `.` and `..` segments, encoded slashes, control
 * characters, broken or non-UTF-8 percent-encoding.
 */
export function decodeName(path: string): string {
  if (/%2f|%5c/i.test(path)) throw new DecodeError("rtsp-url-slash", "encoded slash in the path");
  const name = decodeText(path).replace(/^\/+|\/+$/g, "");
  if (/\p{Cc}/u.test(name)) throw new DecodeError("rtsp-url-control-character", "control character in the path");
  if (name.split("/").some((segment) => segment === ".." || segment === "."))
    throw new DecodeError("rtsp-url-dots", "the path leaves its folder");
  return name;
}

/**
 * Splits `test.mp4&t=unicast&p=udp` at the first `&` into the path before it and the parameters behind it, still
 * percent-encoded. Without `&` there are none.
 */
export function splitParameters(path: string): { readonly path: string; readonly parameters: string } {
  const at = path.indexOf("&");
  return at < 0 ? { path, parameters: "" } : { path: path.slice(0, at), parameters: path.slice(at + 1) };
}

/**
 * The parameters of `a=1&b=2`, each decoded once; of a repeated name the first counts, a name alone has an empty value.
 *
 * @throws DecodeError for broken percent-encoding, control characters or more than 64 parameters.
 */
export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const parts = text.split("&").filter(Boolean);
  if (parts.length > 64) throw new DecodeError("rtsp-url-parameters", "too many parameters in the URL");
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = decodeText(equals < 0 ? part : part.slice(0, equals));
    const value = decodeText(equals < 0 ? "" : part.slice(equals + 1));
    if (/\p{Cc}/u.test(name + value))
      throw new DecodeError("rtsp-url-control-character", "control character in a parameter");
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new DecodeError("rtsp-url-encoding", "broken percent-encoding in the URL", {}, { cause: error });
  }
}
