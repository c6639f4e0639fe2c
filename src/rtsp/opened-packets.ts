import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { senderOf } from "#wire/srtp/protect";
import { SrtpUnprotector } from "#wire/srtp/unprotect";

/** What is handed on in place of a packet that is not authentic: everybody counts it as broken. */
const BROKEN = Buffer.alloc(0);

/** Opens what the other side sends of one track (RFC 3711). */
export class OpenedPackets {
  readonly #unprotector: SrtpUnprotector;
  readonly #own: number | undefined;

  /** `own` is our SSRC where we protect packets with the same key. */
  constructor({ key, rollovers }: MikeySrtpKey, own?: number) {
    this.#unprotector = new SrtpUnprotector(key, rollovers);
    this.#own = own;
  }

  /** The packet inside; an empty one when it is not authentic. */
  rtp(packet: Uint8Array): Buffer {
    const opened = this.#unprotector.rtp(packet);
    return typeof opened === "string" ? BROKEN : opened;
  }

  /** The same for RTCP. Our own reports that somebody sends back to us are no sign of the other side. */
  rtcp(packet: Uint8Array): Buffer {
    const opened = this.#unprotector.rtcp(packet);
    return typeof opened === "string" || senderOf(opened) === this.#own ? BROKEN : opened;
  }
}
