/** Pictures that encoders usually decode ahead of one that is shown before them. */
const USUAL_REORDERING = 2;
/** Most of them (H.264 and H.265 allow 16). */
const MAX_REORDERING = 16;

/**
 * Finds out when pictures are decoded by when they are shown, as they come in the order of decoding: the times are the same
 * ones, in their order, and so many pictures later as are decoded ahead. Where these turn out to be more than usual, the
 * time of a picture or two goes back once.
 */
export class DecodingTimes {
  /** When pictures are shown that have no earlier picture to wait for any more, in order. */
  #waiting: number[] = [];
  #depth = USUAL_REORDERING;
  #last = -Infinity;

  /** The time of the next picture, which is shown at `pts` and decoded no later. */
  next(pts: number): number {
    if (pts <= this.#last && this.#depth < MAX_REORDERING) this.#depth++;
    const at = this.#waiting.findLastIndex((other) => other <= pts) + 1;
    this.#waiting.splice(at, 0, pts);
    const due = this.#waiting.length > this.#depth ? this.#waiting.shift() : undefined;
    const earliest = this.#last === -Infinity ? pts - this.#depth : this.#last + 1;
    const dts = Math.min(pts, Math.max(due ?? earliest, earliest));
    this.#last = dts;
    return dts;
  }
}
