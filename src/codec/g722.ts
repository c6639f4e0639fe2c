import type { MediaFormat } from "./format.js";
import { samplesPayload, samplesTraits, type SamplesUnit } from "./samples-payload.js";

/** Octets, and ticks, of one unit: 20 ms. */
export const g722UnitBytes = 160;

/**
 * The format of a G.722 track, 64 kbit/s mono. It is sampled at 16 kHz, but its RTP clock is 8 kHz: an error of RFC 1890
 * that was kept since so much equipment had it (RFC 3551 §4.5.2). So one octet, two samples, lasts one tick.
 */
export const g722Format = (): MediaFormat => ({
  kind: "audio",
  encodingName: "G722",
  payloadType: 9,
  clockRate: 8000,
  channels: 1,
  bitrateKbps: 64,
});

const unitOf = ({ channels = 1 }: MediaFormat): SamplesUnit => ({
  ticks: g722UnitBytes,
  bytes: g722UnitBytes * channels,
});

/** RTP payload of G.722 (RFC 3551 §4.5.2). */
export const g722Payload = samplesPayload(unitOf);
export const g722Traits = samplesTraits(unitOf);
