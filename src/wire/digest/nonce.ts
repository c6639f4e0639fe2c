import { createHmac } from "node:crypto";
import { HashComparison } from "./algorithm.js";

export interface NonceOptions {
  /** Age in ms at which a nonce becomes stale; 300 000 unless given. */
  readonly lifetimeMs?: number;
  /**
   * What a second use of the same nonce count is: a replay, answered as stale (default), or fine. Clients that always
   * send 1 work with both, at the price of a second round trip.
   */
  readonly onRepeatedCount?: "stale" | "accept";
  /** Nonces whose counts are remembered; 1024 unless given. Beyond it the oldest nonces become stale. */
  readonly remembered?: number;
}

export type NonceState = "fresh" | "stale" | "unknown";

/** Counts seen so far: the highest, and which of the 31 before it (bit n: highest − n). */
interface Counts {
  readonly issuedMs: number;
  highest: number;
  seen: number;
}

/**
 * Makes nonces and recognises its own without storing them: time, serial number and an HMAC over both and the
 * caller's scope. Only the counts of nonces that were used with the right password are kept.
 */
export class NonceKeeper {
  readonly #key: Uint8Array;
  readonly #lifetimeMs: number;
  readonly #checksCounts: boolean;
  readonly #remembered: number;
  readonly #counts = new Map<string, Counts>();
  /** Nonces whose seal was right, with their scope, so that it is worked out once; oldest first. */
  readonly #recognised = new Map<string, string>();
  readonly #seals = new HashComparison();
  #serial = 0;
  /** Nonces issued up to here are stale, because their counts have been forgotten. */
  #forgottenMs = -Infinity;

  /** `key`: at least 16 unpredictable bytes, kept for the keeper's lifetime. */
  constructor(key: Uint8Array, options: NonceOptions = {}) {
    this.#key = key;
    this.#lifetimeMs = options.lifetimeMs ?? 300_000;
    this.#checksCounts = options.onRepeatedCount !== "accept";
    this.#remembered = options.remembered ?? 1024;
  }

  /** A new nonce, which ages by a clock that never jumps. `scope` (such as the peer's address) must be the same when it comes back. */
  issue(nowMs: number, scope = ""): string {
    this.#serial = (this.#serial + 1) >>> 0;
    const body = Math.floor(nowMs).toString(16).padStart(12, "0") + this.#serial.toString(16).padStart(8, "0");
    return body + this.#seal(body, scope);
  }

  /** Whether `nonce` was issued here for `scope`, and is young enough. */
  state(nonce: string, nowMs: number, scope = ""): NonceState {
    if (!this.#isOurs(nonce, scope)) return "unknown";
    const issuedMs = Number.parseInt(nonce.slice(0, 12), 16);
    const tooOld = nowMs - issuedMs > this.#lifetimeMs;
    return tooOld || issuedMs <= this.#forgottenMs ? "stale" : "fresh";
  }

  /** Takes `count` of a nonce whose response was right; false when it has been used before. */
  use(nonce: string, count: number): boolean {
    if (!this.#checksCounts) return true;
    const counts = this.#counts.get(nonce);
    if (counts === undefined) {
      this.#remember(nonce, count);
      return true;
    }
    const ahead = count - counts.highest;
    if (ahead > 0) {
      counts.seen = ahead > 31 ? 1 : (counts.seen << ahead) | 1;
      counts.highest = count;
      return true;
    }
    if (ahead < -31 || (counts.seen >>> -ahead) & 1) return false;
    counts.seen |= 1 << -ahead;
    return true;
  }

  #isOurs(nonce: string, scope: string): boolean {
    if (this.#recognised.get(nonce) === scope) return true;
    if (nonce.length !== 52 || !this.#seals.isSame(this.#seal(nonce.slice(0, 20), scope), nonce.slice(20)))
      return false;
    if (this.#recognised.size >= this.#remembered) {
      const [oldest = ""] = this.#recognised.keys();
      this.#recognised.delete(oldest);
    }
    this.#recognised.set(nonce, scope);
    return true;
  }

  #remember(nonce: string, count: number): void {
    if (this.#counts.size >= this.#remembered) {
      const [oldest] = this.#counts;
      if (oldest !== undefined) {
        this.#counts.delete(oldest[0]);
        this.#forgottenMs = Math.max(this.#forgottenMs, oldest[1].issuedMs);
      }
    }
    this.#counts.set(nonce, { issuedMs: Number.parseInt(nonce.slice(0, 12), 16), highest: count, seen: 1 });
  }

  #seal(body: string, scope: string): string {
    return createHmac("sha256", this.#key).update(`${body}\n${scope}`).digest("hex").slice(0, 32);
  }
}
