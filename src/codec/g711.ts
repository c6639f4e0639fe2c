import type { MediaFormat } from "./format.js";
import { evenPieces, noHead, type Depacketizer, type PayloadFormat } from "./payload-format.js";

/** Samples of one unit: 20 ms at 8 kHz, the packet time RFC 3551 §4.2 recommends. */
export const g711UnitSamples = 160;

/**
 * The format of a G.711 track, µ-law (PCMU) or A-law (PCMA). 8 kHz mono has the static payload types 0 and 8
 * (RFC 3551 table 4); anything else needs `dynamicType`.
 */
export function g711Format(
  encodingName: "PCMU" | "PCMA",
  sampleRate: number,
  channels: number,
  dynamicType: number,
): MediaFormat {
  const isStatic = sampleRate === 8000 && channels === 1;
  return {
    kind: "audio",
    encodingName,
    payloadType: isStatic ? (encodingName === "PCMU" ? 0 : 8) : dynamicType,
    clockRate: sampleRate,
    channels,
    bitrateKbps: (sampleRate * channels * 8) / 1000,
  };
}

/**
 * RTP payload of G.711 (RFC 3551 §4.5.14): the samples as they are. All packets of a unit share one timestamp, so a unit
 * must fit into one packet. The marker would mean a talk spurt and is never set.
 */
export const g711Payload: PayloadFormat = {
  marker: "never",
  packetize: (unit, _format, _randomAccess, maxBytes) =>
    unit
      .filter((samples) => samples.length > 0)
      .flatMap((samples) => evenPieces(samples, maxBytes).map((body) => ({ head: noHead, body }))),
  depacketizer: () => samplesDepacketizer,
};

const samplesDepacketizer: Depacketizer = {
  push: (payload) => (payload.length > 0 ? { units: [[payload]] } : { dropped: "empty" }),
  flush: () => undefined,
  reset: () => undefined,
};
