import type { MediaFormat } from "#codec/format";
import type { MediaFile, Sample } from "#container/media-file";
import { openMedia } from "#container/probe";
import type { Clock } from "#host/clock";
import type { Files } from "#host/files";
import { SharedCut } from "#media/shared-cut";
import type { Logger } from "#util/log";
import { Scope, type Closable } from "#util/scope";

/** A sample, and what those who play the file at the same time have in common about it. */
export interface ClipSample extends Sample {
  readonly cut?: SharedCut;
}

/** A media file that is held open. */
export interface Clip extends Closable {
  readonly formats: readonly MediaFormat[];
  /** Length for playing it again and again. */
  readonly loopSeconds: number;
  /**
   * The samples from the beginning, some at a time; with `fromSeconds` from the random access picture at or before that, a
   * window at a time. Ends when it is ended, with a DecodeError where damage begins.
   */
  windows(fromSeconds?: number): AsyncGenerator<readonly ClipSample[], void, undefined>;
}

export interface ClipLibraryOptions {
  /**
   * Files up to this size that several play at the same time are kept in memory meanwhile, and taken apart once for all of
   * them. Larger ones, and what one plays alone, are read window by window. 32 MiB unless given.
   */
  readonly memoryBytes?: number;
}

/** Bounds of one window. */
const windowSamples = 64;
const windowBytes = 256 * 1024;
/** Samples that are read without letting others run: about 25 ms of work. */
const samplesPerTurn = 512;

/** All that is in a file, as far as it can be read. */
interface Content {
  readonly samples: readonly ClipSample[];
  readonly failure: Error | undefined;
}

interface Shared {
  readonly key: string;
  readonly file: Promise<MediaFile>;
  readonly isSmall: boolean;
  readonly scope: Scope;
  users: number;
  /** What is in the file, for all who begin it while there are others. */
  content: Promise<Content> | undefined;
}

/** Opens media files, each once for all who play it at the same time, by whatever name. */
export class ClipLibrary {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #memoryBytes: number;
  /** By the identity of the file. */
  readonly #shared = new Map<string, Shared>();
  /** Files whose unusable tracks have been named in the log. */
  readonly #named = new Set<string>();

  constructor(files: Files, clock: Clock, log: Logger, options: ClipLibraryOptions = {}) {
    this.#files = files;
    this.#clock = clock;
    this.#log = log;
    this.#memoryBytes = options.memoryBytes ?? 32 * 1024 * 1024;
  }

  /** Fails with the file system's error, or with a DecodeError for a file that cannot be played. */
  async open(path: string): Promise<Clip> {
    const { identity, size, modifiedMs } = await this.#files.info(path);
    const shared = this.#share(path, identity, `${size} ${modifiedMs}`, size <= this.#memoryBytes);
    shared.users++;
    let held = true;
    const close = async (): Promise<void> => {
      if (!held) return;
      held = false;
      if (--shared.users > 0) return;
      if (this.#shared.get(identity) === shared) this.#shared.delete(identity);
      await shared.scope.close();
    };
    try {
      const { formats, loopSeconds } = await shared.file;
      return { formats, loopSeconds, windows: (fromSeconds) => this.#windows(shared, fromSeconds), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** A file that has changed since it was opened is opened anew. */
  #share(path: string, identity: string, key: string, isSmall: boolean): Shared {
    const known = this.#shared.get(identity);
    if (known?.key === key) return known;
    const scope = new Scope();
    const file = this.#load(path, scope);
    const shared: Shared = { key, file, isSmall, scope, users: 0, content: undefined };
    this.#shared.set(identity, shared);
    return shared;
  }

  async #load(path: string, scope: Scope): Promise<MediaFile> {
    const file = await openMedia(scope.own(await this.#files.open(path)));
    scope.defer(() => file.close());
    if (file.skipped.length > 0 && !this.#named.has(path)) {
      this.#named.add(path);
      this.#log.warn("tracks of a file cannot be sent", { file: path, tracks: file.skipped.join(", ") });
    }
    return file;
  }

  /** Chosen anew for each repetition: by then others may have come, or have gone. */
  async *#windows(shared: Shared, fromSeconds?: number): AsyncGenerator<readonly ClipSample[], void, undefined> {
    const file = await shared.file;
    if (fromSeconds !== undefined) {
      yield* windowsOf(file, fromSeconds);
      return;
    }
    if (shared.users < 2 || !shared.isSmall) {
      shared.content = undefined;
      yield* windowsOf(file);
      return;
    }
    const { samples, failure } = await (shared.content ??= this.#readAll(file));
    yield samples;
    if (failure) throw failure;
  }

  async #readAll(file: MediaFile): Promise<Content> {
    const samples: ClipSample[] = [];
    try {
      for await (const sample of file.samples()) {
        samples.push({ ...sample, cut: new SharedCut() });
        if (samples.length % samplesPerTurn === 0) await this.#turn();
      }
      return { samples, failure: undefined };
    } catch (error) {
      return { samples, failure: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  /** Lets what else is due happen. */
  #turn(): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(0, resolve));
  }
}

async function* windowsOf(file: MediaFile, fromSeconds = 0): AsyncGenerator<readonly Sample[], void, undefined> {
  let window: Sample[] = [];
  let bytes = 0;
  let failure: { readonly error: unknown } | undefined;
  const samples = file.samples(fromSeconds);
  try {
    for (;;) {
      const next = await samples.next().catch((error: unknown) => void (failure = { error }));
      if (!next || next.done === true) break;
      window.push(next.value);
      for (const part of next.value.payload) bytes += part.length;
      if (window.length < windowSamples && bytes < windowBytes) continue;
      yield window;
      window = [];
      bytes = 0;
    }
    if (window.length > 0) yield window;
    if (failure) throw failure.error;
  } finally {
    await samples.return();
  }
}
