import { parseFmtp } from "#wire/sdp/attributes";
import { BitReader } from "../bits.js";
import type { MediaFormat } from "../format.js";
import {
  evenPieces,
  joined,
  maxUnitParts,
  type Depacketized,
  type Depacketizer,
  type PayloadFormat,
  type RtpPayload,
} from "../payload-format.js";
import { parseAacConfig } from "./config.js";

/**
 * The format of an AAC track, carried as RFC 3640 AAC-hbr. `channels` counts where the configuration leaves it open.
 * Throws a DecodeError when the configuration cannot be read.
 */
export function aacFormat(config: Uint8Array, payloadType: number, channels = 2): MediaFormat {
  const { sampleRate, channels: stated } = parseAacConfig(config);
  return {
    kind: "audio",
    encodingName: "MPEG4-GENERIC",
    payloadType,
    clockRate: sampleRate,
    channels: stated === 0 ? channels : stated,
    fmtp:
      "streamtype=5; profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; " +
      `config=${Buffer.from(config).toString("hex").toUpperCase()}`,
    parameterSets: [config],
  };
}

/** Largest frame that 13 bits of size can tell. */
const maxFrameBytes = 8191;

/**
 * RTP payload of AAC (RFC 3640 §3.3.6, mode AAC-hbr): one frame a packet; a frame that is too long is fragmented. Frames
 * that the size cannot tell are not sent. Any number of frames a packet is understood, and header fields of other lengths,
 * such as those of mode AAC-lbr; interleaving is not.
 *
 *     | AU headers in bits: 16 | size 13 | index 3 | frame …
 */
export const aacPayload: PayloadFormat = {
  marker: "last",

  packetize(unit, _format, _randomAccess, maxBytes) {
    const payloads: RtpPayload[] = [];
    for (const frame of unit) {
      if (frame.length === 0 || frame.length > maxFrameBytes) continue;
      const head = Uint8Array.of(0, 16, frame.length >> 5, (frame.length << 3) & 0xff);
      for (const body of evenPieces(frame, maxBytes - head.length)) payloads.push({ head, body });
    }
    return payloads;
  },

  depacketizer: ({ fmtp = "" }) => new AacDepacketizer(parseFmtp(fmtp)),
};

/** Bits of a field as `fmtp` tells them; those of AAC-hbr where it does not. */
function bitsOf(fmtp: ReadonlyMap<string, string>, name: string, usual: number): number {
  const bits = Number(fmtp.get(name) ?? usual);
  return Number.isInteger(bits) && bits >= 0 && bits <= 32 ? bits : usual;
}

class AacDepacketizer implements Depacketizer {
  readonly #sizeBits: number;
  /** Behind the size: the index of the first frame, and the distance of each other one to the one before. */
  readonly #indexBits: number;
  readonly #deltaBits: number;
  #fragments: Uint8Array[] = [];
  #missing = 0;

  constructor(fmtp: ReadonlyMap<string, string>) {
    this.#sizeBits = Math.max(1, bitsOf(fmtp, "sizelength", 13));
    this.#indexBits = bitsOf(fmtp, "indexlength", 3);
    this.#deltaBits = bitsOf(fmtp, "indexdeltalength", 3);
  }

  push(payload: Uint8Array): Depacketized | undefined {
    const headerBits = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    let offset = 2 + ((headerBits + 7) >> 3);
    if (headerBits === 0 || offset > payload.length) return this.#drop("headers-malformed");
    const sizes = this.#sizesOf(new BitReader(payload.subarray(2, offset)), headerBits);
    if (!sizes) return this.#drop("headers-malformed");
    const units: Uint8Array[][] = [];
    for (const size of sizes) {
      if (size === 0) return this.#drop("frame-empty");
      if (size > payload.length - offset)
        return sizes.length === 1 ? this.#fragment(payload.subarray(offset), size) : this.#drop("frame-truncated");
      units.push([payload.subarray(offset, offset + size)]);
      offset += size;
    }
    if (this.#fragments.length > 0) this.reset();
    return { units };
  }

  /** The sizes in headers of `headerBits` bits; undefined when those are no whole number of headers. */
  #sizesOf(bits: BitReader, headerBits: number): readonly number[] | undefined {
    const sizes: number[] = [];
    let left = headerBits;
    while (left > 0) {
      const behind = sizes.length === 0 ? this.#indexBits : this.#deltaBits;
      left -= this.#sizeBits + behind;
      if (left < 0) return undefined;
      sizes.push(bits.bits(this.#sizeBits));
      bits.skip(behind);
    }
    return sizes;
  }

  /** A frame is sent as soon as it is whole; there is never one to flush. */
  flush(): undefined {
    this.reset();
  }

  reset(): void {
    this.#fragments = [];
    this.#missing = 0;
  }

  #fragment(body: Uint8Array, size: number): Depacketized | undefined {
    if (this.#fragments.length === 0) this.#missing = size;
    if (body.length === 0 || body.length > this.#missing || this.#fragments.length >= maxUnitParts) {
      return this.#drop("fragment-malformed");
    }
    this.#fragments.push(body);
    this.#missing -= body.length;
    if (this.#missing > 0) return undefined;
    const frame = joined(this.#fragments);
    this.reset();
    return { units: [[frame]] };
  }

  #drop(reason: string): Depacketized {
    this.reset();
    return { dropped: reason };
  }
}
