import type { Emit } from "./change.js";
import { refusal } from "./refusal.js";

/** Ways of tampering with the picture that a camera may notice (Imaging §5.5.1). */
export const TAMPERINGS = ["too-blurry", "too-dark", "too-bright", "scene-change"] as const;
/** The last one: no picture comes from the source, as if its cable were cut. */
export type Tampering = (typeof TAMPERINGS)[number] | "signal-loss";

/** What the camera notices in its pictures, as it is now. It is not kept: at a start nothing has been noticed. */
export class Detection {
  readonly #moving = new Set<string>();
  readonly #tampered = new Set<string>();

  /** `sources` are the tokens of the video sources, `tamperings` what is noticed beside motion. */
  constructor(
    readonly sources: readonly string[],
    readonly tamperings: readonly Tampering[],
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
    if (put(this.#moving, videoSourceToken, isMoving))
      this.emit({ slice: "detection", what: "motion", videoSourceToken });
  }

  /** Whether the picture of that video source is tampered with in that way. */
  tampered(videoSourceToken: string, tampering: Tampering): boolean {
    this.#demandSource(videoSourceToken);
    return this.#tampered.has(`${tampering} ${videoSourceToken}`);
  }

  /** Tampering begins or ends. What is so already is not told again. */
  setTampered(videoSourceToken: string, tampering: Tampering, isTampered: boolean): void {
    this.#demandSource(videoSourceToken);
    if (put(this.#tampered, `${tampering} ${videoSourceToken}`, isTampered))
      this.emit({ slice: "detection", what: "tampering", videoSourceToken, tampering });
  }

  #demandSource(videoSourceToken: string): void {
    if (!this.sources.includes(videoSourceToken))
      throw refusal("no-video-source", "no such video source", { videoSourceToken: videoSourceToken.slice(0, 64) });
  }
}

/** Makes `member` one of the set, or not; whether that is a change. */
function put(set: Set<string>, member: string, isIn: boolean): boolean {
  if (set.has(member) === isIn) return false;
  if (isIn) set.add(member);
  else set.delete(member);
  return true;
}
