import type { Connection } from "#host/net";

/** Header lines for a request of HTTP that does not belong to a tunnel. */
export const NOTHING_HERE = { "Content-Length": "0" } as const;

/** Lets a page in a browser open a tunnel, whatever its origin (Fetch, CORS-preflight); 20 days. */
export const MAY_OPEN_TUNNEL = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Allow-Headers": "x-sessioncookie, Pragma, Cache-Control",
  "Access-Control-Max-Age": "1728000",
  "Content-Length": "0",
} as const;

/** The headers of the answer to the GET of a tunnel. Its content goes on until the connection ends. */
export const TUNNEL_IS_OPEN = {
  "Content-Type": "application/x-rtsp-tunnelled",
  "Cache-Control": "no-cache",
  Pragma: "no-cache",
} as const;

/** Writes the head of an answer of HTTP, behind which the connection closes sooner or later. */
export function writeHttpHead(
  connection: Connection,
  status: string,
  headers: Readonly<Record<string, string>>,
  minorVersion = 1,
): void {
  const lines = Object.entries({ ...headers, Connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.write(`HTTP/1.${minorVersion} ${status}\r\n${lines.join("")}\r\n`);
}
