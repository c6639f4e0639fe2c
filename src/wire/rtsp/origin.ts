import { DecodeError } from "#util/errors";

/** What carries RTSP to a server: a connection as it is, a pair of HTTP requests, or a WebSocket; each perhaps with TLS. */
export type OriginCarrier = "plain" | "http" | "web-socket";

/** Where a stream of another server is, as its URL says it. */
export interface RtspOrigin {
  /** The URL for requests: `rtsp` or `rtsps`, without user information and fragment, in ASCII. */
  readonly url: string;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** With TLS. */
  readonly isSecure: boolean;
  readonly carrier: OriginCarrier;
  /** Who logs in, where the URL says so. */
  readonly user: { readonly username: string; readonly password: string } | undefined;
}

interface Scheme {
  readonly isSecure: boolean;
  readonly carrier: OriginCarrier;
  readonly port: number;
}

const PLAIN: Scheme = { isSecure: false, carrier: "plain", port: 554 };
const SCHEMES: Readonly<Record<string, Scheme>> = Object.freeze({
  rtsp: PLAIN,
  rtspt: PLAIN,
  rtspu: PLAIN,
  rtsps: { isSecure: true, carrier: "plain", port: 322 },
  "rtsp+http": { isSecure: false, carrier: "http", port: 80 },
  "rtsp+https": { isSecure: true, carrier: "http", port: 443 },
  "rtsp+ws": { isSecure: false, carrier: "web-socket", port: 80 },
  "rtsp+wss": { isSecure: true, carrier: "web-socket", port: 443 },
});

/**
 * Reads the URL of a stream of another server. `rtsp+http`, `rtsp+https`, `rtsp+ws` and
 * `rtsp+wss` are RTSP through HTTP and WebSocket. User name and password
 * may stand in it, percent-encoded; an `@` in them may be as it is, a slash not.
 *
 * @throws DecodeError for another scheme, or without a host. It does not repeat the URL, which may hold a password.
 */
export function parseOrigin(text: string): RtspOrigin {
  const [, scheme = "", user, host = "", port, rest = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/(?:([^/]*)@)?(\[[0-9a-f:.%]+\]|[^\s:[\]@/?#]+)(?::(\d{1,5}))?((?:[/?].*)?)$/i.exec(
      text.trim().replace(/#.*$/, ""),
    ) ?? [];
  const known = SCHEMES[scheme.toLowerCase()];
  if (host === "" || /\p{Cc}/u.test(text)) throw new DecodeError("origin-url", "the URL of the stream cannot be read");
  if (!known) throw new DecodeError("origin-scheme", "the URL is not one of RTSP", { scheme });
  const number = Number(port ?? known.port);
  if (number === 0 || number > 65_535) throw new DecodeError("origin-port", "the port of the URL is none", { port });
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  const authority = port === undefined && known.carrier === "plain" ? host : `${host}:${number}`;
  return {
    url: inAscii(`${known.isSecure ? "rtsps" : "rtsp"}://${authority}${path}`),
    host: host.replace(/^\[|\]$/g, ""),
    port: number,
    isSecure: known.isSecure,
    carrier: known.carrier,
    user: user === undefined ? undefined : userOf(user),
  };
}

/** An origin without what may be secret in it: names and passwords, and its path, where cameras have them too. */
export const showOrigin = ({ isSecure, host, port }: Pick<RtspOrigin, "isSecure" | "host" | "port">): string =>
  `${isSecure ? "rtsps" : "rtsp"}://${host.includes(":") ? `[${host}]` : host}:${port}`;

function userOf(text: string): RtspOrigin["user"] {
  const colon = text.indexOf(":");
  const username = decoded(colon < 0 ? text : text.slice(0, colon));
  return { username, password: colon < 0 ? "" : decoded(text.slice(colon + 1)) };
}

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const inAscii = (url: string): string => url.replace(/[^\x21-\x7e]/gu, (character) => encoded(character));

const encoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
