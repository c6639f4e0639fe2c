import type { SoundFile } from "#container/sound-file";
import type { SoundFrame } from "./frames.js";

/** Frames that wait for the disk, at most; later ones are left out. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Puts frames into a file one after another, and never keeps more than a bounded number of bytes waiting. */
export class FrameQueue {
  #waiting: SoundFrame[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #isEnding = false;
  #wake: (() => void) | undefined;

  /** Frames that were left out, since the disk did not keep up. */
  get dropped(): number {
    return this.#dropped;
  }

  push(frame: SoundFrame): void {
    if (this.#isEnding || this.#waitingBytes + frame.data.length > MAX_WAITING_BYTES) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(frame);
    this.#waitingBytes += frame.data.length;
    this.#wake?.();
  }

  /** No more frames come. */
  end(): void {
    this.#isEnding = true;
    this.#wake?.();
  }

  /** Writes what comes into `file` until `end`. Rejects with the file's failure; nothing waits then any more. */
  async into(file: SoundFile): Promise<void> {
    try {
      for (;;) {
        const frame = this.#waiting.shift();
        if (frame) {
          this.#waitingBytes -= frame.data.length;
          await file.add(frame.data, frame.pts);
        } else if (this.#isEnding) {
          return;
        } else {
          await new Promise<void>((wake) => (this.#wake = wake));
        }
      }
    } finally {
      this.#isEnding = true;
      this.#waiting = [];
    }
  }
}
