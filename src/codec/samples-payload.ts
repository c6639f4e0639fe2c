import type { MediaFormat } from "./format.js";
import { evenPieces, noHead, type Depacketizer, type PayloadFormat } from "./payload-format.js";
import { plainTraits } from "./plain-traits.js";
import type { StreamTraits } from "./stream-traits.js";

/** A unit as it is made here of sound that has no frames of its own. */
export interface SamplesUnit {
  /** Ticks of the track's clock. */
  readonly ticks: number;
  readonly bytes: number;
}

/** Longest unit of sound without frames that is made here: fits into a packet that passes every usual network. */
export const maxSamplesBytes = 1280;
/** What comes in packets up to this length, which Ethernet carries, is left whole. */
const maxWholeBytes = 1460;

/**
 * RTP payload of sound without frames (RFC 3551 §4.2): the samples as they are. All packets of a unit share one
 * timestamp, so a unit must fit into one packet. What comes in longer packets is cut into units of `unitOf`. The marker
 * would mean a talk spurt and is never set.
 */
export function samplesPayload(unitOf: (format: MediaFormat) => SamplesUnit): PayloadFormat {
  return {
    marker: "never",
    packetize: (unit, _format, _randomAccess, maxBytes) =>
      unit
        .filter((samples) => samples.length > 0)
        .flatMap((samples) => evenPieces(samples, maxBytes).map((body) => ({ head: noHead, body }))),
    depacketizer: (format) => samplesDepacketizer(unitOf(format).bytes),
  };
}

/** The traits of sound without frames. */
export const samplesTraits = (unitOf: (format: MediaFormat) => SamplesUnit): StreamTraits => ({
  ...plainTraits,
  unitTicks: (format) => unitOf(format).ticks,
});

const samplesDepacketizer = (unitBytes: number): Depacketizer => ({
  push(payload) {
    if (payload.length === 0) return { dropped: "empty" };
    if (payload.length <= maxWholeBytes) return { units: [[payload]] };
    const units: Uint8Array[][] = [];
    for (let offset = 0; offset < payload.length; offset += unitBytes)
      units.push([payload.subarray(offset, offset + unitBytes)]);
    return { units };
  },
  flush: () => undefined,
  reset: () => undefined,
});
