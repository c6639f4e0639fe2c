import type { MediaFormat } from "#codec/format";
import type { Depacketizer } from "#codec/payload-format";
import { payloadFormatOf } from "#codec/payloads";
import { findStreamTraits } from "#codec/stream-traits";
import type { SourceUnit } from "#media/access-unit";
import { hasMarker, payloadOf } from "#wire/rtp/packet";

/** A frame of sound, with its time in ticks of the format's clock. */
export interface SoundFrame {
  readonly data: Uint8Array;
  readonly pts: number;
}

/** Takes the frames out of units, which may have come as packets with several frames in each. */
export class FrameReader {
  readonly #depacketizer: Depacketizer;
  /** Ticks of one frame where several come together; 0 where their length tells. */
  readonly #step: number;

  constructor(format: MediaFormat) {
    this.#depacketizer = payloadFormatOf(format).depacketizer(format);
    this.#step = findStreamTraits(format)?.unitTicks?.(format) ?? 0;
  }

  frames({ packets, payload, pts }: SourceUnit): SoundFrame[] {
    const frames =
      packets?.flatMap((packet) => this.#depacketizer.push(payloadOf(packet), hasMarker(packet))?.units ?? []) ??
      (payload.length > 0 ? [payload] : []);
    return frames.map((parts, index) => ({
      data: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts),
      pts: pts + index * this.#step,
    }));
  }
}
