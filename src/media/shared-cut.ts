import type { MediaFormat } from "#codec/format";
import type { RtpPayload } from "#codec/payload-format";

/**
 * Goes with a unit that several paths publish: the first of them cuts it into RTP payloads for all. The payloads are views
 * into the unit, so that they cost a small part of its memory.
 */
export class SharedCut {
  #format: MediaFormat | undefined;
  #payloads: readonly RtpPayload[] | undefined;

  /** The unit's payloads, where they were kept for this very format. */
  payloads(format: MediaFormat): readonly RtpPayload[] | undefined {
    return this.#format === format ? this.#payloads : undefined;
  }

  /** In place of those for another format. */
  keep(format: MediaFormat, payloads: readonly RtpPayload[]): void {
    this.#format = format;
    this.#payloads = payloads;
  }
}
