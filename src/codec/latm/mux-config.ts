import { DecodeError } from "#util/errors";
import { readAacConfig } from "../aac/config.js";
import { BitReader, BitWriter } from "../bits.js";

/** What a StreamMuxConfig says (ISO 14496-3 §1.7.3): one program of one layer, whose frames tell their length. */
export interface MuxConfig {
  /** The AudioSpecificConfig, moved to the start of a byte. */
  readonly config: Uint8Array;
  /** Frames in each element. */
  readonly frames: number;
  /** Bits of other data behind the frames of each element. */
  readonly otherBits: number;
}

/** Object types whose specific configuration is that of AAC (Main, LC, SSR, LTP). */
const lastPlainType = 4;
/** Frame length types: 0 is told in front of each frame. */
const variableLength = 0;

/** Reads the StreamMuxConfig that `bits`, at some place of `bytes`, has next. */
export function readMuxConfig(bits: BitReader, bytes: Uint8Array): MuxConfig {
  const version = bits.bit();
  if (version === 1 && bits.flag()) throw unsupported("version A");
  if (version === 1) latmValue(bits);
  if (!bits.flag()) throw unsupported("streams of different timing");
  const frames = bits.bits(6) + 1;
  if (bits.bits(4) !== 0 || bits.bits(3) !== 0) throw unsupported("several programs or layers");
  const statedBits = version === 1 ? latmValue(bits) : undefined;
  const start = bytes.length * 8 - bits.left;
  if (statedBits === undefined) skipAacConfig(bits);
  else bits.skip(statedBits);
  const length = bytes.length * 8 - bits.left - start;
  if (bits.bits(3) !== variableLength) throw unsupported("frames of fixed length");
  bits.skip(8);
  const otherBits = bits.flag() ? otherDataBits(bits, version) : 0;
  if (bits.flag()) bits.skip(8);
  return { config: movedBits(bytes, start, length), frames, otherBits };
}

/** The StreamMuxConfig for an AudioSpecificConfig, of which only what it has to say is taken: one frame an element. */
export function makeMuxConfig(config: Uint8Array): Uint8Array {
  const reader = new BitReader(config);
  skipAacConfig(reader);
  const writer = new BitWriter();
  // Version 0, all streams of the same timing; one frame, one program, one layer.
  writer.bits(0b01, 2);
  writer.bits(0, 6 + 4 + 3);
  writer.copy(new BitReader(config), config.length * 8 - reader.left);
  // Frames tell their length; the decoder's buffer has no fixed rate; no other data, no check sum.
  writer.bits(variableLength, 3);
  writer.bits(0xff, 8);
  writer.bits(0, 2);
  return writer.bytes();
}

/** Bytes of `count` bits of `bytes` from `start` on. */
export function movedBits(bytes: Uint8Array, start: number, count: number): Uint8Array {
  if ((start & 7) === 0 && (count & 7) === 0) return bytes.subarray(start >> 3, (start + count) >> 3);
  const reader = new BitReader(bytes);
  reader.skip(start);
  const writer = new BitWriter();
  writer.copy(reader, count);
  return writer.bytes();
}

/** Reads over an AudioSpecificConfig of AAC whose length is not told (ISO 14496-3 §1.6.2.1, §4.4.1). */
function skipAacConfig(bits: BitReader): void {
  const { objectType, channels } = readAacConfig(bits);
  if (objectType > lastPlainType) throw unsupported(`audio object type ${objectType}`);
  if (channels === 0) throw unsupported("a program config element");
  const dependsOnCore = bits.flag();
  if (dependsOnCore) bits.skip(14);
  bits.skip(1);
}

/** `LatmGetValue()` (ISO 14496-3 table 1.45). */
function latmValue(bits: BitReader): number {
  const bytes = bits.bits(2) + 1;
  return bits.bits(bytes * 8);
}

function otherDataBits(bits: BitReader, version: number): number {
  if (version === 1) return latmValue(bits);
  let length = 0;
  let more = true;
  while (more) {
    more = bits.flag();
    length = length * 256 + bits.bits(8);
    if (length > 0xffff_ffff) throw unsupported("so much other data");
  }
  return length;
}

const unsupported = (what: string): DecodeError =>
  new DecodeError("latm-config", `a StreamMuxConfig with ${what} cannot be used`);
