import { DecodeError } from "#util/errors";
import { makeAacConfig, parseAacConfig, sampleRateIndex } from "./config.js";

/** The header of an ADTS frame (ISO 14496-3 §1.A.2.2). */
export interface AdtsHeader {
  /** 7, or 9 with a check sum. */
  readonly headerBytes: number;
  /** Of the frame with its header. */
  readonly frameBytes: number;
  /** The AudioSpecificConfig that says the same. */
  readonly config: Uint8Array;
}

/** Whether `bytes` start like an ADTS frame: twelve one bits, layer 0. */
export const isAdts = (bytes: Uint8Array): boolean => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0;

/*
 *  sync 12 | ID 1 | layer 2 | no CRC 1 | profile 2 | rate index 4 | private 1 | channels 3 | 4 bits | frame length 13 | …
 */
export function parseAdtsHeader(bytes: Uint8Array): AdtsHeader {
  if (bytes.length < 7 || !isAdts(bytes)) throw new DecodeError("adts-header", "no ADTS frame starts here");
  const [, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0] = bytes;
  const headerBytes = (b1 & 1) === 1 ? 7 : 9;
  const frameBytes = ((b3 & 0x03) << 11) | (b4 << 3) | (b5 >> 5);
  const rateIndex = (b2 >> 2) & 0x0f;
  if (frameBytes <= headerBytes || rateIndex > 12) throw new DecodeError("adts-header", "the ADTS header is damaged");
  const channels = ((b2 & 1) << 2) | (b3 >> 6);
  return { headerBytes, frameBytes, config: makeAacConfig((b2 >> 6) + 1, rateIndex, channels) };
}

/** The raw AAC frames of whole ADTS frames, as views. */
export function splitAdts(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const { headerBytes, frameBytes } = parseAdtsHeader(bytes.subarray(offset));
    if (offset + frameBytes > bytes.length)
      throw new DecodeError("adts-header", "an ADTS frame is cut off", { offset });
    frames.push(bytes.subarray(offset + headerBytes, offset + frameBytes));
    offset += frameBytes;
  }
  return frames;
}

/** The header of an ADTS frame without a check sum, for so many bytes of a raw frame. */
export type AdtsHeaderFor = (rawBytes: number) => Uint8Array;

const HEADER_BYTES = 7;
/** Longest raw frame of which the header can tell the length. */
export const MAX_ADTS_RAW_BYTES = 0x1fff - HEADER_BYTES;

/**
 * Makes ADTS headers for the frames of a decoder's configuration; undefined where ADTS has no words for it: other object
 * types than the first four, frames of 960 samples, channels that a program config element tells. Of sound with spectral
 * band replication it tells the core, as decoders expect.
 *
 * @throws DecodeError for a configuration that cannot be read.
 */
export function adtsHeaders(config: Uint8Array): AdtsHeaderFor | undefined {
  const { objectType, sampleRate, channels, frameSamples } = parseAacConfig(config);
  const rateIndex = sampleRateIndex(Math.round((sampleRate * 1024) / frameSamples));
  if (rateIndex === undefined || objectType < 1 || objectType > 4 || channels < 1) return undefined;
  const configuration = channels === 8 ? 7 : channels;
  return (rawBytes) => {
    if (rawBytes > MAX_ADTS_RAW_BYTES) throw new RangeError(`${rawBytes} bytes do not fit into an ADTS frame`);
    const length = rawBytes + HEADER_BYTES;
    return Uint8Array.of(
      0xff,
      0xf1,
      ((objectType - 1) << 6) | (rateIndex << 2) | (configuration >> 2),
      ((configuration & 3) << 6) | (length >> 11),
      (length >> 3) & 0xff,
      ((length & 7) << 5) | 0x1f,
      0xfc,
    );
  };
}
