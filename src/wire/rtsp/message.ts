import { reasonPhrase } from "./status.js";

/** Header lines in the order they came. Names compare without case; a name may come several times. */
export class Headers {
  readonly #lines: (readonly [name: string, value: string])[];

  constructor(lines: Iterable<readonly [name: string, value: string]> = []) {
    this.#lines = [...lines];
  }

  /** The first value of `name`. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.#lines.find(([one]) => one.toLowerCase() === wanted)?.[1];
  }

  all(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.#lines.filter(([one]) => one.toLowerCase() === wanted).map(([, value]) => value);
  }

  add(name: string, value: string): void {
    this.#lines.push([name, value]);
  }

  get lines(): readonly (readonly [name: string, value: string])[] {
    return this.#lines;
  }
}

export interface RtspRequest {
  readonly kind: "request";
  readonly method: string;
  /** The target as the client wrote it. */
  readonly target: string;
  /** Such as `1.0`. */
  readonly version: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface RtspResponse {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Binary data between the messages (RFC 2326 §10.12). */
export interface InterleavedFrame {
  readonly kind: "frame";
  readonly channel: number;
  /** A view into the bytes as they were received. */
  readonly payload: Buffer;
}

export type RtspMessage = RtspRequest | RtspResponse | InterleavedFrame;

/** First byte of an interleaved frame. */
export const FRAME_MARK = 0x24;

/** The bytes of a response; Content-Length is added when there is a body. */
export function writeResponse(status: number, headers: Headers, body: string | Uint8Array = ""): Buffer {
  return writeMessage(`RTSP/1.0 ${status} ${reasonPhrase(status)}`, headers, body);
}

/** The bytes of a request; Content-Length is added when there is a body. */
export function writeRequest(method: string, target: string, headers: Headers, body: string | Uint8Array = ""): Buffer {
  return writeMessage(`${method} ${target} RTSP/1.0`, headers, body);
}

function writeMessage(start: string, headers: Headers, body: string | Uint8Array): Buffer {
  const content = typeof body === "string" ? Buffer.from(body) : body;
  const lines = [start, ...headers.lines.map(([name, value]) => `${name}: ${oneLine(value)}`)];
  if (content.length > 0) lines.push(`Content-Length: ${content.length}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  return content.length > 0 ? Buffer.concat([head, content]) : head;
}

/** Values that echo a client's text must not start a header of their own. */
const oneLine = (value: string): string => value.replace(/[\r\n]+/g, " ");

/** The payload behind the 4-byte interleaved header. */
export function writeFrame(channel: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + payload.length);
  bytes[0] = FRAME_MARK;
  bytes[1] = channel;
  bytes.writeUInt16BE(payload.length, 2);
  bytes.set(payload, 4);
  return bytes;
}
