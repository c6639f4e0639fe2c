/** Says whether the `uri` that a client hashed names the target that it asked for. */
export type UriMatch = (hashed: string, requested: string) => boolean;

/** HTTP (RFC 7616 §3.4): the same path and query; scheme and authority may be there or not. */
export const sameTarget: UriMatch = (hashed, requested) =>
  hashed === requested || withoutAuthority(hashed) === withoutAuthority(requested);

/**
 * RTSP: the same path, or one path segment (the track) more or less, whatever authority, query and final slash.
 * VLC and live555 hash the base URL with a slash on SETUP, some recorders the base URL without one, Bosch BVMS a
 * relative path.
 */
export const nearTarget: UriMatch = (hashed, requested) => {
  const a = barePath(hashed);
  const b = barePath(requested);
  return a === b || a === parent(b) || b === parent(a);
};

const withoutAuthority = (uri: string): string => uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "") || "/";

function barePath(uri: string): string {
  // A control may follow the query: `/test?a=b/trackID=0`.
  const path = withoutAuthority(uri).replace(/\?[^/]*/, "");
  return `/${path}`.replace(/\/{2,}/g, "/").replace(/(.)\/+$/, "$1");
}

function parent(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash > 0 ? path.slice(0, slash) : "/";
}
