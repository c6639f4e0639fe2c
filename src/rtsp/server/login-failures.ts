const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 1024;

/** Counts wrong passwords by address, so that guessing over many connections is slow. */
export class LoginFailures {
  readonly #counts = new Map<string, { count: number; readonly sinceMs: number }>();

  /** `perMinute`: failures after which an address is refused for the rest of its minute. */
  constructor(private readonly perMinute: number) {}

  add(address: string, nowMs: number): void {
    const entry = this.#current(address, nowMs);
    if (entry) {
      entry.count++;
      return;
    }
    this.#counts.delete(address);
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined && this.#counts.size >= MAX_ADDRESSES) this.#counts.delete(oldest);
    this.#counts.set(address, { count: 1, sinceMs: nowMs });
  }

  isExcessive(address: string, nowMs: number): boolean {
    return (this.#current(address, nowMs)?.count ?? 0) >= this.perMinute;
  }

  #current(address: string, nowMs: number): { count: number } | undefined {
    const entry = this.#counts.get(address);
    return entry && nowMs - entry.sinceMs < WINDOW_MS ? entry : undefined;
  }
}
