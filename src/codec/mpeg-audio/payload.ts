import { DecodeError } from "#util/errors";
import type { MediaFormat } from "../format.js";
import {
  evenPieces,
  joined,
  noHead,
  type Depacketized,
  type Depacketizer,
  type PayloadFormat,
} from "../payload-format.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";
import { type MpegAudioHeader, parseMpegAudioHeader, splitMpegAudio } from "./header.js";

/**
 * The format of an MPEG audio track, layers 1 to 3, payload type 14 (RFC 3551 §4.5.13). The clock is 90 kHz at every
 * sample rate. `frame` is one of its frames; a DecodeError when its header cannot be read.
 */
export function mpegAudioFormat(frame: Uint8Array): MediaFormat {
  parseMpegAudioHeader(frame);
  return {
    kind: "audio",
    encodingName: "MPA",
    payloadType: 14,
    clockRate: 90_000,
    parameterSets: [lastingHeader(frame)],
  };
}

/** Ticks of the clock that a frame lasts; at some sample rates it is no whole number. */
export const mpegAudioTicks = ({ samples, sampleRate }: MpegAudioHeader): number => (samples * 90_000) / sampleRate;

/** What of a frame's header stays the same in a stream: not bit rate, padding and the way in which stereo is coded. */
function lastingHeader(frame: Uint8Array): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = frame;
  const anyBitrate = 0x10;
  return Uint8Array.of(a, b, (c & 0x0c) | anyBitrate, d >= 0xc0 ? 0xc0 : 0);
}

const headerBytes = 4;

/**
 * RTP payload of MPEG audio (RFC 2250 §3.5): one frame a packet; a frame that is too long is cut. Any number of frames a
 * packet is understood. The marker would mean a talk spurt and is never set.
 *
 *     |  MBZ 16  | fragment offset 16 | frame …
 */
export const mpegAudioPayload: PayloadFormat = {
  marker: "never",
  packetize: (unit, _format, _randomAccess, maxBytes) =>
    unit
      .filter((frame) => frame.length > 0 && frame.length <= 0xffff)
      .flatMap((frame) =>
        evenPieces(frame, maxBytes - headerBytes).map((body) => {
          const offset = body.byteOffset - frame.byteOffset;
          return { head: Uint8Array.of(0, 0, offset >> 8, offset & 0xff), body };
        }),
      ),
  depacketizer: () => new MpegAudioDepacketizer(),
};

export const mpegAudioTraits: StreamTraits = {
  ...plainTraits,
  setsOf([frame = noHead]) {
    try {
      parseMpegAudioHeader(frame);
      return [lastingHeader(frame)];
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  },
  withSets: (format, sets) => ({ ...format, parameterSets: sets }),
  unitTicks({ parameterSets: [header] = [] }) {
    return header ? Math.round(mpegAudioTicks(parseMpegAudioHeader(header))) : 0;
  },
};

class MpegAudioDepacketizer implements Depacketizer {
  /** Of a frame that has been cut. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #frameBytes = 0;

  push(payload: Uint8Array): Depacketized | undefined {
    const offset = ((payload[2] ?? 0) << 8) | (payload[3] ?? 0);
    const body = payload.subarray(headerBytes);
    if (body.length === 0) return this.#drop("short");
    if (offset === 0) this.reset();
    if (offset !== this.#bytes) return this.#drop("fragment-missing");
    try {
      return offset === 0 ? this.#begin(body) : this.#goOn(body);
    } catch (error) {
      if (error instanceof DecodeError) return this.#drop("frame-malformed");
      throw error;
    }
  }

  /** A frame is given out as soon as it is whole; without markers nothing else tells that it ends. */
  flush(): undefined {}

  reset(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#frameBytes = 0;
  }

  #begin(body: Uint8Array): Depacketized | undefined {
    const { frameBytes } = parseMpegAudioHeader(body);
    if (frameBytes <= body.length) return { units: splitMpegAudio(body).map((frame) => [frame]) };
    this.#frameBytes = frameBytes;
    return this.#goOn(body);
  }

  #goOn(body: Uint8Array): Depacketized | undefined {
    this.#pieces.push(body);
    this.#bytes += body.length;
    if (this.#bytes > this.#frameBytes) return this.#drop("fragment-malformed");
    if (this.#bytes < this.#frameBytes) return undefined;
    const frame = joined(this.#pieces);
    this.reset();
    return { units: [[frame]] };
  }

  #drop(dropped: string): Depacketized {
    this.reset();
    return { dropped };
  }
}
