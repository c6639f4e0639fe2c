import { EncodedPacketSink, type EncodedPacket, type InputTrack } from "mediabunny";
import type { MediaFormat } from "#codec/format";
import { DecodeError } from "#util/errors";
import type { ByteSource } from "./media-file.js";

/** The units that a packet completes; most of the time it is one. */
export interface Unpacked {
  readonly units: readonly (readonly Uint8Array[])[];
  /** Ticks by which the first unit started before the packet did. */
  readonly aheadTicks: number;
}

/** What a codec makes of a track: its format without the rates, how long units last, and how packets become units. */
export interface MadeTrack {
  readonly format: MediaFormat;
  /** Absent where it varies. */
  readonly ticks?: number;
  /** A function that turns the packets of the file, in order, into units. */
  unpacker(): (data: Uint8Array) => Unpacked;
}

/**
 * Makes a track of one codec; undefined when this one cannot be sent. Throws a DecodeError when it is damaged. `source` is
 * the whole file, for what the reading library does not tell.
 */
export type TrackMaker<Track extends InputTrack> = (
  input: Track,
  payloadType: number,
  source: ByteSource,
) => Promise<MadeTrack | undefined>;

/** Each packet of the file is one unit. */
export const packetUnits = (): ((data: Uint8Array) => Unpacked) => (data) => ({ units: [[data]], aheadTicks: 0 });

/** The first packet of a track; a DecodeError when it has none. */
export async function firstPacket(input: InputTrack): Promise<EncodedPacket> {
  const packet = await new EncodedPacketSink(input).getFirstPacket();
  if (!packet) throw new DecodeError("track-empty", "the track has no content");
  return packet;
}

/** The first packet that can be decoded by itself; a DecodeError when there is none. */
export async function firstKeyPacket(input: InputTrack): Promise<EncodedPacket> {
  const packet = await new EncodedPacketSink(input).getFirstKeyPacket();
  if (!packet) throw new DecodeError("track-empty", "the track has no picture that can be decoded by itself");
  return packet;
}

/** The decoder configuration as the library gives it: bytes in one of several guises. */
export function bytesOf(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : undefined;
}
