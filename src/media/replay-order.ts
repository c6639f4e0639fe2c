import { Refusal } from "#util/errors";
import type { Frames } from "#wire/rtsp/headers/replay";
import type { RecordedSection } from "./replay-source.js";

/** What a reader wants to be played. */
export interface ReplayOrder {
  /** Where to begin, on the recording's time; beyond its end, or open, as far as it goes. */
  readonly fromMs: number;
  /** Where to stop; before `fromMs` backwards. Undefined for the end, or the beginning backwards. */
  readonly untilMs?: number;
  /** Seconds of the recording that are shown in one second (RFC 2326 §12.34); negative backwards. */
  readonly scale: number;
  /** How many times faster than it is to be shown it is sent (RFC 2326 §12.35); above 0. */
  readonly speed: number;
  /** Whether it is sent at the pace at which it is shown; as fast as it is taken otherwise (Streaming §6.4 Rate-Control). */
  readonly paced: boolean;
  readonly frames: Frames;
  /** The low byte of the CSeq that the packets carry in the replay extension; undefined for packets without it. */
  readonly cseq?: number;
}

/** Above this, only key frames are sent: nobody could decode all pictures, nor has the network room for them. */
const maxScaleWithAll = 4;

/** Which pictures are sent for an order. */
export const framesOf = ({ frames, scale, paced }: ReplayOrder): Frames =>
  paced && frames.kind !== "intra" && Math.abs(scale) > maxScaleWithAll ? { kind: "intra" } : frames;

/** Whether sound is sent: not where it could not be heard as it was. */
export const hasSound = (order: ReplayOrder): boolean => order.scale === 1 && order.frames.kind !== "intra";

/**
 * Where an order begins. In a gap that is the next section forward, and the last one in front of it backwards
 * (Streaming §6.5).
 *
 * @throws Refusal `range-outside` when there is nothing in that direction.
 */
export function startOf({ fromMs, untilMs, scale }: ReplayOrder, sections: readonly RecordedSection[]): number {
  const isOver = (section: RecordedSection): boolean => section.endMs <= fromMs;
  const found =
    scale > 0 ? sections.find((section) => !isOver(section)) : sections.findLast(({ startMs }) => startMs <= fromMs);
  if (!found) throw new Refusal("range-outside", "nothing is recorded there");
  const start = scale > 0 ? Math.max(found.startMs, fromMs) : Math.min(found.endMs, fromMs);
  const isEmpty = untilMs !== undefined && (scale > 0 ? untilMs < start : untilMs > start);
  if (isEmpty) throw new Refusal("range-outside", "nothing is recorded in the range, or it runs the other way");
  return start;
}
