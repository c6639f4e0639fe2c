import type { MediaFormat } from "#codec/format";
import { encodedSound } from "#container/encoded-sound-file";
import type { SoundFile, WriteAt } from "#container/sound-file";
import { waveFormat, type WaveFormat } from "#container/wave-file";
import { findSoundOutput, playArguments, type SoundInput } from "#ffmpeg/sound-output";
import type { FfmpegSetting } from "#ffmpeg/choose";
import type { Processes } from "#host/processes";
import { messageOf } from "#util/errors";
import type { Logger } from "#util/log";
import type { FrameQueue } from "./frame-queue.js";
import type { SoundOut, SoundSink } from "./sink.js";
import { TalkQueue } from "./talk-queue.js";

/** Sound that FFmpeg has not read: what is more is left out, so that nobody hears what was said long ago. */
const MAX_WAITING_BYTES = 64 * 1024;

export interface DeviceOptions {
  readonly ffmpeg: FfmpegSetting;
  /** `SYSTEM:DEVICE`, or `SYSTEM`, or empty for the usual one. */
  readonly device: string;
}

/** Plays talks on a sound device of this computer, by the FFmpeg program: one start for each talk. */
export class DeviceSink implements SoundSink {
  readonly kind = "device";
  readonly #talks = new TalkQueue();

  constructor(
    private readonly processes: Processes,
    private readonly options: DeviceOptions,
    private readonly log: Logger,
  ) {}

  begin(format: MediaFormat): SoundOut {
    const way = wayOf(format);
    return this.#talks.begin(format, async (queue) => {
      if (way) await this.#play(way, queue);
    });
  }

  close(): Promise<void> {
    return this.#talks.close();
  }

  /** Plays a talk until its end. What fails is logged once. */
  async #play({ input, open }: Way, queue: FrameQueue): Promise<void> {
    try {
      const output = await findSoundOutput(this.processes, this.options.ffmpeg, this.options.device);
      const { program, system, device } = output;
      const player = this.processes.start(program, playArguments(output, input), MAX_WAITING_BYTES);
      let isClosing = false;
      player.onExit((reason) => {
        queue.end();
        if (!isClosing)
          this.log.warn("the talk cannot be played: is there such a sound device?", {
            program,
            system,
            device,
            reason,
          });
      });
      const sound = open((_, data) => {
        player.write(data);
        return Promise.resolve();
      });
      try {
        await queue.into(sound);
        await sound.finish();
      } finally {
        isClosing = true;
        await player.close();
      }
    } catch (error) {
      this.log.warn("the talk cannot be played", { reason: messageOf(error) });
    }
  }
}

/** How sound of a format comes to FFmpeg. */
interface Way {
  readonly input: SoundInput;
  readonly open: (write: WriteAt) => SoundFile;
}

function wayOf(format: MediaFormat): Way | undefined {
  const wave = waveFormat(format);
  if (wave) return { input: { ...wave, format: wave.coding }, open: (write) => new Samples(wave, write) };
  const kind = encodedSound(format);
  return kind && { input: { format: kind.extension }, open: (write) => kind.open(write) };
}

/** What would be in a WAV file, without its header. */
class Samples implements SoundFile {
  constructor(
    private readonly wave: WaveFormat,
    private readonly write: WriteAt,
  ) {}

  add(frame: Uint8Array): Promise<void> {
    return this.write(0, this.wave.encode(frame));
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    return Promise.resolve();
  }
}
