import { DecodeError } from "#util/errors";
import { readMikey } from "#wire/mikey/read";
import { srtpKeyOf, type MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { parseKeyMgmt } from "#wire/rtsp/headers/key-mgmt";
import type { Headers } from "#wire/rtsp/message";

/**
 * The key that a message tells in its KeyMgmt headers (RFC 4567 §3.2): what its sender protects packets with. Undefined
 * when it has none of them.
 *
 * @throws DecodeError for one that cannot be used.
 */
export function toldKey(headers: Headers): MikeySrtpKey | undefined {
  const values = headers.all("KeyMgmt");
  if (values.length === 0) return undefined;
  const told = parseKeyMgmt(values).find(({ protocol }) => protocol === "mikey");
  if (!told) throw new DecodeError("rtsp-key-mgmt", "KeyMgmt has no MIKEY message");
  return srtpKeyOf(readMikey(told.data));
}
