import { join } from "node:path";
import type { MediaFormat } from "#codec/format";
import { soundFileOf, type SoundFileKind } from "#container/sound-file";
import type { Clock } from "#host/clock";
import type { Files, WritableFile } from "#host/files";
import type { Talker } from "#media/back-channel";
import { CodedError, messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import { FrameQueue } from "./frame-queue.js";
import { FrameReader } from "./frames.js";
import type { SoundOut, SoundSink } from "./sink.js";

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
  /** The file in hand, and those before it that are being completed. */
  #work: Promise<void> = Promise.resolve();
  #current: FrameQueue | undefined;

  constructor(
    private readonly folder: string,
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly limits = usual,
  ) {}

  begin(format: MediaFormat, _talker: Talker): SoundOut {
    const kind = soundFileOf(format);
    const queue = new FrameQueue();
    const reader = new FrameReader(format);
    this.#current = queue;
    if (kind) {
      const path = join(this.folder, `talk-${stamp(this.clock.now())}.${kind.extension}`);
      this.#work = this.#work.then(() => this.#keep(path, kind, queue));
    } else {
      this.log.warn("there is no kind of file for the sound", { codec: format.encodingName });
      queue.end();
    }
    return {
      write: (unit) => {
        for (const frame of reader.frames(unit)) queue.push(frame);
      },
      end: () => queue.end(),
    };
  }

  async close(): Promise<void> {
    this.#current?.end();
    await this.#work;
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
    } finally {
      queue.end();
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
