import type { Sample } from "./media-file.js";

/** Most pictures that H.264 and H.265 let follow a picture that is shown after them (H.264 §A.3.1 max_dec_frame_buffering). */
const maxReorder = 16;

/** A sample whose decoding time is not known yet. */
export type UntimedSample = Omit<Sample, "dueSeconds">;

/**
 * Gives samples in decoding order their decoding times. Files read here tell presentation times only; the n-th decoding
 * time is the n-th smallest presentation time, for which `maxReorder` samples have to be known ahead. When `samples` fails,
 * what came before it is given out first.
 */
export async function* withDueTimes(samples: AsyncIterable<UntimedSample>): AsyncGenerator<Sample, void, undefined> {
  const waiting: UntimedSample[] = [];
  const times: number[] = [];
  const next = (): Sample | undefined => {
    const sample = waiting.shift();
    const dueSeconds = times.shift();
    return sample && dueSeconds !== undefined ? { ...sample, dueSeconds } : undefined;
  };
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const sample of samples) {
      let place = times.length;
      while (place > 0 && (times[place - 1] ?? 0) > sample.seconds) place--;
      times.splice(place, 0, sample.seconds);
      waiting.push(sample);
      const first = waiting.length > maxReorder ? next() : undefined;
      if (first) yield first;
    }
  } catch (error) {
    failure = { error };
  }
  for (let last = next(); last; last = next()) yield last;
  if (failure) throw failure.error;
}

/** Several tracks' samples by decoding time; of equal ones the earlier track's first. Ends all tracks when it is ended. */
export async function* interleaved(
  tracks: readonly AsyncGenerator<Sample, void, undefined>[],
): AsyncGenerator<Sample, void, undefined> {
  try {
    const heads = await Promise.all(tracks.map((track) => track.next()));
    for (;;) {
      let chosen = -1;
      let dueSeconds = Infinity;
      for (const [index, head] of heads.entries()) {
        if (head.done === true || head.value.dueSeconds >= dueSeconds) continue;
        chosen = index;
        ({ dueSeconds } = head.value);
      }
      const head = heads[chosen];
      const track = tracks[chosen];
      if (!head || head.done === true || !track) return;
      yield head.value;
      heads[chosen] = await track.next();
    }
  } finally {
    await Promise.allSettled(tracks.map((track) => track.return()));
  }
}
