import type { Closable } from "#util/scope";
import type { MediaDescription } from "./description.js";
import type { SourceUnit } from "./access-unit.js";
import type { Reader, Reading } from "./reader.js";

/** A named stream: one source fills it, any number of readers take from it. */
export interface Path {
  readonly name: string;
  /** Undefined until the source has described itself. */
  readonly description: MediaDescription | undefined;
  /** SSRC of a track, fixed for the path's lifetime. */
  ssrc(track: number): number;
  read(reader: Reader, tracks: readonly number[]): Reading;
}

/** The source's end of a path. */
export interface Publication {
  readonly path: string;
  /** Says what the path carries. Said again, another run begins: timestamps are of its own and begin near 0. */
  describe(description: MediaDescription): void;
  /** The tracks that were described are known better now, such as by parameter sets met in the stream. */
  refine(description: MediaDescription): void;
  write(unit: SourceUnit): void;
  /** The source has ended or failed; readers are told. */
  lost(reason: string): void;
}

/** Fills one path from `start` until `close`. */
export interface Source {
  start(into: Publication): void;
  /** Somebody cannot begin with `track` before its next random access unit: one is made, or asked for, where that is possible. */
  renew?(track: number): void;
  close(): Promise<void>;
}

/** A hold on a path: while one is open its source runs. */
export interface PathLease extends Closable {
  readonly path: Path;
  /** What the path carries; known by the time it could be opened. */
  readonly description: MediaDescription;
}

/** Where names become paths. `PathMap` is the real one. */
export interface Paths {
  /**
   * Starts the path's source if it does not run, and waits until it has described itself.
   * `name` is a URL's path after one percent-decode, without the first slash.
   * Refusals: `path-not-found`; `path-not-ready` when the source takes too long or fails.
   */
  open(name: string): Promise<PathLease>;
}
