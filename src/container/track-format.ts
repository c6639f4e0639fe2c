import { EncodedPacketSink, type InputAudioTrack, type InputTrack, type InputVideoTrack } from "mediabunny";
import { isAdts, parseAdtsHeader, splitAdts } from "#codec/aac/adts";
import { parseAacConfig } from "#codec/aac/config";
import { aacFormat } from "#codec/aac/payload";
import type { MediaFormat } from "#codec/format";
import { g711Format, g711UnitSamples } from "#codec/g711";
import { parameterSetsOf as avcSetsOf, parseAvcConfiguration } from "#codec/h264/nal";
import { h264Format } from "#codec/h264/payload";
import { parameterSetsOf as hevcSetsOf, parseHevcConfiguration } from "#codec/h265/nal";
import { h265Format } from "#codec/h265/payload";
import { splitByteStream, splitLengthPrefixed } from "#codec/nal-units";
import { DecodeError } from "#util/errors";

/** How a track of a file becomes a track of a stream. */
export interface SampleTrack {
  readonly input: InputTrack;
  readonly format: MediaFormat;
  /** Ticks of the clock that each unit lasts; 0 where it varies. */
  readonly ticks: number;
  /** A function that turns the packets of the file, in order, into units. */
  unpacker(): (data: Uint8Array) => Unpacked;
}

/** The units that a packet completes; most of the time it is one. */
export interface Unpacked {
  readonly units: readonly (readonly Uint8Array[])[];
  /** Ticks by which the first unit started before the packet did. */
  readonly aheadTicks: number;
}

/** First dynamic payload type (RFC 3551 §6). */
const firstDynamicType = 96;

/** The track at `index` of the stream, or undefined when its codec cannot be sent. */
export async function sampleTrack(input: InputTrack, index: number): Promise<SampleTrack | undefined> {
  const payloadType = firstDynamicType + index;
  if (input.isVideoTrack()) return videoTrack(input, payloadType);
  if (input.isAudioTrack()) return audioTrack(input, payloadType);
  return undefined;
}

async function videoTrack(input: InputVideoTrack, payloadType: number): Promise<SampleTrack | undefined> {
  const codec = await input.getCodec();
  if (codec !== "avc" && codec !== "hevc") return undefined;
  const record = bytesOf((await input.getDecoderConfig())?.description);
  const { format, lengthBytes } =
    codec === "avc" ? await avcTrack(input, record, payloadType) : await hevcTrack(input, record, payloadType);
  return {
    input,
    format: { ...format, ...(await rates(input)) },
    ticks: 0,
    unpacker: () => (data) => ({
      units: [lengthBytes === 0 ? splitByteStream(data) : splitLengthPrefixed(data, lengthBytes)],
      aheadTicks: 0,
    }),
  };
}

/** A format and the bytes of length in front of NAL units; 0 for a byte stream. */
interface NalTrack {
  readonly format: MediaFormat;
  readonly lengthBytes: number;
}

async function avcTrack(input: InputTrack, record: Uint8Array | undefined, payloadType: number): Promise<NalTrack> {
  const configuration = record && parseAvcConfiguration(record);
  const lengthBytes = configuration?.lengthBytes ?? 0;
  const sets =
    configuration && configuration.sps.length > 0 ? configuration : avcSetsOf(await firstUnits(input, lengthBytes));
  return { format: h264Format(sets.sps, sets.pps, payloadType), lengthBytes };
}

async function hevcTrack(input: InputTrack, record: Uint8Array | undefined, payloadType: number): Promise<NalTrack> {
  const configuration = record && parseHevcConfiguration(record);
  const lengthBytes = configuration?.lengthBytes ?? 0;
  const sets =
    configuration && configuration.sps.length > 0 ? configuration : hevcSetsOf(await firstUnits(input, lengthBytes));
  return { format: h265Format(sets, payloadType), lengthBytes };
}

/** The NAL units of the first random access picture, where some files keep the parameter sets. */
async function firstUnits(input: InputTrack, lengthBytes: number): Promise<Uint8Array[]> {
  const packet = await new EncodedPacketSink(input).getFirstKeyPacket();
  if (!packet) throw new DecodeError("track-empty", "the track has no picture that can be decoded by itself");
  return lengthBytes === 0 ? splitByteStream(packet.data) : splitLengthPrefixed(packet.data, lengthBytes);
}

/** Packets that are looked at for the rates. */
const sampledPackets = 250;

async function rates(input: InputTrack): Promise<Pick<MediaFormat, "frameRate" | "bitrateKbps">> {
  const { averagePacketRate, averageBitrate } = await input.computePacketStats(sampledPackets);
  const bitrate = (await input.getAverageBitrate()) ?? averageBitrate;
  return {
    ...(Number.isFinite(averagePacketRate) && averagePacketRate > 0
      ? { frameRate: Math.round(averagePacketRate * 1000) / 1000 }
      : {}),
    ...(Number.isFinite(bitrate) && bitrate > 0 ? { bitrateKbps: Math.max(1, Math.round(bitrate / 1000)) } : {}),
  };
}

async function audioTrack(input: InputAudioTrack, payloadType: number): Promise<SampleTrack | undefined> {
  const codec = await input.getCodec();
  if (codec === "aac") return aacTrack(input, payloadType);
  if (codec === "ulaw" || codec === "alaw") return g711Track(input, codec === "ulaw" ? "PCMU" : "PCMA", payloadType);
  return undefined;
}

async function aacTrack(input: InputAudioTrack, payloadType: number): Promise<SampleTrack> {
  const stated = bytesOf((await input.getDecoderConfig())?.description);
  const config = stated ?? (await adtsConfig(input));
  const { bitrateKbps } = await rates(input);
  return {
    input,
    format: {
      ...aacFormat(config, payloadType, await input.getNumberOfChannels()),
      ...(bitrateKbps === undefined ? {} : { bitrateKbps }),
    },
    ticks: parseAacConfig(config).frameSamples,
    unpacker: () => (data) => ({
      units: stated === undefined && isAdts(data) ? splitAdts(data).map((frame) => [frame]) : [[data]],
      aheadTicks: 0,
    }),
  };
}

async function adtsConfig(input: InputAudioTrack): Promise<Uint8Array> {
  const packet = await new EncodedPacketSink(input).getFirstPacket();
  if (!packet) throw new DecodeError("track-empty", "the track has no sound");
  return parseAdtsHeader(packet.data).config;
}

async function g711Track(
  input: InputAudioTrack,
  encodingName: "PCMU" | "PCMA",
  payloadType: number,
): Promise<SampleTrack> {
  const channels = await input.getNumberOfChannels();
  const format = g711Format(encodingName, await input.getSampleRate(), channels, payloadType);
  return { input, format, ticks: g711UnitSamples, unpacker: () => g711Unpacker(channels) };
}

/** Packets of any length in, units of `g711UnitSamples` out. */
function g711Unpacker(channels: number): (data: Uint8Array) => Unpacked {
  const size = g711UnitSamples * channels;
  let rest: Uint8Array = new Uint8Array(0);
  return (data) => {
    const aheadTicks = rest.length / channels;
    const bytes = rest.length > 0 ? Buffer.concat([rest, data]) : data;
    const whole = bytes.length - (bytes.length % size);
    const units: Uint8Array[][] = [];
    for (let offset = 0; offset < whole; offset += size) units.push([bytes.subarray(offset, offset + size)]);
    rest = bytes.subarray(whole);
    return { units, aheadTicks };
  };
}

/** The decoder configuration as the library gives it: bytes in one of several guises. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : undefined;
}
