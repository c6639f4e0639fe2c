import { DecodeError } from "#util/errors";
import { BitReader, boundedUe } from "../bits.js";
import { unescapeNal } from "../nal-units.js";
import { skipVuiStart } from "../vui.js";

/** What a sequence parameter set says about the pictures. */
export interface H265Sps {
  /** `general_profile_space`, `general_profile_idc`, `general_tier_flag`, `general_level_idc` (H.265 §7.4.4). */
  readonly profileSpace: number;
  readonly profileId: number;
  readonly tierFlag: number;
  /** Thirty times the level: 93 is level 3.1. */
  readonly levelId: number;
  /** Size of the shown picture in pixels, after the conformance window. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second, when the set states it (VUI timing). */
  readonly frameRate?: number;
}

const maxPixels = 16_384;

/** Reads the sequence parameter set `nal`, with its header bytes and escapes (H.265 §7.3.2.2.1). */
export function parseH265Sps(nal: Uint8Array): H265Sps {
  const bits = new BitReader(unescapeNal(nal.subarray(2)));
  bits.skip(4);
  const maxSubLayers = bits.bits(3) + 1;
  bits.skip(1);
  const profile = profileTierLevel(bits, maxSubLayers);
  boundedUe(bits, 15, "sps_seq_parameter_set_id");
  const chromaFormat = boundedUe(bits, 3, "chroma_format_idc");
  const separatePlanes = chromaFormat === 3 && bits.flag();
  const codedWidth = boundedUe(bits, maxPixels, "pic_width_in_luma_samples");
  const codedHeight = boundedUe(bits, maxPixels, "pic_height_in_luma_samples");
  const crop = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const unitX = !separatePlanes && (chromaFormat === 1 || chromaFormat === 2) ? 2 : 1;
  const unitY = !separatePlanes && chromaFormat === 1 ? 2 : 1;
  const width = codedWidth - ((crop[0] ?? 0) + (crop[1] ?? 0)) * unitX;
  const height = codedHeight - ((crop[2] ?? 0) + (crop[3] ?? 0)) * unitY;
  if (width <= 0 || height <= 0) throw new DecodeError("bitstream-range", "the conformance window leaves no picture");
  const frameRate = frameRateBehind(bits, maxSubLayers);
  return { ...profile, width, height, ...(frameRate === undefined ? {} : { frameRate }) };
}

/** H.265 §7.3.3, for a set that starts with the general part. */
function profileTierLevel(
  bits: BitReader,
  maxSubLayers: number,
): Pick<H265Sps, "profileSpace" | "profileId" | "tierFlag" | "levelId"> {
  const profileSpace = bits.bits(2);
  const tierFlag = bits.bit();
  const profileId = bits.bits(5);
  bits.skip(32 + 48);
  const levelId = bits.bits(8);
  const present: [profile: boolean, level: boolean][] = [];
  for (let i = 0; i < maxSubLayers - 1; i++) present.push([bits.flag(), bits.flag()]);
  if (maxSubLayers > 1) bits.skip(2 * (9 - maxSubLayers));
  for (const [withProfile, withLevel] of present) bits.skip((withProfile ? 88 : 0) + (withLevel ? 8 : 0));
  return { profileSpace, profileId, tierFlag, levelId };
}

/** Reads on from behind the conformance window to the VUI's timing. */
function frameRateBehind(bits: BitReader, maxSubLayers: number): number | undefined {
  boundedUe(bits, 8, "bit_depth_luma_minus8");
  boundedUe(bits, 8, "bit_depth_chroma_minus8");
  const orderBits = boundedUe(bits, 12, "log2_max_pic_order_cnt_lsb_minus4") + 4;
  for (let i = bits.flag() ? 0 : maxSubLayers - 1; i < maxSubLayers; i++) {
    for (let member = 0; member < 3; member++) bits.ue();
  }
  for (let member = 0; member < 6; member++) bits.ue();
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(2);
  if (bits.flag()) {
    bits.skip(8);
    bits.ue();
    bits.ue();
    bits.skip(1);
  }
  skipReferencePictureSets(bits);
  if (bits.flag()) {
    const count = boundedUe(bits, 32, "num_long_term_ref_pics_sps");
    bits.skip(count * (orderBits + 1));
  }
  bits.skip(2);
  return bits.flag() ? vuiFrameRate(bits) : undefined;
}

/** H.265 §7.3.4. */
function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue();
        continue;
      }
      if (size > 1) bits.se();
      for (let i = Math.min(64, 1 << (4 + (size << 1))); i > 0; i--) bits.se();
    }
  }
}

/** H.265 §7.3.7; each set may be told as a difference from the one before it. */
function skipReferencePictureSets(bits: BitReader): void {
  const count = boundedUe(bits, 64, "num_short_term_ref_pic_sets");
  let previous = 0;
  for (let set = 0; set < count; set++) {
    if (set > 0 && bits.flag()) {
      bits.skip(1);
      bits.ue();
      let pictures = 0;
      for (let i = 0; i <= previous; i++) if (bits.flag() || bits.flag()) pictures++;
      previous = pictures;
    } else {
      previous = boundedUe(bits, 16, "num_negative_pics") + boundedUe(bits, 16, "num_positive_pics");
      for (let i = 0; i < previous; i++) {
        bits.ue();
        bits.skip(1);
      }
    }
  }
}

/** Reads the video usability information as far as its timing (H.265 §E.2.1). */
function vuiFrameRate(bits: BitReader): number | undefined {
  skipVuiStart(bits);
  bits.skip(3);
  if (bits.flag()) for (let edge = 0; edge < 4; edge++) bits.ue();
  if (!bits.flag()) return undefined;
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  return unitsInTick > 0 && timeScale > 0 ? timeScale / unitsInTick : undefined;
}
