import { DecodeError } from "#util/errors";
import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import type { Headers } from "#wire/rtsp/message";
import { OpenedPackets } from "../../opened-packets.js";
import { toldKey } from "../../told-key.js";
import { Rejection } from "../answer.js";
import type { ProtectedTrack } from "./protected-track.js";

/**
 * The key that a client says it protects its packets with (RFC 4567 §3.2); undefined when it says none.
 *
 * @throws Rejection 463 for one that cannot be used.
 */
export function clientKeyIn(headers: Headers): MikeySrtpKey | undefined {
  try {
    return toldKey(headers);
  } catch (error) {
    if (error instanceof DecodeError) throw new Rejection(463, error.message);
    throw error;
  }
}

/** Opens what a client sends: with its own key, or with the one that it was told when it has said none. */
export const clientPackets = ({ master, ssrc }: ProtectedTrack, client: MikeySrtpKey | undefined): OpenedPackets =>
  new OpenedPackets(client ?? { key: master, rollovers: new Map() }, ssrc);
