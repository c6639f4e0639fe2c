import { Headers } from "./message.js";

/** Name that RTSP has as a sub-protocol of WebSocket (ONVIF Streaming §7). */
export const WEB_SOCKET_PROTOCOL = "rtsp.onvif.org";

/**
 * What the first bytes of a connection begin.
 *
 * - `rtsp`: RTSP itself.
 * - `tunnel-get`, `tunnel-post`: one half of an HTTP tunnel; both name the same cookie.
 * - `preflight`: a browser asks whether a page may open a tunnel (Fetch, CORS).
 * - `web-socket`: the handshake of a WebSocket. `offersRtsp` when RTSP is among the client's sub-protocols.
 * - `http`: another request of HTTP.
 * - `unknown`: something else.
 */
export type Opening =
  | { readonly kind: "rtsp" | "preflight" | "http" | "unknown" }
  | TunnelOpening
  | { readonly kind: "web-socket"; readonly offersRtsp: boolean };

export interface TunnelOpening {
  readonly kind: "tunnel-get" | "tunnel-post";
  /** What both halves have in common. */
  readonly cookie: string;
  /** 0 or 1: HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: number;
  /** Where the content starts. */
  readonly bodyAt: number;
  /** A page in a browser asks. */
  readonly hasOrigin: boolean;
}

const MAX_LINE_BYTES = 8192;
const MAX_HEAD_BYTES = 16_384;
const MAX_COOKIE_LENGTH = 256;

/**
 * Tells by its first bytes what a connection is for; undefined as long as that cannot be told. Reads no further than
 * it must: one line for RTSP, a whole head for HTTP. Never throws: what is malformed is `unknown`, or the request of HTTP
 * that it resembles.
 */
export function readOpening(bytes: Buffer): Opening | undefined {
  const start = bytes.findIndex((byte) => byte !== 0x0d && byte !== 0x0a);
  if (start < 0) return bytes.length > MAX_LINE_BYTES ? { kind: "unknown" } : undefined;
  if (!isLetter(bytes[start] ?? 0)) return { kind: "unknown" };
  const lineEnd = bytes.indexOf(0x0a, start);
  if (lineEnd < 0) return bytes.length - start > MAX_LINE_BYTES ? { kind: "unknown" } : undefined;
  const line = bytes.toString("latin1", start, lineEnd).trimEnd();
  if (/[ \t]RTSP\/\d/i.test(line)) return { kind: "rtsp" };
  const [, method, minorVersion] = /^([A-Z]+) .*\bHTTP\/1\.([01])$/.exec(line) ?? [];
  if (method === undefined) return { kind: /\bHTTP\/\d/i.test(line) ? "http" : "unknown" };
  if (!["GET", "POST", "OPTIONS"].includes(method)) return { kind: "http" };

  const text = bytes.toString("latin1", lineEnd + 1, Math.min(bytes.length, MAX_HEAD_BYTES));
  const end = /(?:^|\n)\r?\n/.exec(text);
  if (!end) return bytes.length >= MAX_HEAD_BYTES ? { kind: "http" } : undefined;
  const bodyAt = lineEnd + 1 + end.index + end[0].length;
  const head = text.slice(0, end.index);
  // Most connections bring a SOAP request, whose headers need not be taken apart for this.
  if (method === "POST" && !/x-sessioncookie/i.test(head)) return { kind: "http" };
  return openingOf(method, headersOf(head), Number(minorVersion), bodyAt);
}

function openingOf(method: string, headers: Headers, minorVersion: number, bodyAt: number): Opening {
  if (method === "OPTIONS") {
    const asked = headers.get("Access-Control-Request-Headers") ?? "";
    return { kind: /\bx-sessioncookie\b/i.test(asked) ? "preflight" : "http" };
  }
  const cookie = headers.get("x-sessioncookie") ?? "";
  if (cookie !== "" && cookie.length <= MAX_COOKIE_LENGTH) {
    const hasOrigin = headers.get("Origin") !== undefined;
    return { kind: method === "GET" ? "tunnel-get" : "tunnel-post", cookie, minorVersion, bodyAt, hasOrigin };
  }
  if (method === "GET" && tokens(headers.all("Upgrade")).includes("websocket"))
    return {
      kind: "web-socket",
      offersRtsp: tokens(headers.all("Sec-WebSocket-Protocol")).includes(WEB_SOCKET_PROTOCOL),
    };
  return { kind: "http" };
}

/** Lines without a name are passed over: who reads the request after us will refuse it. */
function headersOf(text: string): Headers {
  return new Headers(
    text.split("\n").flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const] : [];
    }),
  );
}

const tokens = (values: readonly string[]): string[] =>
  values.flatMap((value) => value.split(",").map((token) => token.trim().toLowerCase()));

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
