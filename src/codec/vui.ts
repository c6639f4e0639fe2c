import type { BitReader } from "./bits.js";

const extendedAspectRatio = 255;

/**
 * Skips the begin of video usability information, which H.264 (§E.1.1) and H.265 (§E.2.1) have alike: shape of the
 * samples, overscan, kind of signal and place of the colours.
 */
export function skipVuiStart(bits: BitReader): void {
  if (bits.flag() && bits.bits(8) === extendedAspectRatio) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  if (bits.flag()) {
    bits.skip(4);
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
}
