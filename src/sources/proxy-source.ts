import type { Clock, Timer } from "#host/clock";
import type { Entropy } from "#host/entropy";
import type { MediaDescription } from "#media/description";
import type { Publication, Source } from "#media/path";
import type { ReceivedSink } from "#media/received-stream";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";

/** How one attempt to have the original has ended. */
export interface FetchEnd {
  /** A sentence for the log, without secrets. */
  readonly reason: string;
  /** The next attempt does something else and need not rest: another transport, another server, a login. */
  readonly triesElsewhere: boolean;
}

/** Fetches the original once: tells it to `sink` until `ended` is called, or until it is closed. */
export type Fetch = (sink: ReceivedSink, ended: (end: FetchEnd) => void) => Fetching;

export interface Fetching extends Closable {
  /** A random access unit of the track is wanted. Without it the original cannot be asked for one. */
  renew?(track: number): void;
}

export interface OriginParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
}

/** The rest after the first failure; it doubles with each one that follows. */
const FIRST_REST_MS = 1000;
const MAX_REST_MS = 30_000;
/** The rest differs by up to this part, so that many proxies do not come back at once. */
const JITTER = 0.2;
/** An original that has played for so long counts as sound again. */
const SOUND_MS = 10_000;
/** Attempts in a row that need no rest. */
const MAX_WITHOUT_REST = 5;
/** A reader that comes during the rest waits for its end when it is nearer than this. */
const PATIENCE_MS = 5000;
/** How long readers stay when the original has gone. */
const STAY_MS = 30_000;

/** An original and how it has behaved, over all sources that fetch it. */
export class Origin {
  readonly parts: OriginParts;
  readonly fetch: Fetch;
  #failures = 0;
  #withoutRest = 0;
  #notBeforeMs = -Infinity;
  #reason = "";
  #told: string | undefined;

  constructor(parts: OriginParts, fetch: Fetch) {
    this.parts = parts;
    this.fetch = fetch;
  }

  /** Why it was not there when it was last tried. */
  get reason(): string {
    return this.#reason;
  }

  /** Time to wait before the next attempt. */
  restMs(): number {
    return Math.max(0, this.#notBeforeMs - this.parts.clock.monotonic());
  }

  /** It plays. */
  plays(): void {
    this.#told = undefined;
  }

  /** An attempt has ended that has played for `playedMs`. */
  ended({ reason, triesElsewhere }: FetchEnd, playedMs: number): void {
    const { clock, entropy, log } = this.parts;
    this.#reason = reason;
    if (playedMs >= SOUND_MS) this.#failures = this.#withoutRest = 0;
    if (triesElsewhere && ++this.#withoutRest <= MAX_WITHOUT_REST) {
      log.info("the original is tried in another way", { reason });
      return;
    }
    this.#withoutRest = 0;
    const jitter = 1 + JITTER * (entropy.bytes(2).readUInt16BE() / 32_768 - 1);
    const restMs = Math.min(FIRST_REST_MS * 2 ** this.#failures, MAX_REST_MS) * jitter;
    this.#failures = Math.min(this.#failures + 1, 16);
    this.#notBeforeMs = clock.monotonic() + restMs;
    // Once for each reason: an original may be away for days.
    const tell = this.#told === reason ? "debug" : "warn";
    this.#told = reason;
    log[tell]("the original of a proxy is not there", { reason, restMs: Math.round(restMs) });
  }
}

/**
 * The source of a proxy's path. As long as it runs it fetches the original again whenever that ends, with a rest in
 * between; readers stay meanwhile, up to 30 s. Before the original has shown what it carries, one failure ends the source,
 * so that whoever waits is told.
 */
export class ProxySource implements Source {
  readonly #origin: Origin;
  readonly #clock: Clock;
  #into: Publication | undefined;
  #running: Fetching | undefined;
  #timer: Timer | undefined;
  #hasPlayed = false;
  #goneMs = 0;
  #isClosed = false;
  readonly #closed: () => void;

  /** `closed` is told when nobody needs the source any more, or when it has failed. */
  constructor(origin: Origin, closed: () => void) {
    this.#origin = origin;
    this.#clock = origin.parts.clock;
    this.#closed = closed;
  }

  start(into: Publication): void {
    this.#into = into;
    const restMs = this.#origin.restMs();
    if (restMs > PATIENCE_MS) into.lost(`${this.#origin.reason}; tried again in ${Math.ceil(restMs / 1000)} s`);
    else this.#after(restMs);
  }

  renew(track: number): void {
    this.#running?.renew?.(track);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running?.close();
    this.#closed();
  }

  #after(restMs: number): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    if (restMs === 0) this.#attempt();
    else this.#timer = this.#clock.after(restMs, () => this.#attempt());
  }

  #attempt(): void {
    let playedMs: number | undefined;
    const describe = (description: MediaDescription): void => {
      if (playedMs !== undefined) {
        this.#into?.refine(description);
        return;
      }
      playedMs = this.#clock.monotonic();
      this.#hasPlayed = true;
      this.#origin.plays();
      this.#into?.describe(description);
    };
    this.#running = this.#origin.fetch({ describe, write: (unit) => this.#into?.write(unit) }, (end) => {
      const nowMs = this.#clock.monotonic();
      this.#running = undefined;
      this.#origin.ended(end, playedMs === undefined ? 0 : nowMs - playedMs);
      if (playedMs !== undefined) this.#goneMs = nowMs;
      const restMs = this.#origin.restMs();
      const isGivenUp = restMs > 0 && (!this.#hasPlayed || nowMs - this.#goneMs >= STAY_MS);
      if (isGivenUp) this.#into?.lost(end.reason);
      else this.#after(restMs);
    });
  }
}
