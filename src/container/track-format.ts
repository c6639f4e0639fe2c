import type { InputTrack } from "mediabunny";
import type { MediaFormat } from "#codec/format";
import { firstDynamicType } from "#codec/static-types";
import { audioTrackMakers } from "./audio-tracks.js";
import type { ByteSource } from "./media-file.js";
import type { MadeTrack } from "./track-maker.js";
import { videoTrackMakers } from "./video-tracks.js";

/** How a track of a file becomes a track of a stream. */
export interface SampleTrack extends MadeTrack {
  readonly input: InputTrack;
  /** Ticks of the clock that each unit lasts; 0 where it varies. */
  readonly ticks: number;
}

/** The track at `index` of the stream, or undefined when its codec cannot be sent. */
export async function sampleTrack(
  input: InputTrack,
  index: number,
  source: ByteSource,
): Promise<SampleTrack | undefined> {
  const payloadType = firstDynamicType + index;
  const name = await codecName(input);
  let made: MadeTrack | undefined;
  if (input.isVideoTrack()) made = await videoTrackMakers.get(name)?.(input, payloadType, source);
  else if (input.isAudioTrack()) made = await audioTrackMakers.get(name)?.(input, payloadType, source);
  if (!made) return undefined;
  const { format } = made;
  const { frameRate, bitrateKbps } = await rates(input);
  return {
    input,
    format: {
      ...format,
      ...(frameRate !== undefined && format.kind === "video" && { frameRate }),
      // What is not compressed tells its bit rate exactly.
      ...(bitrateKbps !== undefined && format.bitrateKbps === undefined && { bitrateKbps }),
    },
    ticks: made.ticks ?? 0,
    unpacker: () => made.unpacker(),
  };
}

/** The library's name of the codec; the file's own name for a codec that the library does not know. */
async function codecName(input: InputTrack): Promise<string> {
  const codec = await input.getCodec();
  return codec ?? String(await input.getInternalCodecId());
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
