import type { InputVideoTrack } from "mediabunny";
import { ObuType, sizedObu, splitObus } from "#codec/av1/obu";
import { av1Format } from "#codec/av1/payload";
import type { MediaFormat } from "#codec/format";
import { parameterSetsOf as avcSetsOf, parseAvcConfiguration } from "#codec/h264/nal";
import { h264Format } from "#codec/h264/payload";
import { parameterSetsOf as hevcSetsOf, parseHevcConfiguration } from "#codec/h265/nal";
import { h265Format } from "#codec/h265/payload";
import { jpegFormat, jpegProblem } from "#codec/jpeg/payload";
import { plainJpeg } from "#codec/jpeg/plain";
import { parseJpeg } from "#codec/jpeg/segments";
import { sequenceOf } from "#codec/mpeg-video/headers";
import { mpegVideoFormat } from "#codec/mpeg-video/payload";
import { configOf } from "#codec/mpeg4-video/headers";
import { mpeg4VideoFormat } from "#codec/mpeg4-video/payload";
import { splitByteStream, splitLengthPrefixed } from "#codec/nal-units";
import { joined } from "#codec/payload-format";
import { vp8Format } from "#codec/vp8/payload";
import { vp9Format } from "#codec/vp9/payload";
import { DecodeError } from "#util/errors";
import { storedConfig } from "./stored-config.js";
import { bytesOf, firstKeyPacket, type MadeTrack, packetUnits, type TrackMaker } from "./track-maker.js";

type VideoTrackMaker = TrackMaker<InputVideoTrack>;

const avc: VideoTrackMaker = async (input, payloadType) => {
  const record = await decoderRecord(input);
  const configuration = record && parseAvcConfiguration(record);
  const lengthBytes = configuration?.lengthBytes ?? 0;
  const sets =
    configuration && configuration.sps.length > 0 ? configuration : avcSetsOf(await firstUnits(input, lengthBytes));
  return nalTrack(h264Format(sets.sps, sets.pps, payloadType), lengthBytes);
};

const hevc: VideoTrackMaker = async (input, payloadType) => {
  const record = await decoderRecord(input);
  const configuration = record && parseHevcConfiguration(record);
  const lengthBytes = configuration?.lengthBytes ?? 0;
  const sets =
    configuration && configuration.sps.length > 0 ? configuration : hevcSetsOf(await firstUnits(input, lengthBytes));
  return nalTrack(h265Format(sets, payloadType), lengthBytes);
};

const decoderRecord = async (input: InputVideoTrack): Promise<Uint8Array | undefined> =>
  bytesOf((await input.getDecoderConfig())?.description);

/** `lengthBytes` stand in front of NAL units; 0 for a byte stream. */
const nalTrack = (format: MediaFormat, lengthBytes: number): MadeTrack => ({
  format,
  unpacker: () => (data) => ({ units: [splitNals(data, lengthBytes)], aheadTicks: 0 }),
});

const splitNals = (data: Uint8Array, lengthBytes: number): Uint8Array[] =>
  lengthBytes === 0 ? splitByteStream(data) : splitLengthPrefixed(data, lengthBytes);

/** The NAL units of the first random access picture, where some files keep the parameter sets. */
const firstUnits = async (input: InputVideoTrack, lengthBytes: number): Promise<Uint8Array[]> =>
  splitNals((await firstKeyPacket(input)).data, lengthBytes);

const vp8: VideoTrackMaker = async (input, payloadType) => {
  const size = { width: await input.getCodedWidth(), height: await input.getCodedHeight() };
  return { format: vp8Format(payloadType, size), unpacker: packetUnits };
};

const vp9: VideoTrackMaker = async (input, payloadType) => ({
  format: vp9Format((await firstKeyPacket(input)).data, payloadType),
  unpacker: packetUnits,
});

const av1: VideoTrackMaker = async (input, payloadType) => {
  const { data } = await firstKeyPacket(input);
  const header = splitObus(data).find(({ type }) => type === ObuType.sequenceHeader);
  if (!header) throw new DecodeError("av1-sequence", "the first picture has no sequence header");
  return { format: av1Format(joined(sizedObu(header)), payloadType), unpacker: packetUnits };
};

/** Pictures get the standard Huffman tables when they are read, so that it is done once. */
const jpeg: VideoTrackMaker = async (input) => {
  const { data } = await firstKeyPacket(input);
  if (jpegProblem(data) !== undefined) return undefined;
  const { width, height } = parseJpeg(data);
  return {
    format: jpegFormat({ width, height }),
    unpacker: () => (picture) => ({ units: [[plainJpeg(picture)]], aheadTicks: 0 }),
  };
};

/** Object types of ISO 14496-1 table 5. */
const mpeg4VideoType = 0x20;
const firstMpegVideoType = 0x60;
const lastMpegVideoType = 0x65;
const mpeg1VideoType = 0x6a;
const jpegType = 0x6c;

/** An `mp4v` track may be coded in several ways. */
const mp4v: VideoTrackMaker = async (input, payloadType, source) => {
  const stored = await storedConfig(source, input.id);
  const type = stored?.objectType ?? mpeg4VideoType;
  if (type === mpeg4VideoType) return mpeg4(input, payloadType, source);
  if (type === jpegType) return jpeg(input, payloadType, source);
  const isMpeg = type === mpeg1VideoType || (type >= firstMpegVideoType && type <= lastMpegVideoType);
  return isMpeg ? mpeg2(input, payloadType, source) : undefined;
};

/** The configuration stands in front of the first picture or by itself. */
const mpeg4: VideoTrackMaker = async (input, payloadType, source) => {
  const inBand = configOf((await firstKeyPacket(input)).data);
  const config = inBand.length > 0 ? inBand : (await storedConfig(source, input.id))?.bytes;
  if (!config) throw new DecodeError("mpeg4-video-config", "the track has no configuration");
  return { format: mpeg4VideoFormat(config, payloadType), unpacker: packetUnits };
};

const mpeg2: VideoTrackMaker = async (input, _payloadType, source) => {
  const sequence = sequenceOf((await firstKeyPacket(input)).data) ?? (await storedConfig(source, input.id))?.bytes;
  if (!sequence) throw new DecodeError("mpeg-sequence", "the track has no sequence header");
  return { format: mpegVideoFormat(sequence), unpacker: packetUnits };
};

/** Where a BITMAPINFOHEADER, which Matroska keeps for codecs of Windows, has the codec's name: `biCompression`. */
const compressionOffset = 16;

const windows: VideoTrackMaker = async (input, payloadType, source) => {
  const { bytes = Buffer.alloc(0) } = (await storedConfig(source, input.id)) ?? {};
  const name = Buffer.from(bytes.subarray(compressionOffset, compressionOffset + 4)).toString("latin1");
  return name.toUpperCase() === "MJPG" ? jpeg(input, payloadType, source) : undefined;
};

/** By the library's name of a codec; for codecs that it does not know, by those of MP4, QuickTime and Matroska. */
export const videoTrackMakers: ReadonlyMap<string, VideoTrackMaker> = new Map([
  ["avc", avc],
  ["hevc", hevc],
  ["vp8", vp8],
  ["vp9", vp9],
  ["av1", av1],
  ["jpeg", jpeg],
  ["V_MJPEG", jpeg],
  ["V_MS/VFW/FOURCC", windows],
  ["mp4v", mp4v],
  ["V_MPEG4/ISO/SP", mpeg4],
  ["V_MPEG4/ISO/ASP", mpeg4],
  ["V_MPEG4/ISO/AP", mpeg4],
  ["V_MPEG1", mpeg2],
  ["V_MPEG2", mpeg2],
]);
