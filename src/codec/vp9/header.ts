import { BitReader } from "../bits.js";
import { DecodeError } from "#util/errors";

/** What the uncompressed header of a frame says (VP9 bitstream specification §6.2). */
export interface Vp9FrameHeader {
  /** 0…3. */
  readonly profile: number;
  readonly keyFrame: boolean;
  /** Of a key frame, in pixels. */
  readonly width?: number;
  readonly height?: number;
}

const frameMarker = 2;
const syncCode = 0x49_83_42;
const rgb = 7;

/** Reads the header of a frame; of a superframe that of its first frame. */
export function parseVp9FrameHeader(frame: Uint8Array): Vp9FrameHeader {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== frameMarker) throw new DecodeError("vp9-header", "no VP9 frame starts here");
  const profile = bits.bit() | (bits.bit() << 1);
  if (profile === 3) bits.skip(1);
  const showsExisting = bits.flag();
  if (showsExisting) return { profile, keyFrame: false };
  const keyFrame = !bits.flag();
  bits.skip(2);
  if (!keyFrame) return { profile, keyFrame };
  if (bits.bits(24) !== syncCode) throw new DecodeError("vp9-header", "the key frame has no sync code");
  skipColorConfig(bits, profile);
  return { profile, keyFrame, width: bits.bits(16) + 1, height: bits.bits(16) + 1 };
}

/** §6.2.2 color_config. */
function skipColorConfig(bits: BitReader, profile: number): void {
  const withSubsampling = profile === 1 || profile === 3;
  if (profile >= 2) bits.skip(1);
  if (bits.bits(3) !== rgb) bits.skip(1 + (withSubsampling ? 3 : 0));
  else if (withSubsampling) bits.skip(1);
}
