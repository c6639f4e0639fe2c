import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { senderOf } from "#wire/srtp/protect";
import type { SrtpMasterKey, SrtpSuite } from "#wire/srtp/suite";
import { SrtpUnprotector } from "#wire/srtp/unprotect";

/** What is handed on in place of a packet that is not authentic: everybody counts it as broken. */
const BROKEN = Buffer.alloc(0);

/** Opens what the other side sends of one track (RFC 3711). */
export class OpenedPackets {
  #unprotector: SrtpUnprotector;
  /** Under the key before, which packets on the way still have. */
  #before: SrtpUnprotector | undefined;
  readonly #own: number | undefined;
  readonly suite: SrtpSuite;

  /** `own` is our SSRC where we protect packets with the same key. */
  constructor({ key, rollovers }: MikeySrtpKey, own?: number) {
    this.suite = key.suite;
    this.#unprotector = new SrtpUnprotector(key, rollovers);
    this.#own = own;
  }

  /** From now on they come under another key. */
  rekey(key: SrtpMasterKey): void {
    this.#before = this.#unprotector;
    this.#unprotector = this.#before.under(key);
  }

  /** The packet inside; an empty one when it is not authentic. */
  rtp(packet: Uint8Array): Buffer {
    const opened = this.#unprotector.rtp(packet);
    if (typeof opened !== "string") return opened;
    const late = this.#before?.rtp(packet);
    return late === undefined || typeof late === "string" ? BROKEN : late;
  }

  /** The same for RTCP. Our own reports that somebody sends back to us are no sign of the other side. */
  rtcp(packet: Uint8Array): Buffer {
    const opened = this.#unprotector.rtcp(packet);
    const packets = typeof opened === "string" ? this.#before?.rtcp(packet) : opened;
    return packets === undefined || typeof packets === "string" || senderOf(packets) === this.#own ? BROKEN : packets;
  }
}
