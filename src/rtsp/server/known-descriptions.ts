import type { Clock, Timer } from "#host/clock";
import type { Path } from "#media/path";
import { ReplayPath } from "#media/replay-path";
import type { Reading } from "#media/reader";
import { CodedError, Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import type { Names, StreamLease, StreamRequest } from "./directory.js";

/** How long a stream may take to start before it is described as it was last. */
const PATIENCE_MS = 1000;
/** Streams that are remembered; the one that nobody has asked for longest is forgotten for another. */
const MAX_KNOWN = 1000;

/**
 * What streams were described as last. Players take it ill when an answer to DESCRIBE takes long or is an error (VLC tries
 * an odd dialect then, or hangs): a stream that was there before is told as it was, while its source starts or is down.
 * SETUP waits for the stream itself.
 */
export class KnownDescriptions {
  readonly #clock: Clock;
  readonly #log: Logger;
  /** In the order in which they were asked for. */
  readonly #known = new Map<string, StreamLease>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** `names`, with leases of streams that are only known for those that `mayBeKnown` and are not there in time. */
  over(names: Names, mayBeKnown: (request: StreamRequest) => boolean): Names {
    return {
      alias: (request) => names.alias?.(request),
      open: (request) => (mayBeKnown(request) ? this.#open(request, names) : names.open(request)),
    };
  }

  #open(request: StreamRequest, names: Names): Promise<StreamLease> {
    const key = keyOf(request);
    const opening = names.open(request).then((lease) => {
      this.#remember(key, lease);
      return lease;
    });
    const known = this.#known.get(key);
    return known ? this.#openedOrKnown(opening, known) : opening;
  }

  async #openedOrKnown(opening: Promise<StreamLease>, known: StreamLease): Promise<StreamLease> {
    let timer: Timer | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = this.#clock.after(PATIENCE_MS, () => resolve(undefined));
    });
    try {
      const lease = await Promise.race([opening, late]);
      if (lease) return lease;
      // The source goes on starting for the SETUP that follows.
      opening.then((other) => other.close()).catch(() => {});
      return this.#tell(known, "it takes long to start");
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "path-not-ready") throw error;
      return this.#tell(known, error.message);
    } finally {
      timer?.cancel();
    }
  }

  #tell(known: StreamLease, reason: string): StreamLease {
    this.#log.info("stream is described as it was last", { path: known.path.name, reason });
    return known;
  }

  #remember(key: string, { path, description, rules, backChannel }: StreamLease): void {
    this.#known.delete(key);
    if (path instanceof ReplayPath || description.tracks.length === 0) return;
    this.#known.set(key, {
      path: new KnownPath(path.name, description, path.ssrc(0)),
      description,
      ...(rules && { rules }),
      ...(backChannel && { backChannel }),
      close: () => Promise.resolve(),
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }
}

const keyOf = ({ name, parameters }: StreamRequest): string => JSON.stringify([name, ...parameters]);

/** Stands for a path of which nothing is left but what it was like. */
class KnownPath implements Path {
  readonly #ssrc: number;

  constructor(
    readonly name: string,
    readonly description: StreamLease["description"],
    ssrc: number,
  ) {
    this.#ssrc = ssrc;
  }

  ssrc(): number {
    return this.#ssrc;
  }

  read(): Reading {
    throw new CodedError("path-not-ready", `the stream ${this.name} is only known`);
  }
}
