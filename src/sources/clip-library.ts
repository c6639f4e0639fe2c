import type { MediaFormat } from "#codec/format";
import type { MediaFile, Sample } from "#container/media-file";
import { openMedia } from "#container/probe";
import type { Clock } from "#host/clock";
import type { Files, OpenFile } from "#host/files";
import type { Logger } from "#util/log";
import { Scope, type Closable } from "#util/scope";

/** A media file that is held open. */
export interface Clip extends Closable {
  readonly formats: readonly MediaFormat[];
  /** Length for playing it again and again. */
  readonly loopSeconds: number;
  /** The samples from the beginning, some at a time. Ends when it is ended, with a DecodeError where damage begins. */
  windows(): AsyncGenerator<readonly Sample[], void, undefined>;
}

export interface ClipLibraryOptions {
  /**
   * Files up to this size are kept in memory while they are in use, and taken apart once for all who play them; larger
   * ones are read window by window. 32 MiB unless given.
   */
  readonly memoryBytes?: number;
}

/** Bounds of one window of a larger file. */
const windowSamples = 64;
const windowBytes = 1024 * 1024;
/** Samples that are read without letting others run: about 25 ms of work. */
const samplesPerTurn = 512;

interface Shared {
  readonly key: string;
  readonly loaded: Promise<Omit<Clip, "close">>;
  readonly scope: Scope;
  users: number;
}

/** Opens media files, each once for all who play it at the same time. */
export class ClipLibrary {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #memoryBytes: number;
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
    const { size, modifiedMs } = await this.#files.info(path);
    const shared = this.#share(path, `${size} ${modifiedMs}`);
    shared.users++;
    let held = true;
    const close = async (): Promise<void> => {
      if (!held) return;
      held = false;
      if (--shared.users > 0) return;
      if (this.#shared.get(path) === shared) this.#shared.delete(path);
      await shared.scope.close();
    };
    try {
      return { ...(await shared.loaded), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** A file that has changed since it was opened is opened anew. */
  #share(path: string, key: string): Shared {
    const known = this.#shared.get(path);
    if (known?.key === key) return known;
    const scope = new Scope();
    const shared: Shared = { key, loaded: this.#load(path, scope), scope, users: 0 };
    this.#shared.set(path, shared);
    return shared;
  }

  async #load(path: string, scope: Scope): Promise<Omit<Clip, "close">> {
    const bytes = scope.own(await this.#files.open(path));
    const small = bytes.size <= this.#memoryBytes;
    const file = await openMedia(small ? await inMemory(bytes) : bytes);
    scope.defer(() => file.close());
    if (file.skipped.length > 0 && !this.#named.has(path)) {
      this.#named.add(path);
      this.#log.warn("tracks of a file cannot be sent", { file: path, tracks: file.skipped.join(", ") });
    }
    const { formats, loopSeconds } = file;
    if (!small) return { formats, loopSeconds, windows: () => windowsOf(file) };
    const { samples, failure } = await this.#readAll(file);
    await scope.close();
    return {
      formats,
      loopSeconds,
      windows: async function* () {
        yield samples;
        if (failure) throw failure;
      },
    };
  }

  async #readAll(
    file: MediaFile,
  ): Promise<{ readonly samples: readonly Sample[]; readonly failure: Error | undefined }> {
    const samples: Sample[] = [];
    try {
      for await (const sample of file.samples()) {
        samples.push(sample);
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

async function inMemory(
  file: OpenFile,
): Promise<{ size: number; read(offset: number, length: number): Promise<Buffer> }> {
  const bytes = await file.read(0, file.size);
  return { size: bytes.length, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) };
}

async function* windowsOf(file: MediaFile): AsyncGenerator<readonly Sample[], void, undefined> {
  let window: Sample[] = [];
  let bytes = 0;
  let failure: { readonly error: unknown } | undefined;
  const samples = file.samples();
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
