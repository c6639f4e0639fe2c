import type { MediaDescription } from "#media/description";
import type { PathLease, Paths } from "#media/path";
import { PathMap, type PathMapOptions, type PathMapParts } from "#media/path-map";
import type { Closable } from "#util/scope";
import { canBeMuxed, TransportStreamSource } from "./transport-stream.js";

/** The streams of `paths` once more as MPEG transport streams, each made while somebody takes it. */
export class TransportStreams implements Closable {
  readonly #paths: Paths;
  readonly #made: PathMap;

  constructor(paths: Paths, parts: Omit<PathMapParts, "resolver">, options: PathMapOptions = {}) {
    this.#paths = paths;
    const resolver = {
      resolve: (name: string) =>
        Promise.resolve({ name, createSource: () => new TransportStreamSource(() => paths.open(name)) }),
    };
    this.#made = new PathMap({ ...parts, resolver }, options);
  }

  /**
   * The transport stream of the stream of that name, or the stream itself where it is one; undefined where nothing of it
   * can be had so. Refusals as in `Paths`.
   */
  async open(name: string): Promise<PathLease | undefined> {
    const lease = await this.#paths.open(name);
    if (isTransportStream(lease.description)) return lease;
    try {
      return canBeMuxed(lease.description) ? await this.#made.open(name) : undefined;
    } finally {
      // The source holds it.
      await lease.close();
    }
  }

  close(): Promise<void> {
    return this.#made.close();
  }
}

const isTransportStream = ({ tracks }: MediaDescription): boolean =>
  tracks.some(({ format }) => format.encodingName.toUpperCase() === "MP2T");
