import { DecodeError } from "#util/errors";
import { BitReader, boundedUe } from "../bits.js";
import { unescapeNal } from "../nal-units.js";
import { skipVuiStart } from "../vui.js";

/** What a sequence parameter set says about the pictures. */
export interface H264Sps {
  /** Profile, constraint flags and level as six hexadecimal digits (RFC 6184 §8.1). */
  readonly profileLevelId: string;
  readonly profileIdc: number;
  /** Ten times the level: 31 is level 3.1. */
  readonly levelIdc: number;
  /** Size of the shown picture in pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second, when the set states it (VUI timing). */
  readonly frameRate?: number;
}

/** Profiles whose sets carry chroma format and scaling lists (H.264 §7.3.2.1.1). */
const withChromaFormat: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** 16384 pixels, the most that level 6.2 allows in one direction. */
const maxMacroblocks = 1024;

/** Reads the sequence parameter set `nal`, with its header byte and escapes (H.264 §7.3.2.1.1). */
export function parseH264Sps(nal: Uint8Array): H264Sps {
  const bits = new BitReader(unescapeNal(nal.subarray(1)));
  const profileIdc = bits.bits(8);
  const constraints = bits.bits(8);
  const levelIdc = bits.bits(8);
  boundedUe(bits, 31, "seq_parameter_set_id");
  let chromaFormat = 1;
  let separatePlanes = false;
  if (withChromaFormat.has(profileIdc)) {
    chromaFormat = boundedUe(bits, 3, "chroma_format_idc");
    if (chromaFormat === 3) separatePlanes = bits.flag();
    boundedUe(bits, 6, "bit_depth_luma_minus8");
    boundedUe(bits, 6, "bit_depth_chroma_minus8");
    bits.skip(1);
    if (bits.flag()) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  boundedUe(bits, 12, "log2_max_frame_num_minus4");
  skipPictureOrderCount(bits);
  boundedUe(bits, 16, "max_num_ref_frames");
  bits.skip(1);
  const widthInMacroblocks = boundedUe(bits, maxMacroblocks - 1, "pic_width_in_mbs_minus1") + 1;
  const mapUnits = boundedUe(bits, maxMacroblocks - 1, "pic_height_in_map_units_minus1") + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const fieldFactor = framesOnly ? 1 : 2;
  const subsampled = separatePlanes ? 0 : chromaFormat;
  const unitX = subsampled === 1 || subsampled === 2 ? 2 : 1;
  const unitY = (subsampled === 1 ? 2 : 1) * fieldFactor;
  const crop = bits.flag()
    ? { left: bits.ue(), right: bits.ue(), top: bits.ue(), bottom: bits.ue() }
    : { left: 0, right: 0, top: 0, bottom: 0 };
  const width = widthInMacroblocks * 16 - (crop.left + crop.right) * unitX;
  const height = mapUnits * 16 * fieldFactor - (crop.top + crop.bottom) * unitY;
  if (width <= 0 || height <= 0) throw new DecodeError("bitstream-range", "the cropping leaves no picture");
  const frameRate = bits.flag() ? vuiFrameRate(bits) : undefined;
  return {
    profileLevelId: [profileIdc, constraints, levelIdc].map(hexByte).join(""),
    profileIdc,
    levelIdc,
    width,
    height,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

const hexByte = (value: number): string => value.toString(16).toUpperCase().padStart(2, "0");

function skipScalingLists(bits: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (!bits.flag()) continue;
    let last = 8;
    for (let i = 0, next = 8; i < (list < 6 ? 16 : 64) && next !== 0; i++) {
      next = (last + bits.se() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

function skipPictureOrderCount(bits: BitReader): void {
  const type = boundedUe(bits, 2, "pic_order_cnt_type");
  if (type === 0) {
    boundedUe(bits, 12, "log2_max_pic_order_cnt_lsb_minus4");
  } else if (type === 1) {
    bits.skip(1);
    bits.se();
    bits.se();
    const cycle = boundedUe(bits, 255, "num_ref_frames_in_pic_order_cnt_cycle");
    for (let i = 0; i < cycle; i++) bits.se();
  }
}

/** Reads the video usability information as far as its timing (H.264 §E.1.1). */
function vuiFrameRate(bits: BitReader): number | undefined {
  skipVuiStart(bits);
  if (!bits.flag()) return undefined;
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  // A tick is the time of one field (H.264 §E.2.1, num_units_in_tick).
  return unitsInTick > 0 && timeScale > 0 ? timeScale / (2 * unitsInTick) : undefined;
}
