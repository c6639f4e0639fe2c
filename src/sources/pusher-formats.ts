import { aacLcConfig } from "#codec/aac/config";
import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { g722Format } from "#codec/g722";
import { g726Format } from "#codec/g726";
import { jpegFormat } from "#codec/jpeg/payload";
import { opusFormat } from "#codec/opus/payload";

export type PushedVideoCodec = "H264" | "H265" | "MP4" | "JPEG";
export type PushedAudioCodec = "G711A" | "G711U" | "G722" | "G726" | "AAC" | "OPUS";

export interface PushedAudio {
  readonly codec: PushedAudioCodec;
  /** Samples a second. */
  readonly sampleRate: number;
  /** 1 or 2. */
  readonly channels: number;
}

/** Payload types that the tracks have for readers, where the codec has none of its own. */
const VIDEO_TYPE = 96;
const AUDIO_TYPE = 97;

const ENCODING_NAMES = Object.freeze({ H264: "H264", H265: "H265", MP4: "MP4V-ES" });

/** The format of video of which nothing is known but the codec; the stream brings its parameter sets. */
export function pushedVideoFormat(codec: PushedVideoCodec): MediaFormat {
  if (codec === "JPEG") return jpegFormat();
  return {
    kind: "video",
    encodingName: ENCODING_NAMES[codec],
    payloadType: VIDEO_TYPE,
    clockRate: 90_000,
    ...(codec === "H264" && { fmtp: "packetization-mode=1" }),
  };
}

/** The format of audio as it is configured: AAC is AAC-LC and comes as AAC-hbr (RFC 3640), G726 has 32 kbit/s. */
export function pushedAudioFormat({ codec, sampleRate, channels }: PushedAudio): MediaFormat {
  switch (codec) {
    case "G711A":
      return logFormat("PCMA", 8, sampleRate, channels);
    case "G711U":
      return logFormat("PCMU", 0, sampleRate, channels);
    case "G722":
      return channels > 1 ? { ...g722Format(), payloadType: AUDIO_TYPE, channels, bitrateKbps: 128 } : g722Format();
    case "G726":
      return g726Format(4, "rfc3551", AUDIO_TYPE);
    case "AAC":
      return aacFormat(aacLcConfig(sampleRate, channels), AUDIO_TYPE);
    case "OPUS":
      return opusFormat(channels, AUDIO_TYPE);
  }
}

/** G.711 has a payload type of its own only at 8 kHz mono (RFC 3551 table 4). */
const logFormat = (encodingName: string, staticType: number, clockRate: number, channels: number): MediaFormat => ({
  kind: "audio",
  encodingName,
  payloadType: clockRate === 8000 && channels === 1 ? staticType : AUDIO_TYPE,
  clockRate,
  channels,
});
