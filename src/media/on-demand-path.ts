import type { Clock, Timer } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { messageOf, Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { SourceUnit } from "./access-unit.js";
import type { MediaDescription } from "./description.js";
import type { PathLease, Publication, Source } from "./path.js";
import type { PathDefinition } from "./path-map.js";
import { PublishedPath } from "./published-path.js";
import { SideTracks } from "./side-track.js";
import type { SlabAllocator } from "./slab.js";

export interface OnDemandParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  readonly memory: SlabAllocator;
}

export interface OnDemandOptions {
  readonly readyWithinMs: number;
  readonly stopAfterMs: number;
  readonly gopCacheBytes: number;
}

/** What runs have to say. */
interface RunPort {
  describe(run: Run, source: MediaDescription): void;
  refine(run: Run, source: MediaDescription): void;
  lost(reason: string): void;
}

/** One run of a source, which says nothing more when it is over. */
class Run implements Publication {
  /** With the side tracks. */
  description: MediaDescription | undefined;
  #isOver = false;
  readonly #into: PublishedPath;
  readonly #port: RunPort;

  constructor(
    readonly source: Source,
    into: PublishedPath,
    port: RunPort,
  ) {
    this.#into = into;
    this.#port = port;
  }

  get path(): string {
    return this.#into.name;
  }

  describe(source: MediaDescription): void {
    if (!this.#isOver) this.#port.describe(this, source);
  }

  refine(source: MediaDescription): void {
    if (!this.#isOver && this.description) this.#port.refine(this, source);
  }

  write(unit: SourceUnit): void {
    if (!this.#isOver && this.description) this.#into.write(unit);
  }

  lost(reason: string): void {
    if (!this.#isOver) this.#port.lost(reason);
  }

  /** To be called before its source is closed. */
  end(): void {
    this.#isOver = true;
  }
}

interface Waiter {
  described(description: MediaDescription): void;
  failed(reason: string): void;
}

/** A path whose source runs while somebody holds it. */
export class OnDemandPath implements Closable {
  readonly path: PublishedPath;
  readonly #definition: PathDefinition;
  readonly #parts: OnDemandParts;
  readonly #options: OnDemandOptions;
  readonly #gone: () => void;
  readonly #sides: SideTracks;
  #leases = 0;
  #run: Run | undefined;
  #waiters: readonly Waiter[] = [];
  #stopped: Promise<void> = Promise.resolve();
  #stopTimer: Timer | undefined;
  #retired = false;
  #lastReason = "its source has ended";
  readonly #runPort: RunPort = {
    describe: (run, source) => this.#describe(run, source),
    refine: (run, source) => this.path.refine((run.description = this.#sides.describe(source))),
    lost: (reason) => this.#stop(reason),
  };

  /** `gone` is called when the path has ended for good. */
  constructor(definition: PathDefinition, parts: OnDemandParts, options: OnDemandOptions, gone: () => void) {
    this.#definition = definition;
    this.#parts = parts;
    this.#options = options;
    this.#gone = gone;
    this.path = new PublishedPath(definition.name, {
      clock: parts.clock,
      entropy: parts.entropy,
      memory: parts.memory,
      gopCacheBytes: options.gopCacheBytes,
      revive: () => this.#start(),
      joined: (tracks) => this.#sides.joined(tracks),
      wanted: (track) => this.#run?.source.renew?.(track),
      left: () => this.#sides.left(),
    });
    this.#sides = new SideTracks(definition.sideTracks ?? [], parts.clock, this.path);
  }

  /** Starts the source if it does not run; refuses `path-not-ready` when it does not describe itself in time. */
  async lease(): Promise<PathLease> {
    this.#leases++;
    this.#stopTimer?.cancel();
    let held = true;
    const close = (): Promise<void> => {
      if (held) this.#release();
      held = false;
      return Promise.resolve();
    };
    try {
      return { path: this.path, description: await this.#described(), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#retire("the stream is closed");
    await this.#stopped;
  }

  #release(): void {
    if (--this.#leases > 0 || this.#retired) return;
    this.#stopTimer = this.#parts.clock.after(this.#options.stopAfterMs, () => this.#retire("nobody holds the stream"));
  }

  #described(): Promise<MediaDescription> {
    this.#start();
    return new Promise((resolve, reject) => {
      const described = this.#run?.description;
      if (described) {
        resolve(described);
        return;
      }
      const failed = (reason: string): void => {
        timer.cancel();
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        const { name } = this.#definition;
        reject(new Refusal("path-not-ready", `the stream ${name} is not ready: ${reason}`, { path: name }));
      };
      const waiter: Waiter = {
        failed,
        described: (description) => {
          timer.cancel();
          resolve(description);
        },
      };
      const timer = this.#parts.clock.after(this.#options.readyWithinMs, () => failed("its source takes too long"));
      this.#waiters = [...this.#waiters, waiter];
      if (!this.#run) failed(this.#lastReason);
    });
  }

  #start(): void {
    if (this.#run) return;
    if (this.#retired) {
      this.path.end("the stream has ended");
      return;
    }
    const run = new Run(this.#definition.createSource(), this.path, this.#runPort);
    this.#run = run;
    try {
      run.source.start(run);
    } catch (error) {
      run.lost(messageOf(error));
    }
  }

  #describe(run: Run, source: MediaDescription): void {
    const description = this.#sides.describe(source);
    this.#sides.end();
    if (!this.path.begin(description)) {
      this.#retire("the stream carries something else now");
      return;
    }
    run.description = description;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.described(description);
    this.#sides.begin(source, description);
  }

  #stop(reason: string): void {
    const run = this.#run;
    run?.end();
    this.#run = undefined;
    this.#lastReason = reason;
    for (const waiter of this.#waiters) waiter.failed(reason);
    this.#sides.end();
    this.path.end(reason);
    if (!run) return;
    this.#stopped = run.source.close().catch((error: unknown) => {
      this.#parts.log.warn("a source did not close", { reason: messageOf(error) });
    });
  }

  /** Ends the path for good: its name can then stand for a new one. */
  #retire(reason: string): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#stopTimer?.cancel();
    this.#stop(reason);
    this.#gone();
  }
}
