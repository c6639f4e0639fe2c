import type { Emit } from "../change.js";
import type { SpeakerFormat } from "../speaker.js";
import { refusal } from "../refusal.js";
import { Configurations } from "./configurations.js";
import { demandNewName } from "./settings.js";
import type { Configuration } from "./types.js";

/** What a client may send to be played, for one encoding; any pair of the lists (Media §5.13.4). */
export interface AudioDecodingOptions {
  readonly encoding: AudioDecoding;
  readonly bitratesKbps: readonly number[];
  readonly sampleRatesKhz: readonly number[];
}

/** Encodings that differ for ONVIF. */
export type AudioDecoding = "PCMU" | "PCMA" | "G722" | "G726" | "AAC" | "OPUS" | "L16";

/** The one decoder of a camera with a loudspeaker. */
export const AUDIO_DECODER_TOKEN = "audio_decoder_1";

/** The decoder of the back channel (Media §5.13, Media2 §5.2.10). Only its name can be set: it takes all that is offered. */
export class AudioDecoders {
  readonly configurations: Configurations<Configuration>;
  readonly options: readonly AudioDecodingOptions[];

  /** `formats` is empty for a camera without a loudspeaker. */
  constructor(
    formats: readonly SpeakerFormat[],
    private readonly emit: Emit,
  ) {
    const entries = formats.length > 0 ? [{ token: AUDIO_DECODER_TOKEN, name: AUDIO_DECODER_TOKEN }] : [];
    this.configurations = new Configurations(entries);
    this.options = optionsOf(formats);
  }

  /** For the operations of the media service that answer AudioDecodingNotSupported where there is none. */
  demandSupport(): void {
    if (this.options.length === 0) throw refusal("audio-decoding-not-supported", "this camera has no loudspeaker");
  }

  /** SetAudioDecoderConfiguration (Media §5.13.5, Media2 §5.3.3). */
  setConfiguration({ token, name }: Configuration): void {
    const present = this.configurations.get(token);
    this.configurations.replace({ token, name: demandNewName(name, present) });
    this.emit({ slice: "configurations", what: "set", kind: "audio-decoder", configurationToken: token });
  }
}

/** Opus and AAC come at any bit rate; these are usual ones. */
const ANY_KBPS = [16, 24, 32, 48, 64, 96, 128];

function optionsOf(formats: readonly SpeakerFormat[]): readonly AudioDecodingOptions[] {
  const options = new Map<AudioDecoding, AudioDecodingOptions>();
  for (const format of formats) {
    const one = optionOf(format);
    const same = one && options.get(one.encoding);
    if (!one) continue;
    options.set(one.encoding, {
      encoding: one.encoding,
      bitratesKbps: joined(same?.bitratesKbps, one.bitratesKbps),
      sampleRatesKhz: joined(same?.sampleRatesKhz, one.sampleRatesKhz),
    });
  }
  return [...options.values()];
}

function optionOf({ encodingName, clockRate, channels }: SpeakerFormat): AudioDecodingOptions | undefined {
  const sampleRatesKhz = [Math.floor(clockRate / 1000)];
  const name = encodingName.toUpperCase();
  switch (name) {
    case "PCMU":
    case "PCMA":
      return { encoding: name, bitratesKbps: [(clockRate * channels * 8) / 1000], sampleRatesKhz };
    case "L16":
      return { encoding: name, bitratesKbps: [Math.round((clockRate * channels * 16) / 1000)], sampleRatesKhz };
    case "G722":
      // Its clock rate in SDP is half of what it is (RFC 3551 §4.5.2).
      return { encoding: name, bitratesKbps: [64], sampleRatesKhz: [16] };
    case "OPUS":
      return { encoding: name, bitratesKbps: ANY_KBPS, sampleRatesKhz };
    case "MPEG4-GENERIC":
      return { encoding: "AAC", bitratesKbps: ANY_KBPS, sampleRatesKhz };
    default: {
      const [, kbps] = /^G726-(\d+)$/.exec(name) ?? [];
      return kbps === undefined ? undefined : { encoding: "G726", bitratesKbps: [Number(kbps)], sampleRatesKhz };
    }
  }
}

const joined = (one: readonly number[] = [], other: readonly number[]): readonly number[] =>
  [...new Set([...one, ...other])].toSorted((a, b) => a - b);
