import { DecodeError } from "#util/errors";

const MAX_HEAD_BYTES = 16_384;
const MIN_BUFFER_BYTES = 65_536;
const CR = 0x0d;
const LF = 0x0a;

/**
 * The parts of `multipart/x-mixed-replace`, by which cameras send motion JPEG over HTTP: each part takes the place of the
 * one before. Parts end where their Content-Length says, or at the next boundary. Cameras write the boundary with and
 * without its leading dashes, in the header and in the body.
 */
export class MixedReplaceParser {
  readonly #boundary: Buffer;
  readonly #maxPartBytes: number;
  #buffer = Buffer.alloc(0);
  /** What has come and is not taken yet lies from here… */
  #at = 0;
  /** …to here. */
  #end = 0;
  /** Up to here a part without a length has been searched for its end. */
  #searched = 0;
  /** Length of the part in hand; −1 where it was not said. Undefined between the parts. */
  #length: number | undefined;

  /**
   * Takes the value of Content-Type.
   *
   * @throws DecodeError for another type, or without a boundary.
   */
  constructor(contentType: string, maxPartBytes: number) {
    const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;,"]{1,200}))/i.exec(contentType) ?? [];
    const boundary = (quoted ?? bare ?? "").trim().replace(/^-+/, "");
    if (!/^\s*multipart\/x-mixed-replace\b/i.test(contentType) || boundary === "")
      throw new DecodeError("mixed-replace-type", "the answer is not multipart/x-mixed-replace with a boundary");
    this.#boundary = Buffer.from(`--${boundary}`, "latin1");
    this.#maxPartBytes = maxPartBytes;
  }

  /**
   * Takes what was received; gives the parts that are complete with it, which stay as they are.
   *
   * @throws DecodeError for a head or a part that is too long; nothing can be read afterwards.
   */
  push(chunk: Uint8Array): Buffer[] {
    this.#append(chunk);
    const parts: Buffer[] = [];
    for (;;) {
      if (this.#length === undefined && !this.#readHead()) return parts;
      const part = this.#readPart();
      if (!part) return parts;
      if (part.length > 0) parts.push(part);
    }
  }

  get #data(): Buffer {
    return this.#buffer.subarray(this.#at, this.#end);
  }

  #append(chunk: Uint8Array): void {
    const held = this.#end - this.#at;
    if (this.#end + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(MIN_BUFFER_BYTES, (held + chunk.length) * 2));
      this.#data.copy(larger);
      this.#buffer = larger;
      this.#at = 0;
      this.#end = held;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Reads a boundary and the head behind it. */
  #readHead(): boolean {
    const data = this.#data;
    const start = data.indexOf(this.#boundary);
    if (start < 0) {
      // What stands before the first boundary means nothing; a boundary may be cut.
      this.#take(Math.max(0, data.length - this.#boundary.length));
      return false;
    }
    const lineEnd = data.indexOf(LF, start);
    const end = lineEnd < 0 ? undefined : headEnd(data, lineEnd + 1);
    if (end === undefined) {
      if (data.length - start > MAX_HEAD_BYTES)
        throw new DecodeError("mixed-replace-head", "the head of a part is too long");
      return false;
    }
    const length = /^content-length\s*:\s*(\d{1,12})\s*$/im.exec(data.toString("latin1", lineEnd + 1, end))?.[1];
    this.#length = length === undefined ? -1 : Number(length);
    if (this.#length > this.#maxPartBytes) throw this.#tooLarge();
    this.#take(end);
    return true;
  }

  #readPart(): Buffer | undefined {
    const length = this.#length ?? -1;
    if (length >= 0) {
      if (this.#data.length < length) return undefined;
      return this.#part(length, length);
    }
    const data = this.#data;
    const boundary = data.indexOf(this.#boundary, this.#searched);
    if (boundary < 0) {
      if (data.length > this.#maxPartBytes) throw this.#tooLarge();
      this.#searched = Math.max(0, data.length - this.#boundary.length);
      return undefined;
    }
    let end = boundary;
    // Further dashes, and the line's end before the boundary, are not of the part.
    while (data[end - 1] === 0x2d) end--;
    if (data[end - 1] === LF) end--;
    if (data[end - 1] === CR) end--;
    return this.#part(Math.max(0, end), boundary);
  }

  #part(length: number, next: number): Buffer {
    const part = Buffer.from(this.#data.subarray(0, length));
    this.#length = undefined;
    this.#take(next);
    return part;
  }

  #take(bytes: number): void {
    this.#at += bytes;
    this.#searched = 0;
  }

  #tooLarge(): DecodeError {
    return new DecodeError("mixed-replace-part", "a picture is too large", { limit: this.#maxPartBytes });
  }
}

/** Where the content starts behind a head that starts at `from`: behind its first empty line. */
function headEnd(data: Buffer, from: number): number | undefined {
  for (let at = from; ;) {
    const lineEnd = data.indexOf(LF, at);
    if (lineEnd < 0) return undefined;
    if (lineEnd === at || (lineEnd === at + 1 && data[at] === CR)) return lineEnd + 1;
    at = lineEnd + 1;
  }
}
