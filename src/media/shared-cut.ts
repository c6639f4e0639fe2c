import type { MediaFormat } from "#codec/format";
import type { RtpPayload } from "#codec/payload-format";
import type { FramedRun } from "./packet-run.js";

/** Those who publish the same units. */
export interface Sharing {
  /** How many they are at the moment. */
  readonly users: number;
}

/** From so many on, the packets of a unit are kept for the next who publishes it. For fewer they are not worth their memory. */
export const manyUsers = 100;

/**
 * Goes with a unit that several paths publish: the first of them cuts it into RTP payloads for all. The payloads are views
 * into the unit, so that they cost a small part of its memory. Where many publish it, the packets that one of them has made
 * become those of the next, which changes a few bytes in each and copies none.
 */
export class SharedCut {
  readonly #sharing: Sharing;
  #format: MediaFormat | undefined;
  #payloads: readonly RtpPayload[] | undefined;
  #spare: FramedRun | undefined;

  constructor(sharing: Sharing) {
    this.#sharing = sharing;
  }

  /** Whether packets are kept. Those that are to be given to `spare` should have memory of their own. */
  get isForMany(): boolean {
    return this.#sharing.users >= manyUsers;
  }

  /** The unit's payloads, where they were kept for this very format. */
  payloads(format: MediaFormat): readonly RtpPayload[] | undefined {
    return this.#format === format ? this.#payloads : undefined;
  }

  /** In place of those for another format. */
  keep(format: MediaFormat, payloads: readonly RtpPayload[]): void {
    this.#format = format;
    this.#payloads = payloads;
    this.#spare = undefined;
  }

  /** Packets of the unit that nobody looks at any more, made of payloads for this format. The caller's from now on. */
  takeSpare(format: MediaFormat, channel: number): FramedRun | undefined {
    const spare = this.#spare;
    if (!spare || this.#format !== format || spare.channel !== channel) return undefined;
    this.#spare = undefined;
    return spare;
  }

  /** Takes packets that nobody will look at again. */
  spare(format: MediaFormat, run: FramedRun): void {
    if (this.#format === format && this.isForMany) this.#spare = run;
  }
}
