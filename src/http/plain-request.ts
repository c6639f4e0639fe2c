import type { IncomingHttpHeaders } from "node:http";

/** A POST request that came whole, and in the way in which nearly all clients write it. */
export interface PlainRequest {
  readonly head: PlainHead;
  readonly body: Buffer;
}

/** What stands in front of a request's body. Shared by all requests that have the same. */
export interface PlainHead {
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** The client wants the connection closed behind the answer. */
  readonly isLast: boolean;
  readonly bodyLength: number;
}

/** Longest head that is read, in bytes. */
const MAX_HEAD_BYTES = 4096;
/** Most heads that are kept, and the longest of them. */
const MAX_KEPT = 32;
const MAX_KEPT_BYTES = 1024;

const HEAD_END = "\r\n\r\n";
const REQUEST_LINE = /^POST (\/[\w./~%?&=:@+,;-]*) HTTP\/1\.1$/;
/** No space but one in front of the value, and inside the value. */
const HEADER_LINE = /^([A-Za-z][A-Za-z0-9-]*): ?((?:[!-~](?:[ -~]*[!-~])?)?)$/;
/** They change how the message is to be read, or what becomes of the connection. */
const NOT_PLAIN: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "expect",
  "upgrade",
  "te",
  "trailer",
  "proxy-connection",
  "http2-settings",
]);

/**
 * Reads requests about which there can be no two opinions: one whole POST of HTTP/1.1 in one piece, with a length, one Host,
 * no header twice, and nothing but ASCII in front of its body. All others are for node:http, which reads the same from these
 * (RFC 9112 §2 to §6), but takes several times as long.
 */
export class PlainRequests {
  /** By their text. Those with a login are not kept: each is another one. */
  readonly #kept = new Map<string, PlainHead>();

  /** Undefined for bytes that are anything else than one plain request. */
  read(bytes: Buffer): PlainRequest | undefined {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0 || end > MAX_HEAD_BYTES) return undefined;
    const text = bytes.toString("latin1", 0, end);
    const head = this.#kept.get(text) ?? this.#read(text);
    if (head === undefined || end + HEAD_END.length + head.bodyLength !== bytes.length) return undefined;
    return { head, body: bytes.subarray(end + HEAD_END.length) };
  }

  #read(text: string): PlainHead | undefined {
    const head = readHead(text);
    if (head === undefined || text.length > MAX_KEPT_BYTES || head.headers.authorization !== undefined) return head;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(text, head);
    return head;
  }
}

function readHead(text: string): PlainHead | undefined {
  const [requestLine = "", ...lines] = text.split("\r\n");
  const target = REQUEST_LINE.exec(requestLine)?.[1];
  const headers: IncomingHttpHeaders = {};
  for (const line of lines) {
    const [, name = "", value] = HEADER_LINE.exec(line) ?? [];
    const key = name.toLowerCase();
    if (value === undefined || key in headers || NOT_PLAIN.has(key)) return undefined;
    headers[key] = value;
  }
  const { host, connection = "keep-alive", "content-length": length = "" } = headers;
  const wish = connection.toLowerCase();
  if (target === undefined || host === undefined || !/^\d{1,9}$/.test(length)) return undefined;
  if (wish !== "keep-alive" && wish !== "close") return undefined;
  return { target, headers: Object.freeze(headers), isLast: wish === "close", bodyLength: Number(length) };
}
