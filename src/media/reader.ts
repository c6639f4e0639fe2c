import type { AccessUnit } from "./access-unit.js";

/** Takes units. */
export interface Outlet {
  /**
   * Must return at once and must not throw. `nowMs` is the monotonic time of the call, read once for all readers of a unit.
   */
  deliver(unit: AccessUnit, nowMs: number): void;
}

/** Where units go for one consumer. */
export interface Reader extends Outlet {
  /**
   * Where the units of `track` go instead while they flow one by one, which spares each reader of each unit the way through
   * this object. A group of pictures at the start still comes by `deliver`. Without it, or undefined, all comes there.
   */
  outletOf?(track: number): Outlet | undefined;
  /**
   * How much of what was delivered still waits to be taken, for readings that deliver as fast as that goes. Undefined, and
   * without it, where nothing tells: datagrams.
   */
  intake?(): "empty" | "some" | "full" | undefined;
  /** The path has ended; nothing more will come. Must return at once and must not throw. */
  ended(reason: string): void;
}

/** The packet of a track that a reading will deliver first. */
export interface FirstPacket {
  readonly ssrc: number;
  readonly sequence: number;
  /** Undefined where only the number can be told. */
  readonly rtpTime: number | undefined;
}

/**
 * One reader's hold on a path. It starts paused: `play` delivers the cached group of pictures and then what comes.
 * `first` tells where that will be, so that an answer can name it before the first packet is sent; it holds until the
 * path publishes again, so ask, answer and play in one turn of the event loop.
 */
export interface Reading {
  /** What `track` will start with if played now; undefined where that is not known before it is published. */
  first(track: number): FirstPacket | undefined;
  /**
   * Delivers at once the random access point and then, at a bounded rate, what has followed it, until it has caught up.
   * On a path that has ended, starts its source again.
   */
  play(): void;
  pause(): void;
  /**
   * Somebody more takes what this reading delivers, or can make nothing of it: while it plays, tracks that begin with a
   * state tell it again, and the source is asked for a random access unit. `track` is the only one that is meant, if given.
   */
  renew(track?: number): void;
  /** Leaves the path. */
  close(): void;
}
