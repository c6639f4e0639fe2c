import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** What the camera notices in its pictures, as it is now. It is not kept: at a start nothing has been noticed. */
export class Detection {
  readonly #moving = new Set<string>();

  /** `sources` are the tokens of the video sources. */
  constructor(
    readonly sources: readonly string[],
    private readonly emit: Emit,
  ) {}

  /** Whether something moves before that video source. */
  motion(videoSourceToken: string): boolean {
    this.#demandSource(videoSourceToken);
    return this.#moving.has(videoSourceToken);
  }

  /** Motion begins or ends (Imaging §5.5.2). What is so already is not told again. */
  setMotion(videoSourceToken: string, isMoving: boolean): void {
    this.#demandSource(videoSourceToken);
    if (this.#moving.has(videoSourceToken) === isMoving) return;
    if (isMoving) this.#moving.add(videoSourceToken);
    else this.#moving.delete(videoSourceToken);
    this.emit({ slice: "detection", what: "motion", videoSourceToken });
  }

  #demandSource(videoSourceToken: string): void {
    if (!this.sources.includes(videoSourceToken))
      throw refusal("no-video-source", "no such video source", { videoSourceToken: videoSourceToken.slice(0, 64) });
  }
}
