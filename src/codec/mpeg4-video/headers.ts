import { DecodeError } from "#util/errors";
import { BitReader } from "../bits.js";
import { noHead } from "../payload-format.js";
import { startCodes } from "../start-codes.js";

/** Start code values of ISO 14496-2 table 6-3 that matter here. */
const lastVideoObject = 0x1f;
const lastVideoObjectLayer = 0x2f;
const visualObjectSequence = 0xb0;
const userData = 0xb2;
const groupOfVop = 0xb3;
const visualObject = 0xb5;
const vop = 0xb6;

/** `vop_coding_type` of a picture that is coded by itself. */
const intra = 0;

/** What the configuration of MPEG-4 video says (ISO 14496-2 §6.2.2, §6.2.3). */
export interface Mpeg4VideoConfig {
  /** `profile_and_level_indication`; 1, Simple profile level 1, where it is not said (RFC 6416 §7.1). */
  readonly profileLevelId: number;
  readonly width?: number;
  readonly height?: number;
  /** Pictures a second, when all have one distance. */
  readonly frameRate?: number;
}

/** Whether a unit's picture is coded by itself. */
export function isIntra(unit: Uint8Array): boolean {
  for (const { offset, code } of startCodes(unit)) if (code === vop) return (unit[offset + 4] ?? 0xff) >> 6 === intra;
  return false;
}

const bidirectional = 2;

/** Whether a unit's picture is a B-VOP, to which none refers. */
export function isDispensable(unit: Uint8Array): boolean {
  for (const { offset, code } of startCodes(unit))
    if (code === vop) return (unit[offset + 4] ?? 0) >> 6 === bidirectional;
  return false;
}

/**
 * The configuration in front of a unit's picture: visual object sequence, visual object and video object layer headers;
 * empty when there is no video object layer.
 */
export function configOf(unit: Uint8Array): Uint8Array {
  let start: number | undefined;
  let hasLayer = false;
  for (const { offset, code } of startCodes(unit)) {
    const isConfig =
      code <= lastVideoObjectLayer || code === visualObjectSequence || code === visualObject || code === userData;
    if (code === vop || code === groupOfVop || !isConfig) return hasLayer ? unit.subarray(start, offset) : noHead;
    start ??= offset;
    hasLayer ||= isLayer(code);
  }
  return hasLayer ? unit.subarray(start) : noHead;
}

const isLayer = (code: number): boolean => code > lastVideoObject && code <= lastVideoObjectLayer;

/** Reads a configuration. Throws a DecodeError when it has no video object layer, or one that cannot be read. */
export function parseMpeg4VideoConfig(config: Uint8Array): Mpeg4VideoConfig {
  let profileLevelId = 1;
  for (const { offset, code } of startCodes(config)) {
    if (code === visualObjectSequence) profileLevelId = config[offset + 4] ?? 1;
    if (isLayer(code)) return { profileLevelId, ...parseLayer(new BitReader(config.subarray(offset + 4))) };
  }
  throw new DecodeError("mpeg4-video-config", "the configuration has no video object layer");
}

const extendedAspectRatio = 15;
const rectangular = 0;
const grayscale = 3;

/** `VideoObjectLayer()` as far as the picture's size (ISO 14496-2 §6.2.3). */
function parseLayer(bits: BitReader): Omit<Mpeg4VideoConfig, "profileLevelId"> {
  bits.skip(1 + 8);
  const hasIdentifier = bits.flag();
  const version = hasIdentifier ? bits.bits(4) : 1;
  if (hasIdentifier) bits.skip(3);
  if (bits.bits(4) === extendedAspectRatio) bits.skip(16);
  if (bits.flag()) {
    bits.skip(3);
    if (bits.flag()) bits.skip(79);
  }
  const shape = bits.bits(2);
  if (shape === grayscale && version !== 1) bits.skip(4);
  bits.skip(1);
  const resolution = bits.bits(16);
  bits.skip(1);
  const increment = bits.flag() ? bits.bits(Math.max(1, 32 - Math.clz32(resolution - 1))) : 0;
  const rate = increment > 0 && resolution > 0 ? { frameRate: resolution / increment } : {};
  if (shape !== rectangular) return rate;
  bits.skip(1);
  const width = bits.bits(13);
  bits.skip(1);
  const height = bits.bits(13);
  if (width === 0 || height === 0) throw new DecodeError("bitstream-range", "the video object layer has no picture");
  return { ...rate, width, height };
}
