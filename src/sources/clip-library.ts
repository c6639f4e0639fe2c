import type { MediaFormat } from "#codec/format";
import type { MediaFile, Sample } from "#container/media-file";
import { openMedia } from "#container/probe";
import type { Clock } from "#host/clock";
import type { FileInfo, Files, OpenFile } from "#host/files";
import { SharedCut, type Sharing } from "#media/shared-cut";
import { CodedError, DecodeError } from "#util/errors";
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
   * window at a time. Ends when it is ended, with a DecodeError where damage begins; that is `file-changed` as soon as
   * the file at the path is another one, or is written anew.
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
/** Samples of a window from memory: some seconds, after which is looked whether the file is still the same. */
const keptSamples = 256;
/** Such windows that are read without letting others run: about 25 ms of work. */
const windowsPerTurn = 2;

/** All that is in a file, as far as it can be read. */
interface Content {
  readonly windows: readonly (readonly ClipSample[])[];
  readonly failure: Error | undefined;
}

interface Shared {
  /** As `stateOf` had it when the file was opened. */
  readonly state: string;
  readonly open: Promise<OpenFile>;
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

  /**
   * What is another string when the file at `path` is another one, or has been written; undefined when there is none.
   * Fails with the file system's error.
   */
  async stateOf(path: string): Promise<string | undefined> {
    try {
      return stateOf(await this.#files.info(path));
    } catch (error) {
      if (error instanceof CodedError && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /**
   * Fails with the file system's error, or with a DecodeError for a file that cannot be played: `file-changed` when it was
   * written meanwhile.
   */
  async open(path: string): Promise<Clip> {
    const info = await this.#files.info(path);
    const { identity } = info;
    const shared = this.#share(path, info);
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
      const { formats, loopSeconds } = await this.#unchanged(path, shared, () => shared.file);
      return { formats, loopSeconds, windows: (fromSeconds) => this.#windows(path, shared, fromSeconds), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** A file that has changed since it was opened is opened anew. */
  #share(path: string, info: FileInfo): Shared {
    const { identity } = info;
    const state = stateOf(info);
    const known = this.#shared.get(identity);
    if (known?.state === state) return known;
    const scope = new Scope();
    const open = this.#files.open(path);
    const file = this.#load(path, open, scope);
    const isSmall = info.size <= this.#memoryBytes;
    const shared: Shared = { state, open, file, isSmall, scope, users: 0, content: undefined };
    this.#shared.set(identity, shared);
    return shared;
  }

  async #load(path: string, open: Promise<OpenFile>, scope: Scope): Promise<MediaFile> {
    const file = await openMedia(scope.own(await open));
    scope.defer(() => file.close());
    if (file.skipped.length > 0 && !this.#named.has(path)) {
      this.#named.add(path);
      this.#log.warn("tracks of a file cannot be sent", { file: path, tracks: file.skipped.join(", ") });
    }
    return file;
  }

  /** What was read of a file counts when the file is still the same after that. */
  async #unchanged<T>(path: string, shared: Shared, read: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await read();
    } catch (error) {
      await this.#checkUnchanged(path, shared);
      throw error;
    }
    await this.#checkUnchanged(path, shared);
    return result;
  }

  /** A file that has lost its name, and is nothing but that, can be read as before. */
  async #checkUnchanged(path: string, { open, state }: Shared): Promise<void> {
    const now = (await this.stateOf(path)) ?? stateOf(await (await open).info());
    if (now !== state) throw new DecodeError("file-changed", "the file was changed while it was read", { file: path });
  }

  async *#windows(
    path: string,
    shared: Shared,
    fromSeconds?: number,
  ): AsyncGenerator<readonly ClipSample[], void, undefined> {
    const windows = this.#read(shared, fromSeconds);
    try {
      for (;;) {
        const next = await this.#unchanged(path, shared, () => windows.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await windows.return();
    }
  }

  /** Chosen anew for each repetition: by then others may have come, or have gone. */
  async *#read(shared: Shared, fromSeconds?: number): AsyncGenerator<readonly ClipSample[], void, undefined> {
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
    const { windows, failure } = await (shared.content ??= this.#readAll(file, shared));
    yield* windows;
    if (failure) throw failure;
  }

  async #readAll(file: MediaFile, sharing: Sharing): Promise<Content> {
    const windows: ClipSample[][] = [];
    let window: ClipSample[] = [];
    try {
      for await (const sample of file.samples()) {
        if (window.length === 0) windows.push(window);
        window.push({ ...sample, cut: new SharedCut(sharing) });
        if (window.length < keptSamples) continue;
        window = [];
        if (windows.length % windowsPerTurn === 0) await this.#turn();
      }
      return { windows, failure: undefined };
    } catch (error) {
      return { windows, failure: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  /** Lets what else is due happen. */
  #turn(): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(0, resolve));
  }
}

const stateOf = ({ identity, size, modifiedMs }: FileInfo): string => `${identity} ${size} ${modifiedMs}`;

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
