import { DecodeError } from "#util/errors";

/**
 * The factor in a Scale or Speed header (RFC 2326 §12.34, §12.35): never 0; negative plays backwards.
 *
 * @throws DecodeError for what is not such a number.
 */
export function parseScale(value: string): number {
  const text = value.trim();
  const factor = /^[+-]?\d{1,6}(\.\d{0,6})?$/.test(text) ? Number(text) : 0;
  if (factor === 0) throw new DecodeError("rtsp-scale", "Scale is not a factor");
  return factor;
}

/** With at least one digit behind the point, as the RFC's examples have it. */
export const formatScale = (factor: number): string => (Number.isInteger(factor) ? factor.toFixed(1) : String(factor));
