import { aacFormat } from "#codec/aac/payload";
import { aacLcConfig } from "#codec/aac/config";
import type { MediaFormat } from "#codec/format";
import { g711Format } from "#codec/g711";
import { g722Format } from "#codec/g722";
import { g726Format, type G726Bits } from "#codec/g726";
import { linearFormat } from "#codec/linear-pcm";
import { opusFormat } from "#codec/opus/payload";

/** Codecs that clients may send. */
export type SpeakerCodec = "G711A" | "G711U" | "G722" | "G726" | "OPUS" | "AAC" | "L16";

export interface Sound {
  /** Samples a second; G722, G726 and OPUS have one of their own. */
  readonly sampleRate: number;
  /** 1 or 2; G722 and G726 are always mono. */
  readonly channels: number;
}

/** First of our dynamic payload types: those of video and audio lie below it, and some clients know only one list. */
const FIRST_TYPE = 100;

/** The rate that most clients know first. */
const G726_BITS: readonly G726Bits[] = [4, 5, 3, 2];

type Maker = (sound: Sound) => readonly MediaFormat[];

const MAKERS: Readonly<Record<SpeakerCodec, Maker>> = {
  G711A: ({ sampleRate, channels }) => [g711Format("PCMA", sampleRate, channels, FIRST_TYPE)],
  G711U: ({ sampleRate, channels }) => [g711Format("PCMU", sampleRate, channels, FIRST_TYPE)],
  G722: () => [g722Format()],
  G726: () => G726_BITS.map((bits) => g726Format(bits, "rfc3551", FIRST_TYPE)),
  // `stereo` is what a receiver prefers (RFC 7587 §6.1).
  OPUS: ({ channels }) => [{ ...opusFormat(1, FIRST_TYPE), ...(channels > 1 && { fmtp: "stereo=1" }) }],
  AAC: ({ sampleRate, channels }) => [aacFormat(aacLcConfig(sampleRate, channels), FIRST_TYPE)],
  L16: ({ sampleRate, channels }) => [linearFormat(16, sampleRate, channels, FIRST_TYPE)],
};

/** What is offered for these codecs, in their order, each with a payload type of its own. G726 is offered at all its rates. */
export function speakerFormats(codecs: readonly SpeakerCodec[], sound: Sound): readonly MediaFormat[] {
  let next = FIRST_TYPE;
  return [...new Set(codecs)]
    .flatMap((codec) => MAKERS[codec](sound))
    .map((format) => (format.payloadType < FIRST_TYPE ? format : { ...format, payloadType: next++ }));
}
