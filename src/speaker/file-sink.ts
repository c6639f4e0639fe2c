import { join } from "node:path";
import type { MediaFormat } from "#codec/format";
import { soundFileOf, type SoundFileKind } from "#container/sound-file";
import type { Clock } from "#host/clock";
import type { Files, WritableFile } from "#host/files";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { FrameQueue } from "./frame-queue.js";
import type { SoundOut, SoundSink } from "./sink.js";
import { TalkQueue } from "./talk-queue.js";

export interface FileLimits {
  /** A file that is longer goes on no further. */
  readonly maxFileBytes: number;
  /** Files of talks that are kept; the oldest ones go when a new one begins. */
  readonly maxFiles: number;
}

/** Half an hour of 8 kHz PCM in each file, 1.6 GB in all. */
const usual: FileLimits = Object.freeze({ maxFileBytes: 32 * 1024 * 1024, maxFiles: 50 });

/** Names of our files, which sort by time. */
const OURS = /^talk-\d{8}-\d{6}-\d{3}\.(wav|ogg|aac)$/;

/** Keeps each talk as a file of its own in a folder: WAV, Ogg or ADTS, as its codec needs. */
export class FileSink implements SoundSink {
  readonly kind = "file";
  readonly #talks = new TalkQueue();

  constructor(
    private readonly folder: string,
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly limits = usual,
  ) {}

  begin(format: MediaFormat): SoundOut {
    const kind = soundFileOf(format);
    if (!kind) this.log.warn("there is no kind of file for the sound", { codec: format.encodingName });
    const path = join(this.folder, `talk-${stamp(this.clock.now())}.${kind?.extension ?? ""}`);
    return this.#talks.begin(format, async (queue) => {
      if (kind) await this.#keep(path, kind, queue);
    });
  }

  close(): Promise<void> {
    return this.#talks.close();
  }

  /** Writes a talk until its end. What fails is logged once, and ends the file where it is. */
  async #keep(path: string, kind: SoundFileKind, queue: FrameQueue): Promise<void> {
    try {
      await this.files.makeDirectory(this.folder);
      await this.#makeRoom();
      const file = await this.files.create(path);
      try {
        await this.#write(file, kind, queue);
      } finally {
        await file.close();
      }
      this.log.info("the talk has been kept", { file: path, ...(queue.dropped > 0 && { leftOut: queue.dropped }) });
    } catch (error) {
      this.log.warn("the talk cannot be kept, or not to its end", { file: path, reason: messageOf(error) });
    }
  }

  async #write(file: WritableFile, kind: SoundFileKind, queue: FrameQueue): Promise<void> {
    const { maxFileBytes } = this.limits;
    const sound = kind.open((offset, data) => {
      if (offset + data.length > maxFileBytes)
        throw new CodedError("file-full", `a file may have up to ${maxFileBytes} bytes`, { maxFileBytes });
      return file.write(offset, data);
    });
    try {
      await queue.into(sound);
    } catch (error) {
      await sound.abandon().catch(() => {});
      throw error;
    }
    await sound.finish();
  }

  async #makeRoom(): Promise<void> {
    const ours = (await this.files.list(this.folder)).filter((name) => OURS.test(name));
    const tooMany = ours.toSorted().slice(0, Math.max(0, ours.length - this.limits.maxFiles + 1));
    for (const name of tooMany) await this.files.remove(join(this.folder, name));
  }
}

/** `20261121-150203-004`, UTC. */
const stamp = (atMs: number): string =>
  new Date(atMs).toISOString().replace(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)Z$/, "$1$2$3-$4$5$6-$7");
