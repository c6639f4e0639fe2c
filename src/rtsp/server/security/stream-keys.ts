import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Path } from "#media/path";
import { SlabAllocator } from "#media/slab";
import { ProtectedTrack } from "./protected-track.js";

/** The keys of a stream's tracks, by their index; the last one is of what the client sends. */
export type KeySet = readonly ProtectedTrack[];

/** The keys that readers are told. Those who are told them at about the same time are told the same ones. */
export class StreamKeys {
  readonly #parts: ConstructorParameters<typeof ProtectedTrack>[2];
  /** The newest keys of each path, kept as long as the path. */
  readonly #current = new WeakMap<Path, KeySet>();

  constructor(clock: Clock, entropy: Entropy) {
    this.#parts = { clock, entropy, memory: new SlabAllocator() };
  }

  /** The keys for somebody who is told them now. `tracks` is the number of the path's tracks. */
  current(path: Path, tracks: number): KeySet {
    const known = this.#current.get(path) ?? [];
    const keys = Array.from({ length: tracks + 1 }, (_, index) => {
      const before = known[index];
      return before?.isFresh ? before : new ProtectedTrack(index, this.#ssrc(path, tracks, index), this.#parts);
    });
    this.#current.set(path, keys);
    return keys;
  }

  #ssrc(path: Path, tracks: number, index: number): number {
    return index < tracks ? path.ssrc(index) : this.#parts.entropy.bytes(4).readUInt32BE();
  }
}
