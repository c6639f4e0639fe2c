import { DecodeError } from "#util/errors";
import { readMikey } from "#wire/mikey/read";
import { srtpKeyOf } from "#wire/mikey/srtp-keys";
import type { SrtpMasterKey, SrtpSuite } from "#wire/srtp/suite";
import { Rejection } from "../answer.js";

/** A protected track of a session, as clients ask for its key and change it (Streaming §8.2.2, §8.2.3). */
export interface KeyedTrack {
  readonly index: number;
  /** What the client's new key must be for. */
  readonly suite: SrtpSuite;
  /** The message that tells the key in use now. */
  mikey(): Buffer;
  /** Goes on under another key; undefined where the key is of others too. */
  readonly rekey: ((key: SrtpMasterKey) => void) | undefined;
}

/** Name of the parameter that holds a MIKEY message. */
export const MIKEY_PARAMETER = "mikey";

/** The lines that tell the keys of the tracks, as a body of GET_PARAMETER has them. */
export const tellKeys = (tracks: readonly KeyedTrack[]): string =>
  tracks.map((track) => `${MIKEY_PARAMETER}: ${track.mikey().toString("base64")}\r\n`).join("");

/**
 * Has tracks go on under the key of a message, in base64.
 *
 * @throws Rejection 463 for a key that cannot be used, or that would be for others too; nothing has changed then.
 */
export function changeKeys(tracks: readonly KeyedTrack[], base64: string): void {
  const changes = tracks.map(({ suite, rekey }) => {
    if (!rekey) throw new Rejection(463, "the key of a group is not changed by one of its members");
    const key = keyIn(base64, suite);
    if (key.suite !== suite) throw new Rejection(463, "the new key is for another algorithm");
    return () => rekey(key);
  });
  if (changes.length === 0) throw new Rejection(463, "nothing of the session is protected");
  for (const change of changes) change();
}

function keyIn(base64: string, inUse: SrtpSuite): SrtpMasterKey {
  try {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
      throw new DecodeError("rtsp-key-mgmt", "the parameter is no MIKEY message");
    return srtpKeyOf(readMikey(Buffer.from(base64, "base64")), inUse).key;
  } catch (error) {
    if (error instanceof DecodeError) throw new Rejection(463, error.message);
    throw error;
  }
}
