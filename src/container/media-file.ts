import type { MediaFormat } from "#codec/format";

/** Bytes that can be read at any position; `OpenFile` of the host is one. */
export interface ByteSource {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** One decodable unit of a file. Times count from the first unit that is shown. */
export interface Sample {
  /** Index into `MediaFile.formats`. */
  readonly track: number;
  /** Presentation time, seconds. */
  readonly seconds: number;
  /**
   * Decoding time, seconds: never decreases from sample to sample of a file. Later than the presentation time where
   * pictures are reordered.
   */
  readonly dueSeconds: number;
  /** Ticks of the track's clock that the unit lasts; 0 where only the next unit's time tells. */
  readonly ticks: number;
  /** Decodable without earlier units. */
  readonly randomAccess: boolean;
  /** NAL units without start codes, or one frame. */
  readonly payload: readonly Uint8Array[];
}

/** A file of timed media. Whatever is wrong with its content is a DecodeError. */
export interface MediaFile {
  /** The tracks that can be sent. */
  readonly formats: readonly MediaFormat[];
  /** The tracks that cannot, for the log: kind, number and codec. */
  readonly skipped: readonly string[];
  /**
   * Length for playing it again and again: where the pictures end, since a repetition is seen rather than heard; where
   * the sound ends if there are no pictures or if it goes on for more than half a second.
   */
  readonly loopSeconds: number;
  /** All tracks' samples by decoding time, from the random access point at or before `fromSeconds` on. */
  samples(fromSeconds?: number): AsyncGenerator<Sample, void, undefined>;
  /** Gives the reader's memory back. The byte source stays open. */
  close(): void;
}
