import { DecodeError } from "#util/errors";
import { startCodes } from "../start-codes.js";

/** Start code values of ISO 13818-2 table 6-1. Slices are 1…175. */
export const StartCodeValue = Object.freeze({
  picture: 0x00,
  firstSlice: 0x01,
  lastSlice: 0xaf,
  userData: 0xb2,
  sequenceHeader: 0xb3,
  extension: 0xb5,
  group: 0xb8,
});

export const isSlice = (code: number): boolean => code >= StartCodeValue.firstSlice && code <= StartCodeValue.lastSlice;

/** `picture_coding_type` of a picture that is coded by itself. */
const intra = 1;

/** What a picture header says, as RFC 2250 §3.4 wants it told in each packet. */
export interface PictureHeader {
  /** `temporal_reference`, 0…1023. */
  readonly temporalReference: number;
  /** `picture_coding_type`: 1 I, 2 P, 3 B, 4 D. */
  readonly type: number;
  /** `full_pel_backward_vector` and `backward_f_code`, then the same forward: one bit and three bits each. */
  readonly vectorCodes: number;
}

/*
 *  00 00 01 00 | temporal_reference 10 | type 3 | vbv_delay 16 | P and B: forward 1+3 | B: backward 1+3 | …
 */
export function pictureHeaderAt(unit: Uint8Array, offset: number): PictureHeader {
  const [a = 0, b = 0, , d = 0, e = 0] = unit.subarray(offset + 4, offset + 9);
  const type = (b >> 3) & 0x07;
  const forward = type === 2 || type === 3 ? ((d & 0x07) << 1) | (e >> 7) : 0;
  const backward = type === 3 ? (e >> 3) & 0x0f : 0;
  return { temporalReference: (a << 2) | (b >> 6), type, vectorCodes: (backward << 4) | forward };
}

/** Whether a unit can be decoded without what came before: a sequence header, then a picture coded by itself. */
export function isRandomAccess(unit: Uint8Array): boolean {
  let hasSequence = false;
  for (const { offset, code } of startCodes(unit)) {
    if (code === StartCodeValue.sequenceHeader) hasSequence = true;
    if (code === StartCodeValue.picture) return hasSequence && pictureHeaderAt(unit, offset).type === intra;
    if (isSlice(code)) return false;
  }
  return false;
}

const bidirectional = 3;

/** Whether a unit is a B picture, to which none refers. */
export function isDispensable(unit: Uint8Array): boolean {
  for (const { offset, code } of startCodes(unit))
    if (code === StartCodeValue.picture) return pictureHeaderAt(unit, offset).type === bidirectional;
  return false;
}

/** The sequence header of a unit with its extensions; undefined when it has none. */
export function sequenceOf(unit: Uint8Array): Uint8Array | undefined {
  let start: number | undefined;
  for (const { offset, code } of startCodes(unit)) {
    if (code === StartCodeValue.sequenceHeader) start = offset;
    else if (code !== StartCodeValue.extension && code !== StartCodeValue.userData)
      return start === undefined ? undefined : unit.subarray(start, offset);
  }
  return start === undefined ? undefined : unit.subarray(start);
}

/** Pictures a second by `frame_rate_code` (ISO 13818-2 table 6-4). */
const frameRates: readonly number[] = [0, 24_000 / 1001, 24, 25, 30_000 / 1001, 30, 50, 60_000 / 1001, 60];

/** What a sequence header says about the pictures. */
export interface MpegSequence {
  readonly width: number;
  readonly height: number;
  readonly frameRate?: number;
}

const sequenceExtension = 1;

/*
 *  00 00 01 b3 | horizontal_size 12 | vertical_size 12 | aspect 4 | frame_rate_code 4 | …
 *  00 00 01 b5 | id 4 | profile 8 | progressive 1 | chroma 2 | horizontal_size high 2 | vertical_size high 2 | …
 */
/** Reads a sequence header with its extensions. */
export function parseMpegSequence(bytes: Uint8Array): MpegSequence {
  const [a, b = 0, c = 0, d] = bytes.subarray(4, 8);
  if (a === undefined || d === undefined) throw new DecodeError("mpeg-sequence", "the sequence header is cut off");
  let width = (a << 4) | (b >> 4);
  let height = ((b & 0x0f) << 8) | c;
  for (const { offset, code } of startCodes(bytes, 4)) {
    const [id = 0, high = 0, low = 0] = bytes.subarray(offset + 4, offset + 7);
    if (code !== StartCodeValue.extension || id >> 4 !== sequenceExtension) continue;
    width |= (((high & 1) << 1) | (low >> 7)) << 12;
    height |= ((low >> 5) & 0x03) << 12;
  }
  if (width === 0 || height === 0) throw new DecodeError("bitstream-range", "the sequence header has no picture");
  const frameRate = frameRates[d & 0x0f];
  return { width, height, ...(frameRate !== undefined && frameRate > 0 && { frameRate }) };
}
