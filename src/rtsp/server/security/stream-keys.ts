import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { Path } from "#media/path";
import { SlabAllocator } from "#media/slab";
import type { SrtpMasterKey, SrtpSuite } from "#wire/srtp/suite";
import { newSrtpKey, ProtectedTrack } from "./protected-track.js";

/** The keys of a stream's tracks, by their index; the last one is of what the client sends. */
export type KeySet = readonly ProtectedTrack[];

/** The keys that readers are told. Those who are told them at about the same time are told the same ones. */
export class StreamKeys {
  readonly #parts: ConstructorParameters<typeof ProtectedTrack>[2];
  /** The newest keys of each path, kept as long as the path: those of its tracks, and of what clients send. */
  readonly #current = new WeakMap<Path, { readonly tracks: ProtectedTrack[]; back: ProtectedTrack | undefined }>();

  /** `suite` is that of keys that everybody may be told. */
  constructor(
    clock: Clock,
    entropy: Entropy,
    private readonly suite: SrtpSuite,
  ) {
    this.#parts = { clock, entropy, memory: new SlabAllocator() };
  }

  /** A key for what is sent to one client only. */
  own(index: number, suite: SrtpSuite): ProtectedTrack {
    const { entropy } = this.#parts;
    return new ProtectedTrack(index, entropy.bytes(4).readUInt32BE(), this.#parts, newSrtpKey(suite, entropy));
  }

  /** A track under the key of one client, which gets it so alone. */
  under(master: SrtpMasterKey, index: number, ssrc: number): ProtectedTrack {
    return new ProtectedTrack(index, ssrc, this.#parts, master);
  }

  /** The keys for somebody who is told them now, and who gets the first `count` of the path's tracks. */
  current(path: Path, count: number): KeySet {
    const known = this.#current.get(path) ?? { tracks: [], back: undefined };
    this.#current.set(path, known);
    for (let index = 0; index < count; index++)
      if (known.tracks[index]?.isFresh !== true)
        known.tracks[index] = this.under(newSrtpKey(this.suite, this.#parts.entropy), index, path.ssrc(index));
    known.back ??= this.own(0, this.suite);
    return [...known.tracks.slice(0, count), known.back];
  }
}
