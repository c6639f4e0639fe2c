import { BitReader } from "../bits.js";

/** What a sequence header says (AV1 specification §5.5). */
export interface Av1Sequence {
  /** `seq_profile`: 0 Main, 1 High, 2 Professional. */
  readonly profile: number;
  /** `seq_level_idx` of the first operating point: 5 is level 3.1. */
  readonly levelIndex: number;
  readonly tier: number;
  readonly width: number;
  readonly height: number;
  /** Frames a second, when all have one distance. */
  readonly frameRate?: number;
}

/** Reads the payload of a sequence header. Throws a DecodeError when it ends too early. */
export function parseAv1Sequence(payload: Uint8Array): Av1Sequence {
  const bits = new BitReader(payload);
  const profile = bits.bits(3);
  bits.skip(1);
  const isReduced = bits.flag();
  const { frameRate, levelIndex, tier } = isReduced
    ? { frameRate: undefined, levelIndex: bits.bits(5), tier: 0 }
    : operatingPoint(bits);
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  const width = bits.bits(widthBits) + 1;
  const height = bits.bits(heightBits) + 1;
  return { profile, levelIndex, tier, width, height, ...(frameRate !== undefined && { frameRate }) };
}

/** The first operating point, and the rate in front of it. */
function operatingPoint(bits: BitReader): { frameRate: number | undefined; levelIndex: number; tier: number } {
  let frameRate: number | undefined;
  let delayBits: number | undefined;
  if (bits.flag()) {
    const unitsInTick = bits.bits(32);
    const timeScale = bits.bits(32);
    const ticks = bits.flag() ? bits.ue() + 1 : 0;
    if (unitsInTick > 0 && timeScale > 0 && ticks > 0) frameRate = timeScale / unitsInTick / ticks;
    if (bits.flag()) {
      delayBits = bits.bits(5) + 1;
      bits.skip(32 + 5 + 5);
    }
  }
  const hasInitialDelays = bits.flag();
  const points = bits.bits(5) + 1;
  const levels: { readonly levelIndex: number; readonly tier: number }[] = [];
  for (let point = 0; point < points; point++) {
    bits.skip(12);
    const levelIndex = bits.bits(5);
    levels.push({ levelIndex, tier: levelIndex > 7 ? bits.bit() : 0 });
    if (delayBits !== undefined && bits.flag()) bits.skip(2 * delayBits + 1);
    if (hasInitialDelays && bits.flag()) bits.skip(4);
  }
  const [{ levelIndex, tier } = { levelIndex: 0, tier: 0 }] = levels;
  return { frameRate, levelIndex, tier };
}
