import type { MediaFormat } from "./format.js";
import { samplesPayload, samplesTraits, type SamplesUnit } from "./samples-payload.js";

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

const unitOf = ({ channels = 1 }: MediaFormat): SamplesUnit => ({
  ticks: g711UnitSamples,
  bytes: g711UnitSamples * channels,
});

/** RTP payload of G.711 (RFC 3551 §4.5.14). */
export const g711Payload = samplesPayload(unitOf);
export const g711Traits = samplesTraits(unitOf);
