import type { MediaFormat } from "../format.js";
import { noHead, type PayloadFormat } from "../payload-format.js";
import { plainTraits } from "../plain-traits.js";

/**
 * The format of an Opus track (RFC 7587 §7). The clock is 48 kHz and `a=rtpmap` says two channels, whatever is coded;
 * `fmtp` tells whether it is stereo.
 */
export const opusFormat = (channels: number, payloadType: number): MediaFormat => ({
  kind: "audio",
  encodingName: "opus",
  payloadType,
  clockRate: 48_000,
  channels: 2,
  ...(channels > 1 && { fmtp: "sprop-stereo=1" }),
});

/** Ticks of one frame by `config` of the TOC byte (RFC 6716 table 2): SILK, hybrid and CELT modes. */
const silk: readonly number[] = [480, 960, 1920, 2880];
const celt: readonly number[] = [120, 240, 480, 960];
/** A packet lasts 120 ms at most (RFC 6716 §3.4). */
const maxTicks = 5760;

/*
 *  | config 5 |s| c 2 | c = 3: |v|p| frames 6 | …
 */
/** Ticks that a packet lasts; 0 for one that is malformed (RFC 6716 §3). */
export function opusTicks(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const frameTicks = (config < 12 ? silk[config & 3] : config < 16 ? silk[config & 1] : celt[config & 3]) ?? 0;
  const code = toc & 3;
  const frames = code === 3 ? (packet[1] ?? 0) & 0x3f : code === 0 ? 1 : 2;
  return frames * frameTicks <= maxTicks ? frames * frameTicks : 0;
}

/** RTP payload of Opus (RFC 7587 §4.2): one Opus packet in each; one that does not fit cannot be sent. */
export const opusPayload: PayloadFormat = {
  marker: "never",
  packetize: (unit, _format, _randomAccess, maxBytes) =>
    unit.filter(({ length }) => length > 0 && length <= maxBytes).map((body) => ({ head: noHead, body })),
  depacketizer: () => ({
    push: (payload) => (payload.length > 0 ? { units: [[payload]] } : { dropped: "empty" }),
    flush: () => undefined,
    reset: () => undefined,
  }),
};

export const opusTraits = plainTraits;
