import { DecodeError } from "#util/errors";

/*
 * A RILF frame is an RTP packet on a TCP connection, as the product manual has it (§2.6):
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |  magic 0x24   |    channel    |            rtp_len            |
 *  |                     RTP packet of rtp_len bytes …             |
 *
 * The byte order of rtp_len is not stated. Written as in RFC 2326 §10.12 the high byte comes first; a program that fills
 * the structure of bit fields in on a PC has the low byte first.
 */

export type ByteOrder = "big" | "little";

export interface RilfFrame {
  /** 0…255; says nothing, since the port tells what comes. */
  readonly channel: number;
  readonly packet: Buffer;
}

const MAGIC = 0x24;
const HEADER_BYTES = 4;
/** The shortest packet there is: an RTCP receiver report about nobody. */
const MIN_PACKET_BYTES = 8;
/** So many frames behind the first one must begin as frames do for a byte order to be taken for that of the sender. */
const FOLLOWERS = 2;

/**
 * Cuts a byte stream into RILF frames. The byte order of the lengths is found out: both are followed through the first
 * frames, big-endian first, until one leads to where no frame begins or the other through three frames; from then on it
 * stays. Frames whose length is the same in both are handed out before that.
 *
 * After an error nothing more can be read.
 */
export class RilfParser {
  #chunks: Buffer[] = [];
  #held = 0;
  /** With fewer bytes than this there is nothing to find out. */
  #needed = HEADER_BYTES;
  #order: ByteOrder | undefined;
  #failure: DecodeError | undefined;

  /** Undefined until it is known. */
  get order(): ByteOrder | undefined {
    return this.#order;
  }

  /** Bytes that have come and belong to frames that were not handed out. */
  get pendingBytes(): number {
    return this.#held;
  }

  /** Takes what was received, which must not change afterwards. */
  push(chunk: Buffer): void {
    if (this.#failure || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  /**
   * The next complete frame, or undefined when more bytes are needed.
   *
   * @throws DecodeError `rilf-magic` where a frame should begin and does not.
   */
  next(): RilfFrame | undefined {
    if (this.#failure) throw this.#failure;
    if (this.#held < this.#needed) return undefined;
    const data = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [data];
    if (data[0] !== MAGIC) throw this.#fail(data);
    const length = this.#lengthOf(data);
    if (length === undefined) return undefined;
    const end = HEADER_BYTES + length;
    if (this.#held < end) {
      this.#needed = end;
      return undefined;
    }
    this.#chunks = this.#held > end ? [data.subarray(end)] : [];
    this.#held -= end;
    this.#needed = HEADER_BYTES;
    return { channel: data[1] ?? 0, packet: data.subarray(HEADER_BYTES, end) };
  }

  /** The length of the first packet; undefined while the byte order has to be waited for. */
  #lengthOf(data: Buffer): number | undefined {
    const big = lengthAt(data, 0, "big");
    if (this.#order) return lengthAt(data, 0, this.#order);
    if (big === lengthAt(data, 0, "little")) return big;
    const asBig = follow(data, "big");
    if (asBig === "fits") this.#order = "big";
    else {
      const asLittle = follow(data, "little");
      if (asBig === "broken" && asLittle === "broken") throw this.#fail(data);
      if (asBig === "broken" || asLittle === "fits") this.#order = "little";
      else if (asLittle === "broken") this.#order = "big";
      else if (typeof asBig === "number" && typeof asLittle === "number") this.#needed = Math.min(asBig, asLittle);
    }
    return this.#order && lengthAt(data, 0, this.#order);
  }

  #fail(data: Buffer): DecodeError {
    this.#chunks = [];
    this.#held = 0;
    const bytes = data.subarray(0, 8).toString("hex");
    this.#failure = new DecodeError("rilf-magic", "no RILF frame begins where one should", { bytes });
    return this.#failure;
  }
}

const lengthAt = (data: Buffer, at: number, order: ByteOrder): number =>
  order === "big" ? data.readUInt16BE(at + 2) : data.readUInt16LE(at + 2);

/** Whether frames follow one another in `data` when their lengths are read so; a number says how many bytes tell more. */
function follow(data: Buffer, order: ByteOrder): "fits" | "broken" | number {
  let at = 0;
  for (let frames = 0; frames <= FOLLOWERS; frames++) {
    const known = data.length - at;
    if (known > 0 && data[at] !== MAGIC) return "broken";
    if (known < HEADER_BYTES) return at + HEADER_BYTES;
    const length = lengthAt(data, at, order);
    if (length > 0) {
      if (length < MIN_PACKET_BYTES) return "broken";
      if (known <= HEADER_BYTES) return at + HEADER_BYTES + 1;
      // The two bits of the version, RTP as RTCP.
      if ((data[at + HEADER_BYTES] ?? 0) >> 6 !== 2) return "broken";
    }
    at += HEADER_BYTES + length;
  }
  return "fits";
}
