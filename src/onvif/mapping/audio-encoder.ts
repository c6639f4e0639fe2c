import type { AudioEncoderSetting, AudioEncodingOptions } from "#device/media/audio";
import type { Media } from "#device/media/media";
import type { AudioEncoderConfiguration, AudioEncoding } from "#device/media/types";
import { invalidArgument } from "../faults.js";
import type {
  AudioEncoder2Configuration,
  AudioEncoder2ConfigurationOptions,
  AudioEncoderConfiguration as WireConfiguration,
  AudioEncoderConfigurationOption,
  AudioEncodingMimeNames,
} from "../schema/tt/audio-encoder.js";
import { entityToWire } from "./configuration-entity.js";
import { multicastFromWire, multicastToWire } from "./multicast.js";
import { algorithmsToWire, refuseSecureStreaming } from "./unoffered.js";

/** Audio encoders in the words of both media services; only the names of the encodings differ. */

const NAMES20: Readonly<Record<AudioEncoding, AudioEncodingMimeNames>> = {
  G711: "PCMU",
  G726: "G726",
  AAC: "MP4A-LATM",
};

export const audioEncoder10ToWire = (configuration: AudioEncoderConfiguration, media: Media): WireConfiguration => ({
  ...entityToWire("audio-encoder", configuration, media),
  Encoding: configuration.encoding,
  Bitrate: configuration.bitrateKbps,
  SampleRate: configuration.sampleRateKhz,
  Multicast: multicastToWire("audio-encoder", configuration, media),
  SessionTimeout: configuration.sessionTimeoutMs,
});

export const audioEncoder10FromWire = (wire: WireConfiguration): AudioEncoderSetting => ({
  token: wire.token,
  name: wire.Name,
  encoding: wire.Encoding,
  bitrateKbps: wire.Bitrate,
  sampleRateKhz: wire.SampleRate,
  multicast: multicastFromWire(wire.Multicast),
  sessionTimeoutMs: wire.SessionTimeout,
});

export const audioEncoderOption10ToWire = (options: AudioEncodingOptions): AudioEncoderConfigurationOption => ({
  Encoding: options.encoding,
  BitrateList: { Items: options.bitratesKbps },
  SampleRateList: { Items: options.sampleRatesKhz },
});

export const audioEncoder20ToWire = (
  configuration: AudioEncoderConfiguration,
  media: Media,
): AudioEncoder2Configuration => ({
  ...entityToWire("audio-encoder", configuration, media),
  SecureStreamingProtocolAlgorithm: algorithmsToWire(media)?.[0],
  Encoding: NAMES20[configuration.encoding],
  Multicast: multicastToWire("audio-encoder", configuration, media),
  Bitrate: configuration.bitrateKbps,
  SampleRate: configuration.sampleRateKhz,
});

export function audioEncoder20FromWire(wire: AudioEncoder2Configuration, media: Media): AudioEncoderSetting {
  refuseSecureStreaming(wire.SecureStreamingProtocolAlgorithm, media);
  return {
    token: wire.token,
    name: wire.Name,
    encoding: encodingFromWire(wire.Encoding),
    bitrateKbps: wire.Bitrate,
    sampleRateKhz: wire.SampleRate,
    multicast: wire.Multicast && multicastFromWire(wire.Multicast),
  };
}

/** AAC may be named by either of its payload formats (RFC 3016, RFC 3640). */
function encodingFromWire(name: string): AudioEncoding {
  const wanted = name.toUpperCase() === "MPEG4-GENERIC" ? "MP4A-LATM" : name.toUpperCase();
  for (const encoding of ["G711", "G726", "AAC"] as const) if (NAMES20[encoding] === wanted) return encoding;
  throw invalidArgument(`the encoding ${name.slice(0, 64)} is not offered`, "ConfigModify");
}

export const audioEncoderOptions20ToWire = (
  options: AudioEncodingOptions,
  media: Media,
): AudioEncoder2ConfigurationOptions => ({
  ...audioEncoderOption10ToWire(options),
  SecureStreamingProtocolAlgorithms: algorithmsToWire(media),
  Encoding: NAMES20[options.encoding],
});
