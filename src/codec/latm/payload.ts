import { DecodeError } from "#util/errors";
import { parseFmtp } from "#wire/sdp/attributes";
import { parseAacConfig } from "../aac/config.js";
import { BitReader } from "../bits.js";
import type { MediaFormat } from "../format.js";
import {
  evenPieces,
  noHead,
  type Depacketized,
  type Depacketizer,
  type PayloadFormat,
  type RtpPayload,
} from "../payload-format.js";
import { PiecesDepacketizer, plainPiece } from "../pieces.js";
import { plainTraits } from "../plain-traits.js";
import type { StreamTraits } from "../stream-traits.js";
import { makeMuxConfig, movedBits, type MuxConfig, readMuxConfig } from "./mux-config.js";

/**
 * The format of an AAC track in LATM (RFC 6416 §7.3): the frames are those of `aacFormat`, the packets others. Throws a
 * DecodeError when the AudioSpecificConfig cannot be read, or not be told this way: then `aacFormat` is the one to use.
 */
export function latmFormat(config: Uint8Array, payloadType: number): MediaFormat {
  const { sampleRate, channels, objectType } = parseAacConfig(config);
  const muxConfig = Buffer.from(makeMuxConfig(config)).toString("hex").toUpperCase();
  return {
    kind: "audio",
    encodingName: "MP4A-LATM",
    payloadType,
    clockRate: sampleRate,
    channels,
    fmtp: `profile-level-id=1; object=${objectType}; cpresent=0; config=${muxConfig}`,
    parameterSets: [config],
  };
}

/**
 * RTP payload of AAC in LATM (RFC 6416 §6): one frame an element, one element a packet; an element that is too long is
 * cut, the marker is on its last packet. Elements of several frames are understood, and those that bring their
 * configuration (`cpresent=1`).
 *
 *     | 255 | … | rest of the frame's length | frame |
 */
export const latmPayload: PayloadFormat = {
  marker: "last",
  packetize(unit, _format, _randomAccess, maxBytes) {
    const payloads: RtpPayload[] = [];
    for (const frame of unit) {
      if (frame.length === 0 || frame.length > maxFrameBytes) continue;
      const head = new Uint8Array(Math.floor(frame.length / 255) + 1).fill(255);
      head[head.length - 1] = frame.length % 255;
      if (head.length + frame.length <= maxBytes) payloads.push({ head, body: frame });
      else payloads.push(...evenPieces(Buffer.concat([head, frame]), maxBytes).map((body) => ({ head: noHead, body })));
    }
    return payloads;
  },
  depacketizer: ({ fmtp }) => new LatmDepacketizer(parseFmtp(fmtp ?? "")),
};

/** The most that a decoder's input buffer holds of one channel, 6144 bits, for 48 channels. */
const maxFrameBytes = 48 * 768;

/** Only streams whose configuration `fmtp` tells, as nearly all do: the others are passed on as they come. */
export const latmTraits: StreamTraits = {
  ...plainTraits,
  isReadable: (fmtp) => fmtp.get("cpresent") === "0" && statedConfig(fmtp)?.otherBits === 0,
  setsIn(fmtp) {
    const stated = statedConfig(fmtp);
    return stated ? [stated.config] : [];
  },
  withSets: (format, sets) => ({ ...format, parameterSets: sets }),
  unitTicks({ fmtp, clockRate }) {
    const stated = statedConfig(parseFmtp(fmtp ?? ""));
    if (!stated) return 0;
    const { frameSamples, sampleRate } = parseAacConfig(stated.config);
    return Math.round((frameSamples * clockRate) / sampleRate);
  },
};

/** The configuration in `fmtp`; undefined where there is none, or none that can be used. */
function statedConfig(fmtp: ReadonlyMap<string, string>): MuxConfig | undefined {
  const bytes = Buffer.from(fmtp.get("config") ?? "", "hex");
  try {
    return readMuxConfig(new BitReader(bytes), bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

class LatmDepacketizer implements Depacketizer {
  /** Whether elements start with a bit that says whether they bring the configuration. */
  readonly #bringsConfig: boolean;
  #config: MuxConfig | undefined;
  readonly #elements = new PiecesDepacketizer((body) => (body.length > 0 ? plainPiece(body) : "empty"));

  constructor(fmtp: ReadonlyMap<string, string>) {
    this.#bringsConfig = fmtp.get("cpresent") !== "0";
    this.#config = statedConfig(fmtp);
  }

  push(payload: Uint8Array, marker: boolean): Depacketized | undefined {
    const told = this.#elements.push(payload, marker);
    if (!told?.units) return told;
    try {
      return { units: told.units.flat().flatMap((element) => this.#framesOf(element)) };
    } catch (error) {
      if (error instanceof DecodeError) return { dropped: error.code };
      throw error;
    }
  }

  /** An element without its end is none. */
  flush(): undefined {
    this.reset();
  }

  reset(): void {
    this.#elements.reset();
  }

  /** `AudioMuxElement()` (ISO 14496-3 table 1.41). */
  #framesOf(element: Uint8Array): Uint8Array[][] {
    const bits = new BitReader(element);
    if (this.#bringsConfig && !bits.flag()) this.#config = readMuxConfig(bits, element);
    if (!this.#config) throw new DecodeError("config-missing", "there has been no configuration");
    const units: Uint8Array[][] = [];
    for (let frame = 0; frame < this.#config.frames; frame++) {
      let length = 0;
      let part = 255;
      while (part === 255) {
        part = bits.bits(8);
        length += part;
      }
      const start = element.length * 8 - bits.left;
      bits.skip(length * 8);
      if (length > 0) units.push([movedBits(element, start, length * 8)]);
    }
    return units;
  }
}
