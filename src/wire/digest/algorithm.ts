import { hash, timingSafeEqual } from "node:crypto";

/** The hashes that are offered and accepted (RFC 7616 §6.1); the session variants are not. */
export type DigestAlgorithm = "MD5" | "SHA-256";

const HASH_NAMES: Readonly<Record<DigestAlgorithm, string>> = { MD5: "md5", "SHA-256": "sha256" };

/** The algorithm that `text` names in any case; undefined for one we do not know. */
export function digestAlgorithm(text: string): DigestAlgorithm | undefined {
  const name = text.toUpperCase();
  return name === "MD5" || name === "SHA-256" ? name : undefined;
}

/** Lower-case hexadecimal hash of the UTF-8 form of `text`. */
export const hashHex = (algorithm: DigestAlgorithm, text: string): string => hash(HASH_NAMES[algorithm], text);

export interface ResponseInput {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Present with `qop=auth`; without it the older form of RFC 2069 is computed. */
  readonly protection?: { readonly qop: string; readonly nc: string; readonly cnonce: string } | undefined;
}

/**
 * The `response` that proves knowledge of the password (RFC 7616 §3.4.1). `hashed` works out those of its parts that are the
 * same for many requests.
 */
export function digestResponse(input: ResponseInput, hashed: typeof hashHex = hashHex): string {
  const { algorithm, nonce, protection } = input;
  const secret = hashed(algorithm, `${input.username}:${input.realm}:${input.password}`);
  const request = hashed(algorithm, `${input.method}:${input.uri}`);
  const middle = protection ? `${nonce}:${protection.nc}:${protection.cnonce}:${protection.qop}` : nonce;
  return hashHex(algorithm, `${secret}:${middle}:${request}`);
}

/** Equality in a time that does not tell where the texts differ, nor their length. */
export const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));

/** Compares the hashes of many requests, in the same two buffers while they are of one length. */
export class HashComparison {
  #hashed = Buffer.alloc(0);
  #claimed = Buffer.alloc(0);

  /**
   * Equality of a hash with what a client claims it to be, in a time that does not tell where they differ. The length of
   * a hash is no secret; for passwords there is `sameText`.
   */
  isSame(hashed: string, claimed: string): boolean {
    if (claimed.length !== hashed.length) return false;
    // Two bytes for each UTF-16 unit: no two texts have the same.
    const length = 2 * hashed.length;
    if (this.#hashed.length !== length) {
      this.#hashed = Buffer.alloc(length);
      this.#claimed = Buffer.alloc(length);
    }
    this.#hashed.write(hashed, "utf16le");
    this.#claimed.write(claimed, "utf16le");
    return timingSafeEqual(this.#hashed, this.#claimed);
  }
}

/** Most hashes that are kept. */
const MAX_KEPT = 64;

/** Hashes of texts that come again with each request. The oldest give way. */
export class KeptHashes {
  readonly #kept = new Map<string, string>();

  /** As `hashHex`. */
  readonly hex = (algorithm: DigestAlgorithm, text: string): string => {
    const key = `${algorithm} ${text}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const made = hashHex(algorithm, text);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, made);
    return made;
  };
}
