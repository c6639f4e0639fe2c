import type { MediaFormat } from "#codec/format";
import { FrameQueue } from "./frame-queue.js";
import { FrameReader } from "./frames.js";
import type { SoundOut } from "./sink.js";

/** Works through talks one after another, each from a queue of its frames. */
export class TalkQueue {
  #work: Promise<void> = Promise.resolve();
  #current: FrameQueue | undefined;

  /** A talk whose frames `run` takes from their queue, when the talks before it are done. `run` must not reject. */
  begin(format: MediaFormat, run: (queue: FrameQueue) => Promise<void>): SoundOut {
    const queue = new FrameQueue();
    const reader = new FrameReader(format);
    this.#current = queue;
    this.#work = this.#work.then(() => run(queue)).finally(() => queue.end());
    return {
      write: (unit) => {
        for (const frame of reader.frames(unit)) queue.push(frame);
      },
      end: () => queue.end(),
    };
  }

  /** Ends the talk in hand, and waits until all is done. */
  async close(): Promise<void> {
    this.#current?.end();
    await this.#work;
  }
}
