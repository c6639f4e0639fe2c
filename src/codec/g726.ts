import type { MediaFormat } from "./format.js";
import { samplesPayload, samplesTraits, type SamplesUnit } from "./samples-payload.js";

/** Bits of a codeword: 2, 3, 4 or 5 for 16, 24, 32 or 40 kbit/s. */
export type G726Bits = 2 | 3 | 4 | 5;

/**
 * How codewords lie in octets. `rfc3551`: the first one in the least significant bits (RFC 3551 §4.5.4, names G726-16…40).
 * `aal2`: the first one in the most significant bits (ITU-T I.366.2 annex E, names AAL2-G726-16…40).
 */
export type G726Order = "rfc3551" | "aal2";

/** Samples, and ticks, of one unit: 20 ms, a multiple of the 8 samples that fill whole octets at any rate. */
export const g726UnitSamples = 160;

/** The format of a G.726 track, 8 kHz mono. There is no static payload type: the old type 2 stood for either order. */
export const g726Format = (bits: G726Bits, order: G726Order, payloadType: number): MediaFormat => ({
  kind: "audio",
  encodingName: `${order === "aal2" ? "AAL2-" : ""}G726-${bits * 8}`,
  payloadType,
  clockRate: 8000,
  channels: 1,
  bitrateKbps: bits * 8,
});

/** The codewords of `octets` in the other order; `from` is the order that they have. Bits behind the last one are 0. */
export function reorderG726(octets: Uint8Array, bits: G726Bits, from: G726Order): Uint8Array {
  const out = new Uint8Array(octets.length);
  const count = Math.floor((octets.length * 8) / bits);
  for (let word = 0; word < count; word++) {
    for (let bit = 0; bit < bits; bit++) {
      // Position of this bit, the word's least significant first, in either order.
      const low = word * bits + bit;
      const high = word * bits + (bits - 1 - bit);
      const inLow = 1 << (low & 7);
      const inHigh = 0x80 >> (high & 7);
      const [source, mask, target, set] = from === "rfc3551" ? [low, inLow, high, inHigh] : [high, inHigh, low, inLow];
      if (((octets[source >> 3] ?? 0) & mask) !== 0) out[target >> 3] = (out[target >> 3] ?? 0) | set;
    }
  }
  return out;
}

function unitOf({ encodingName }: MediaFormat): SamplesUnit {
  const kbps = Number(/(\d+)$/.exec(encodingName)?.[1] ?? 32);
  return { ticks: g726UnitSamples, bytes: (g726UnitSamples * kbps) / 64 };
}

/** RTP payload of G.726 in either order (RFC 3551 §4.5.4). */
export const g726Payload = samplesPayload(unitOf);
export const g726Traits = samplesTraits(unitOf);
