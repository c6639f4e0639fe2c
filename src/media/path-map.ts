import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { messageOf, Refusal } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import { OnDemandPath, type OnDemandOptions } from "./on-demand-path.js";
import type { MediaDescription } from "./description.js";
import type { Path, PathLease, Paths, Source } from "./path.js";
import type { PublishedPath } from "./published-path.js";
import type { SideTrack } from "./side-track.js";
import { SlabAllocator } from "./slab.js";

/** What the name of a path stands for. */
export interface PathDefinition {
  /** The path's own name. Names that stand for the same `name` share one path. */
  readonly name: string;
  /** A new source, not started yet. */
  readonly createSource: () => Source;
  /** Tracks behind those of the source, which something else fills; none unless given. */
  readonly sideTracks?: readonly SideTrack[];
}

/** Knows the names that can be opened. */
export interface PathResolver {
  /** What `name` (a URL's path, decoded once, without its first slash) stands for; undefined for nothing. */
  resolve(name: string): Promise<PathDefinition | undefined>;
}

export interface PathMapOptions {
  /** How long `open` waits for a source to describe itself. 8000 unless given. */
  readonly readyWithinMs?: number;
  /** How long a source runs on when nobody holds its path any more. 10 000 unless given. */
  readonly stopAfterMs?: number;
  /** Most bytes of the group of pictures kept for joining readers, for each path; 0 keeps none. 8 MiB unless given. */
  readonly gopCacheBytes?: number;
}

export interface PathMapParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  readonly resolver: PathResolver;
  /** Told when there is a path and was none. */
  readonly filled?: () => void;
  /** Told whenever somebody opens a path. */
  readonly opened?: () => void;
  /** Told when the last path has gone. */
  readonly emptied?: () => void;
}

/** The paths that are in use. A source runs while somebody holds its path, and a while longer. */
export class PathMap implements Paths, Closable {
  readonly #parts: PathMapParts;
  readonly #options: OnDemandOptions;
  readonly #memory = new SlabAllocator();
  readonly #paths = new Map<string, OnDemandPath>();
  /** Paths that are tried out. */
  readonly #tried = new Set<OnDemandPath>();
  #closed = false;

  constructor(parts: PathMapParts, options: PathMapOptions = {}) {
    this.#parts = parts;
    this.#options = {
      readyWithinMs: options.readyWithinMs ?? 8_000,
      stopAfterMs: options.stopAfterMs ?? 10_000,
      gopCacheBytes: options.gopCacheBytes ?? 8 * 1024 * 1024,
    };
  }

  /** The paths that exist now. */
  get paths(): readonly PublishedPath[] {
    return [...this.#paths.values()].map(({ path }) => path);
  }

  async open(name: string): Promise<PathLease> {
    const definition = await this.#resolve(name);
    if (this.#closed || !definition) throw new Refusal("path-not-found", `there is no stream ${name}`, { path: name });
    this.#parts.opened?.();
    return (this.#paths.get(definition.name) ?? this.#add(definition)).lease();
  }

  /** Has the sources of the paths whose names are `meant` begin anew, where they can. */
  renew(meant: (name: string) => boolean): void {
    for (const { path } of this.#paths.values()) if (meant(path.name)) path.renew();
  }

  /**
   * Runs a source up to its first unit, on a path of its own that nobody sees, unless there is a path of that name. What is
   * wrong with it the source tells the log.
   */
  async tryOut({ name, createSource }: Pick<PathDefinition, "name" | "createSource">): Promise<void> {
    if (this.#closed || this.#paths.has(name)) return;
    const path = this.#make({ name, createSource }, () => {});
    this.#tried.add(path);
    try {
      const { path: read, description } = await path.lease();
      await firstUnit(read, description);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    } finally {
      this.#tried.delete(path);
      await path.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const paths = [...this.#paths.values(), ...this.#tried];
    if (this.#paths.size > 0) this.#parts.emptied?.();
    this.#paths.clear();
    await Promise.all(paths.map((path) => path.close()));
  }

  async #resolve(name: string): Promise<PathDefinition | undefined> {
    try {
      return await this.#parts.resolver.resolve(name);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      this.#parts.log.warn("a stream cannot be opened", { path: name, reason: messageOf(error) });
      throw new Refusal("path-not-ready", `the stream ${name} cannot be opened`, { path: name }, { cause: error });
    }
  }

  #make(definition: PathDefinition, gone: () => void): OnDemandPath {
    const { clock, entropy, log } = this.#parts;
    const parts = { clock, entropy, log: log.child({ path: definition.name }), memory: this.#memory };
    return new OnDemandPath(definition, parts, this.#options, gone);
  }

  #add(definition: PathDefinition): OnDemandPath {
    const added = this.#make(definition, () => {
      if (this.#paths.get(definition.name) !== added) return;
      this.#paths.delete(definition.name);
      if (this.#paths.size === 0) this.#parts.emptied?.();
    });
    this.#paths.set(definition.name, added);
    if (this.#paths.size === 1) this.#parts.filled?.();
    return added;
  }
}

/** Resolves when a unit of the path has come, or none will. */
function firstUnit(path: Path, { tracks }: MediaDescription): Promise<void> {
  return new Promise((done) => {
    const indexes = tracks.flatMap(({ direction }, index) => (direction === "recvonly" ? [index] : []));
    const end = (): void => {
      reading.close();
      done();
    };
    const reading = path.read({ deliver: end, ended: end }, indexes);
    reading.play();
  });
}
