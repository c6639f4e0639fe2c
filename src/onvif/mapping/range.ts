import type { Range } from "#device/media/types";
import type { FloatRange, IntRange } from "../schema/tt/common.js";

export const rangeToWire = ({ min, max }: Range): IntRange & FloatRange => ({ Min: min, Max: max });

/** A number of frames a second as the first media service writes it: whole, and never zero. */
export const wholeRate = (framesPerSecond: number): number => Math.max(1, Math.round(framesPerSecond));

/** The whole numbers that the rates of a range are written as; what lies over its ends is adapted when it is set. */
export const wholeRates = ({ min, max }: Range): IntRange => ({ Min: wholeRate(min), Max: wholeRate(max) });

/** The whole numbers inside a range; its ends where it has none inside. */
export function wholeRange({ min, max }: Range): IntRange {
  const inside = { Min: Math.ceil(min), Max: Math.floor(max) };
  return inside.Min <= inside.Max ? inside : { Min: inside.Max, Max: inside.Min };
}
