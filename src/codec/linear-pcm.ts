import type { MediaFormat } from "./format.js";
import { maxSamplesBytes, samplesPayload, samplesTraits, type SamplesUnit } from "./samples-payload.js";

/** Bits of a sample: 8 (unsigned, 128 is silence), 16 or 24 (two's complement, most significant byte first). */
export type LinearBits = 8 | 16 | 24;

/**
 * The format of uncompressed sound: L8, L16 (RFC 3551 §4.5.10, §4.5.11) or L24 (RFC 3190 §4). 16 bits at 44.1 kHz have
 * the static payload types 10 (stereo) and 11 (mono); anything else needs `dynamicType`.
 */
export function linearFormat(bits: LinearBits, sampleRate: number, channels: number, dynamicType: number): MediaFormat {
  const isStatic = bits === 16 && sampleRate === 44_100 && channels <= 2;
  return {
    kind: "audio",
    encodingName: `L${bits}`,
    payloadType: isStatic ? 12 - channels : dynamicType,
    clockRate: sampleRate,
    channels,
    bitrateKbps: (sampleRate * channels * bits) / 1000,
  };
}

/** The unit of a format: 20 ms, or as many whole milliseconds as fit into a packet; at least one sample. */
export function linearUnit({ encodingName, clockRate, channels = 1 }: MediaFormat): SamplesUnit {
  const frameBytes = (channels * Number(/^l(\d+)$/i.exec(encodingName)?.[1] ?? 16)) / 8;
  const mostTicks = Math.max(1, Math.floor(maxSamplesBytes / frameBytes));
  const ms = Math.min(20, Math.floor((mostTicks * 1000) / clockRate));
  const ticks = Math.max(1, ms > 0 ? Math.floor((ms * clockRate) / 1000) : mostTicks);
  return { ticks, bytes: ticks * frameBytes };
}

/** Samples of `bytesEach` bytes with their bytes in the other order; bytes that are no whole sample are left out. */
export function swapBytes(samples: Uint8Array, bytesEach: number): Uint8Array {
  const out = Buffer.from(samples.subarray(0, samples.length - (samples.length % bytesEach)));
  if (bytesEach === 2) return out.swap16();
  for (let offset = 0; offset < out.length; offset += bytesEach) {
    for (let i = 0; i < bytesEach; i++) out[offset + i] = samples[offset + bytesEach - 1 - i] ?? 0;
  }
  return out;
}

/** RTP payload of uncompressed sound: the channels of one instant together, in their order. */
export const linearPayload = samplesPayload(linearUnit);
export const linearTraits = samplesTraits(linearUnit);
