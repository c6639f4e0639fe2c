import { DecodeError } from "#util/errors";
import { readMikey } from "#wire/mikey/read";
import { srtpKeyOf, type MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { parseKeyMgmt } from "#wire/rtsp/headers/key-mgmt";
import type { Headers } from "#wire/rtsp/message";
import { senderOf } from "#wire/srtp/protect";
import { SrtpUnprotector } from "#wire/srtp/unprotect";
import { Rejection } from "../answer.js";
import type { ProtectedTrack } from "./protected-track.js";

/**
 * The key that a client says it protects its packets with (RFC 4567 §3.2); undefined when it says none.
 *
 * @throws Rejection 463 for one that cannot be used.
 */
export function clientKeyIn(headers: Headers): MikeySrtpKey | undefined {
  const values = headers.all("KeyMgmt");
  if (values.length === 0) return undefined;
  try {
    const told = parseKeyMgmt(values).find(({ protocol }) => protocol === "mikey");
    if (!told) throw new DecodeError("rtsp-key-mgmt", "KeyMgmt has no MIKEY message");
    return srtpKeyOf(readMikey(told.data));
  } catch (error) {
    if (error instanceof DecodeError) throw new Rejection(463, error.message);
    throw error;
  }
}

/** What is handed on in place of a packet that is not authentic: everybody counts it as broken. */
const BROKEN = Buffer.alloc(0);

/** Opens what a client sends: with its own key, or with the one that it was told when it has said none. */
export class ClientPackets {
  readonly #unprotector: SrtpUnprotector;
  readonly #own: number;

  constructor(track: ProtectedTrack, client: MikeySrtpKey | undefined) {
    this.#unprotector = new SrtpUnprotector(client?.key ?? track.master, client?.rollovers);
    this.#own = track.ssrc;
  }

  /** The packet inside; an empty one when it is not authentic. */
  rtp(packet: Uint8Array): Buffer {
    const opened = this.#unprotector.rtp(packet);
    return typeof opened === "string" ? BROKEN : opened;
  }

  /** The same for RTCP. Our own reports that somebody sends back to us are no sign of the client. */
  rtcp(packet: Uint8Array): Buffer {
    const opened = this.#unprotector.rtcp(packet);
    return typeof opened === "string" || senderOf(opened) === this.#own ? BROKEN : opened;
  }
}
