import type { Closable } from "#util/scope";
import type { MediaDescription } from "./description.js";

/** A stretch of time that a recording covers without a gap, ms since the Unix epoch, UTC. */
export interface RecordedSection {
  readonly startMs: number;
  readonly endMs: number;
}

/** One recorded unit. */
export interface RecordedUnit {
  /** Index into `MediaDescription.tracks`. */
  readonly track: number;
  /** When it was captured, ms since the Unix epoch, UTC; may have a fraction. */
  readonly atMs: number;
  /**
   * When it is decoded, on the same time: the n-th `dueMs` of a track is its n-th `atMs` in order of time. Never decreases
   * from unit to unit of a section, whatever their tracks.
   */
  readonly dueMs: number;
  /** Decodable without earlier units. */
  readonly randomAccess: boolean;
  /** As in `AccessUnit`. */
  readonly payload: readonly Uint8Array[];
  /** Index into `RecordedContent.sections`. */
  readonly section: number;
}

/** Some units that follow each other in a group of pictures. */
export interface GroupPart {
  readonly units: readonly RecordedUnit[];
  /** The group begins with them. */
  readonly startsGroup: boolean;
}

/** What can be replayed: a recording, or a file that stands for one. Any number of readers at any positions. */
export interface RecordedContent {
  readonly description: MediaDescription;
  /** For each track, its token (Streaming §6.2). */
  readonly tokens: readonly string[];
  /** What is covered, earliest first; at least one. */
  readonly sections: readonly RecordedSection[];
  /**
   * All units in recorded order, from the last random access point of the pictures at or before `fromMs` on; in a gap, from
   * the beginning of the next section. Ends with the recording. Throws a DecodeError where damage begins.
   */
  forward(fromMs: number): AsyncGenerator<readonly RecordedUnit[], void, undefined>;
  /**
   * The groups of pictures, the latest first, each in recorded order: the one in which `fromMs` lies or else the last one in
   * front of it, then the one in front of that, to the beginning. Only pictures: sound is of no use backwards.
   */
  backward(fromMs: number): AsyncGenerator<GroupPart, void, undefined>;
}

/** A hold on what can be replayed. */
export interface ReplaySource extends RecordedContent, Closable {}
