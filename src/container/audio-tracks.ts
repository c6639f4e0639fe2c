import type { InputAudioTrack } from "mediabunny";
import { isAdts, parseAdtsHeader, splitAdts } from "#codec/aac/adts";
import { parseAacConfig } from "#codec/aac/config";
import { aacFormat } from "#codec/aac/payload";
import { g711Format, g711UnitSamples } from "#codec/g711";
import { g722Format, g722UnitBytes } from "#codec/g722";
import { linearFormat, linearUnit, swapBytes } from "#codec/linear-pcm";
import { parseMpegAudioHeader } from "#codec/mpeg-audio/header";
import { mpegAudioFormat, mpegAudioTicks } from "#codec/mpeg-audio/payload";
import { opusFormat, opusTicks } from "#codec/opus/payload";
import { storedConfig } from "./stored-config.js";
import { bytesOf, firstPacket, type MadeTrack, packetUnits, type TrackMaker, type Unpacked } from "./track-maker.js";

type AudioTrackMaker = TrackMaker<InputAudioTrack>;

const aac: AudioTrackMaker = async (input, payloadType) => {
  const stated = bytesOf((await input.getDecoderConfig())?.description);
  const config = stated ?? parseAdtsHeader((await firstPacket(input)).data).config;
  return {
    format: aacFormat(config, payloadType, await input.getNumberOfChannels()),
    ticks: parseAacConfig(config).frameSamples,
    unpacker: () => (data) => ({
      units: stated === undefined && isAdts(data) ? splitAdts(data).map((frame) => [frame]) : [[data]],
      aheadTicks: 0,
    }),
  };
};

const opus: AudioTrackMaker = async (input, payloadType) => ({
  format: opusFormat(await input.getNumberOfChannels(), payloadType),
  ticks: opusTicks((await firstPacket(input)).data),
  unpacker: packetUnits,
});

/** Layers 1 to 3. */
const mpegAudio: AudioTrackMaker = async (input) => {
  const { data } = await firstPacket(input);
  const ticks = Math.round(mpegAudioTicks(parseMpegAudioHeader(data)));
  return { format: mpegAudioFormat(data), ticks, unpacker: packetUnits };
};

const g711 =
  (encodingName: "PCMU" | "PCMA"): AudioTrackMaker =>
  async (input, payloadType) => {
    const channels = await input.getNumberOfChannels();
    const format = g711Format(encodingName, await input.getSampleRate(), channels, payloadType);
    return { format, ...evenUnits(g711UnitSamples, channels) };
  };

const g722: AudioTrackMaker = async () => ({ format: g722Format(), ...evenUnits(g722UnitBytes, 1) });

/** Whole samples of `bits` bits; `convert` makes the file's bytes what the network wants. */
const linear =
  (bits: 16 | 24, bytesInFile: number, convert: (samples: Uint8Array) => Uint8Array): AudioTrackMaker =>
  async (input, payloadType) => {
    const channels = await input.getNumberOfChannels();
    const format = linearFormat(bits, await input.getSampleRate(), channels, payloadType);
    const { ticks } = linearUnit(format);
    return { format, ...evenUnits(ticks, channels * bytesInFile, convert) };
  };

const asTheyAre = (samples: Uint8Array): Uint8Array => samples;

/** 8 bits as 16, since hardly any player takes them; `middle` is the value of silence. */
const widened =
  (middle: number) =>
  (samples: Uint8Array): Uint8Array => {
    const out = Buffer.alloc(samples.length * 2);
    for (const [index, sample] of samples.entries()) out[index * 2] = sample - middle;
    return out;
  };

/** Units of `ticks` samples of `frameBytes`, whatever the packets of the file hold. */
function evenUnits(
  ticks: number,
  frameBytes: number,
  convert: (samples: Uint8Array) => Uint8Array = asTheyAre,
): Pick<MadeTrack, "ticks" | "unpacker"> {
  const size = ticks * frameBytes;
  const unpacker = (): ((data: Uint8Array) => Unpacked) => {
    let rest: Uint8Array = new Uint8Array(0);
    return (data) => {
      const aheadTicks = rest.length / frameBytes;
      const bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
      const whole = bytes.length - (bytes.length % size);
      const units: Uint8Array[][] = [];
      for (let offset = 0; offset < whole; offset += size) units.push([convert(bytes.subarray(offset, offset + size))]);
      rest = bytes.subarray(whole);
      return { units, aheadTicks };
    };
  };
  return { ticks, unpacker };
}

/** By the format tag of a WAVEFORMATEX, which Matroska keeps for codecs of Windows (RFC 2361). */
const windowsTracks: ReadonlyMap<number, AudioTrackMaker> = new Map([
  [0x0006, g711("PCMA")],
  [0x0007, g711("PCMU")],
  [0x028f, g722],
]);

const windows: AudioTrackMaker = async (input, payloadType, source) => {
  const [low = 0, high = 0] = (await storedConfig(source, input.id))?.bytes ?? [];
  return windowsTracks.get((high << 8) | low)?.(input, payloadType, source);
};

/** By the library's name of a codec; for codecs that it does not know, by those of Matroska. */
export const audioTrackMakers: ReadonlyMap<string, AudioTrackMaker> = new Map([
  ["aac", aac],
  ["opus", opus],
  ["mp3", mpegAudio],
  ["A_MPEG/L1", mpegAudio],
  ["A_MPEG/L2", mpegAudio],
  ["ulaw", g711("PCMU")],
  ["alaw", g711("PCMA")],
  ["pcm-u8", linear(16, 1, widened(128))],
  ["pcm-s8", linear(16, 1, widened(0))],
  ["pcm-s16", linear(16, 2, (samples) => swapBytes(samples, 2))],
  ["pcm-s16be", linear(16, 2, asTheyAre)],
  ["pcm-s24", linear(24, 3, (samples) => swapBytes(samples, 3))],
  ["pcm-s24be", linear(24, 3, asTheyAre)],
  ["A_MS/ACM", windows],
]);
