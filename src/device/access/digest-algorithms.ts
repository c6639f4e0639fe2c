import type { Emit } from "../change.js";
import { refusal } from "../refusal.js";

/** The hashes of HTTP and RTSP digest that can be chosen (Core §5.9.3). */
export const DIGEST_ALGORITHMS = ["MD5", "SHA-256"] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

const isKnown = (name: string): name is DigestAlgorithm => DIGEST_ALGORITHMS.some((one) => one === name);

/** Which hashes digest challenges offer. */
export class DigestAlgorithms {
  #chosen: readonly DigestAlgorithm[] = [];

  constructor(private readonly emit: Emit) {}

  /** In the order of preference; empty while no client has chosen, so that each server offers what suits it. */
  get chosen(): readonly DigestAlgorithm[] {
    return this.#chosen;
  }

  /** SetHashingAlgorithm. */
  set(names: readonly string[]): void {
    const known = names.filter(isKnown);
    if (known.length === 0 || known.length < names.length || new Set(known).size < known.length)
      throw refusal("invalid-argument", `the hashes are ${DIGEST_ALGORITHMS.join(" and ")}, each at most once`);
    this.#chosen = known;
    this.emit({ slice: "access", what: "digest-algorithms" });
  }

  /** Saved ones; the result puts them in force. */
  prepare(saved: readonly DigestAlgorithm[]): () => void {
    return () => {
      this.#chosen = [...saved];
    };
  }
}
