import type { SourceUnit } from "#media/access-unit";
import type { MediaDescription } from "#media/description";
import type { StreamRequest } from "./directory.js";

/**
 * Where streams go that clients publish. Refusals: `publish-reserved` when the name stands for something else,
 * `publish-taken` when somebody publishes under it already and is not to be replaced.
 */
export interface Publishing {
  /** Whether a stream may be published under the name; nothing is reserved by that. */
  admit(request: StreamRequest): Promise<void>;
  /**
   * Takes the name. `ended` is called when it is taken away again: by another publisher, or because the path fails; `renew`
   * when a random access unit of a track is wanted.
   */
  publish(
    request: StreamRequest,
    ended: (reason: string) => void,
    renew?: (track: number) => void,
  ): Promise<PublishedStream>;
}

/** A name that a client publishes under. */
export interface PublishedStream {
  /** Says what it carries, before anything is written; said again, the same tracks are known better now. */
  describe(description: MediaDescription): void;
  write(unit: SourceUnit): void;
  /** Gives the name back; readers are told `reason`. */
  end(reason: string): void;
}
