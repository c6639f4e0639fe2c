import type { AudioDecoding, AudioDecodingOptions } from "#device/media/audio-decoders";
import type { Media } from "#device/media/media";
import type { Configuration } from "#device/media/types";
import type { AudioDecoderConfiguration, AudioDecoderConfigurationOptions } from "../schema/tt/audio-decoder.js";
import type { AudioEncoder2ConfigurationOptions } from "../schema/tt/audio-encoder.js";
import { entityToWire } from "./configuration-entity.js";

/** The decoder of the back channel, in the words of both media services. */

export const audioDecoderToWire = (configuration: Configuration, media: Media): AudioDecoderConfiguration =>
  entityToWire("audio-decoder", configuration, media);

export const audioDecoderFromWire = ({ token, Name }: AudioDecoderConfiguration): Configuration => ({
  token,
  name: Name,
});

/** The first media service has no words for G.722, Opus and linear PCM. */
export function audioDecoderOptions10ToWire(
  options: readonly AudioDecodingOptions[],
): AudioDecoderConfigurationOptions {
  const of = (...encodings: readonly AudioDecoding[]) => {
    const some = options.filter(({ encoding }) => encodings.includes(encoding));
    if (some.length === 0) return undefined;
    return {
      Bitrate: { Items: joined(some.map(({ bitratesKbps }) => bitratesKbps)) },
      SampleRateRange: { Items: joined(some.map(({ sampleRatesKhz }) => sampleRatesKhz)) },
    };
  };
  return { AACDecOptions: of("AAC"), G711DecOptions: of("PCMU", "PCMA"), G726DecOptions: of("G726") };
}

const joined = (lists: readonly (readonly number[])[]): readonly number[] =>
  [...new Set(lists.flat())].toSorted((a, b) => a - b);

export const audioDecoderOptions20ToWire = ({
  encoding,
  bitratesKbps,
  sampleRatesKhz,
}: AudioDecodingOptions): AudioEncoder2ConfigurationOptions => ({
  Encoding: encoding === "AAC" ? "MP4A-LATM" : encoding,
  BitrateList: { Items: bitratesKbps },
  SampleRateList: { Items: sampleRatesKhz },
});
