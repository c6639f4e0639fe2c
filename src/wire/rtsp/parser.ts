import { DecodeError } from "#util/errors";
import { FRAME_MARK, Headers, type RtspMessage } from "./message.js";

export interface ParserLimits {
  /** Longest request target, bytes. */
  readonly targetBytes: number;
  /** Longest line, bytes. */
  readonly lineBytes: number;
  readonly headerLines: number;
  /** Start line and headers together, bytes. */
  readonly headBytes: number;
  readonly bodyBytes: number;
}

export const DEFAULT_LIMITS: ParserLimits = Object.freeze({
  targetBytes: 4096,
  lineBytes: 8192,
  headerLines: 255,
  headBytes: 65_536,
  bodyBytes: 131_072,
});

type Head = {
  readonly start: string;
  readonly headers: Headers;
  readonly bodyLength: number;
};

const NOTHING = Buffer.alloc(0);

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a byte stream into RTSP messages and interleaved frames. Accepts what clients do: lines that end in LF alone,
 * empty lines before a message, folded headers, spaces in the target, odd case and spacing.
 *
 * After an error nothing more can be read: where the next message starts is not known.
 */
export class RtspParser {
  readonly #limits: ParserLimits;
  #data: Buffer = NOTHING;
  /** Is `#data` ours to append to? */
  #owned = false;
  #at = 0;
  #end = 0;
  /** The line in work starts here; lines before it have been taken. */
  #line = 0;
  /** Up to here the line in work has been searched for its end. */
  #searched = 0;
  #lines: string[] = [];
  #head: Head | undefined;
  #failure: DecodeError | undefined;

  constructor(limits: ParserLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes that have come and belong to a message that is not complete, or were not asked for yet. */
  get pendingBytes(): number {
    return this.#end - this.#at;
  }

  /** Takes what was received. The bytes are not copied as long as whole messages come. */
  push(chunk: Buffer): void {
    const held = this.#end - this.#at;
    if (held === 0) {
      this.#data = chunk;
      this.#owned = false;
      this.#shift(-this.#at, chunk.length);
    } else if (this.#owned && this.#end + chunk.length <= this.#data.length) {
      chunk.copy(this.#data, this.#end);
      this.#end += chunk.length;
    } else {
      const larger = Buffer.allocUnsafe(Math.max(1024, (held + chunk.length) * 2));
      this.#data.copy(larger, 0, this.#at, this.#end);
      chunk.copy(larger, held);
      this.#data = larger;
      this.#owned = true;
      this.#shift(-this.#at, held + chunk.length);
    }
  }

  /**
   * The next complete message, or undefined when more bytes are needed.
   *
   * @throws DecodeError for what breaks the grammar or a limit; its context carries the `cseq` if that was read.
   */
  next(): RtspMessage | undefined {
    if (this.#failure) throw this.#failure;
    try {
      const message = this.#next();
      // Who waits for the next message holds no buffer.
      if (!message && this.pendingBytes === 0) this.#data = NOTHING;
      return message;
    } catch (error) {
      if (error instanceof DecodeError) this.#failure = error;
      throw error;
    }
  }

  #next(): RtspMessage | undefined {
    if (!this.#head && this.#lines.length === 0) {
      this.#skipEmptyLines();
      if (this.#data[this.#at] === FRAME_MARK && this.#at < this.#end) return this.#frame();
    }
    this.#head ??= this.#readHead();
    if (!this.#head || this.#end - this.#at < this.#head.bodyLength) return undefined;
    const { start, headers, bodyLength } = this.#head;
    const body = this.#data.subarray(this.#at, this.#at + bodyLength);
    this.#head = undefined;
    this.#consumeTo(this.#at + bodyLength);
    return this.#message(start, headers, body);
  }

  #frame(): RtspMessage | undefined {
    if (this.#end - this.#at < 4) return undefined;
    const start = this.#at + 4;
    const end = start + this.#data.readUInt16BE(this.#at + 2);
    if (this.#end < end) return undefined;
    const channel = this.#data[this.#at + 1] ?? 0;
    this.#consumeTo(end);
    return { kind: "frame", channel, payload: this.#data.subarray(start, end) };
  }

  #skipEmptyLines(): void {
    let at = this.#at;
    while (at < this.#end && (this.#data[at] === CR || this.#data[at] === LF)) at++;
    if (at > this.#at) this.#consumeTo(at);
    // Binary rubbish is told at once instead of being collected up to the longest line.
    const first = this.#data[at] ?? 0;
    if (at < this.#end && (first <= 0x20 || first >= 0x7f))
      throw new DecodeError("rtsp-start", "neither an RTSP message nor an interleaved frame", { byte: first });
  }

  #readHead(): Head | undefined {
    for (;;) {
      const found = this.#data.subarray(0, this.#end).indexOf(LF, this.#searched);
      const lineEnd = found < 0 ? this.#end : found;
      if (lineEnd - this.#line > this.#limits.lineBytes) throw this.#tooLong();
      if (lineEnd - this.#at > this.#limits.headBytes) throw this.#bad("rtsp-head-too-large", "headers are too large");
      this.#searched = lineEnd;
      if (found < 0) return undefined;
      const text = this.#data.toString(
        "utf8",
        this.#line,
        found > this.#line && this.#data[found - 1] === CR ? found - 1 : found,
      );
      this.#line = this.#searched = found + 1;
      if (text !== "") {
        this.#takeLine(text);
        continue;
      }
      const [start = "", ...lines] = this.#lines;
      const headers = new Headers(lines.map((line) => this.#header(line)));
      const bodyLength = this.#bodyLength(headers);
      this.#consumeTo(found + 1);
      return { start, headers, bodyLength };
    }
  }

  #takeLine(text: string): void {
    if (/[^\t\P{Cc}]/u.test(text)) throw this.#bad("rtsp-control-character", "control character in a header line");
    const folded = /^[ \t]/.test(text) && this.#lines.length > 1;
    if (folded) this.#lines.push(`${this.#lines.pop() ?? ""} ${text.trim()}`);
    else this.#lines.push(text);
    if (this.#lines.length > this.#limits.headerLines + 1) throw this.#bad("rtsp-too-many-headers", "too many headers");
  }

  #header(line: string): readonly [string, string] {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === "" || /[\s"]/.test(name))
      throw this.#bad("rtsp-header", "header line without a name", { line: line.slice(0, 80) });
    return [name, line.slice(colon + 1).trim()];
  }

  #bodyLength(headers: Headers): number {
    const [first = "0", ...others] = headers.all("Content-Length");
    if (!/^\d{1,15}$/.test(first) || others.some((other) => other !== first))
      throw this.#bad("rtsp-content-length", "Content-Length is not one number");
    const length = Number(first);
    if (length > this.#limits.bodyBytes) throw this.#bad("rtsp-body-too-large", "body is too large", { length });
    return length;
  }

  #message(start: string, headers: Headers, body: Buffer): RtspMessage {
    const cseq = headers.get("CSeq");
    const response = /^RTSP\/(\d+\.\d+)\s+(\d{3})(?:\s+(.*))?$/i.exec(start);
    if (response) {
      const [, version = "", status = "", reason = ""] = response;
      return { kind: "response", status: Number(status), reason: reason.trim(), version, headers, body };
    }
    // The target is all between the method and the version: some clients leave spaces in it.
    const text = start.trim();
    const methodEnd = text.search(/\s/);
    const versionStart = Math.max(text.lastIndexOf(" "), text.lastIndexOf("\t"));
    const method = text.slice(0, Math.max(methodEnd, 0));
    const target = text.slice(methodEnd, versionStart).trim();
    const [, protocol, version] = /^([A-Z]{1,16})\/(\d{1,3}\.\d{1,3})$/i.exec(text.slice(versionStart + 1)) ?? [];
    if (protocol === undefined || version === undefined || target === "")
      throw new DecodeError("rtsp-start-line", "not a request line", { line: text.slice(0, 80), cseq });
    if (protocol.toUpperCase() !== "RTSP")
      throw new DecodeError("rtsp-protocol", "another protocol than RTSP", { protocol, cseq });
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/.test(method))
      throw new DecodeError("rtsp-method", "method is not a token", { cseq });
    if (Buffer.byteLength(target) > this.#limits.targetBytes)
      throw new DecodeError("rtsp-target-too-long", "request target is too long", { cseq });
    return { kind: "request", method, target, version, headers, body };
  }

  #tooLong(): DecodeError {
    return this.#lines.length === 0
      ? new DecodeError("rtsp-target-too-long", "request line is too long")
      : this.#bad("rtsp-line-too-long", "header line is too long");
  }

  /** An error that names the CSeq of the message in work, so that the answer can. */
  #bad(code: string, message: string, facts: Record<string, unknown> = {}): DecodeError {
    const cseq = this.#lines.map((line) => /^cseq\s*:\s*(\d{1,10})\s*$/i.exec(line)?.[1]).find(Boolean);
    return new DecodeError(code, message, { ...facts, ...(cseq !== undefined && { cseq }) });
  }

  #consumeTo(at: number): void {
    this.#at = this.#line = this.#searched = at;
    this.#lines = [];
  }

  /** The bytes held have moved by `by` and end at `end` now. */
  #shift(by: number, end: number): void {
    this.#at += by;
    this.#line += by;
    this.#searched += by;
    this.#end = end;
  }
}
