import type { Emit } from "./change.js";

/** Sound that clients may send. */
export interface SpeakerFormat {
  /** As in SDP: PCMU, G726-32, … */
  readonly encodingName: string;
  readonly clockRate: number;
  readonly channels: number;
}

/** Somebody who talks to the camera. */
export interface SpeakerTalk {
  /** Undefined for one who did not have to log in. */
  readonly username: string | undefined;
  readonly address: string;
  readonly encodingName: string;
  /** ms since the Unix epoch, by the host's clock. */
  readonly sinceMs: number;
}

/** The camera's speaker, as it is now. Who talks is not kept. */
export class SpeakerState {
  #talk: SpeakerTalk | undefined;

  /** `formats` is empty for a camera without a speaker. */
  constructor(
    readonly formats: readonly SpeakerFormat[],
    private readonly emit: Emit,
  ) {}

  /** Who talks; undefined while nobody does. */
  get talk(): SpeakerTalk | undefined {
    return this.#talk;
  }

  /** A talk begins, or ends with undefined. */
  setTalk(talk: SpeakerTalk | undefined): void {
    if (this.#talk === undefined && talk === undefined) return;
    this.#talk = talk;
    this.emit({ slice: "speaker", what: "talk" });
  }
}
