import type { AccessUnit } from "./access-unit.js";

/** Where a track's units go for one consumer. Both methods must return at once and must not throw. */
export interface Reader {
  deliver(unit: AccessUnit): void;
  /** The path has ended; nothing more will come. */
  ended(reason: string): void;
}

/** The packet of a track that a reading will deliver first. */
export interface FirstPacket {
  readonly ssrc: number;
  readonly sequence: number;
  readonly rtpTime: number;
}

/**
 * One reader's hold on a path. It starts paused: `play` delivers the cached group of pictures and then what comes.
 * Where it will start is fixed by `first`, so that an answer can name it before the first packet is sent.
 */
export interface Reading {
  /** What `track` will start with if played now; undefined while nothing has been published on it. */
  first(track: number): FirstPacket | undefined;
  play(): void;
  pause(): void;
  /** Leaves the path. */
  close(): void;
}
