import type { Emit } from "../change.js";
import type { AuthFailureWarning } from "./security-policies.js";

/** Addresses, and pairs of user and address, that are counted at most; the oldest give way. */
const MAXIMUM_COUNTED = 1024;

interface Count {
  readonly sinceMs: number;
  failures: number;
}

/**
 * Counts failed logins (Core §8.5). More of them from one address than the policy allows, within the period that begins
 * with the first, are told once. More of them for one user from one address also shut that user out there, for a while:
 * neither his other computers nor other users are concerned. All times are monotonic.
 */
export class FailedLogins {
  readonly #byAddress = new Map<string, Count>();
  readonly #byUser = new Map<string, Count>();
  /** When a user may try again from an address. */
  readonly #lockedUntilMs = new Map<string, number>();

  /** `lockoutMs` 0 shuts nobody out. */
  constructor(
    private readonly policy: () => AuthFailureWarning,
    private readonly lockoutMs: number,
    private readonly emit: Emit,
  ) {}

  add(username: string, address: string, nowMs: number): void {
    const { enabled, maximumFailures } = this.policy();
    if (!enabled) return;
    const key = pairOf(username, address);
    const ofUser = this.#count(this.#byUser, key, nowMs);
    if (this.lockoutMs > 0 && ofUser > maximumFailures) {
      this.#byUser.delete(key);
      keep(this.#lockedUntilMs, key, nowMs + this.lockoutMs);
    }
    if (this.#count(this.#byAddress, address, nowMs) === maximumFailures + 1)
      this.emit({ slice: "logins", what: "failed", address, failures: maximumFailures + 1 });
  }

  /** False while nobody is shut out anywhere: then nothing need be known of who wants to log in. */
  get locksSomebody(): boolean {
    return this.#lockedUntilMs.size > 0;
  }

  isLocked(username: string, address: string, nowMs: number): boolean {
    const key = pairOf(username, address);
    const untilMs = this.#lockedUntilMs.get(key);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#lockedUntilMs.delete(key);
    return false;
  }

  #count(counts: Map<string, Count>, key: string, nowMs: number): number {
    const present = counts.get(key);
    if (present && nowMs - present.sinceMs < this.policy().monitorPeriod * 1000) return ++present.failures;
    keep(counts, key, { sinceMs: nowMs, failures: 1 });
    return 1;
  }
}

const pairOf = (username: string, address: string): string => `${address} ${username.slice(0, 256)}`;

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= MAXIMUM_COUNTED) map.delete(oldest);
  map.set(key, value);
}
