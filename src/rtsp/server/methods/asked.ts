import type { MikeySrtpKey } from "#wire/mikey/srtp-keys";
import { formatKeyMgmt } from "#wire/rtsp/headers/key-mgmt";
import type { TransportSpec } from "#wire/rtsp/headers/transport";
import type { ProtectedTrack } from "../security/protected-track.js";

/** What a SETUP asks for. */
export interface Asked {
  /** In the client's order of preference. */
  readonly specs: readonly TransportSpec[];
  /** What the client protects its own packets with, where it has said so. */
  readonly clientKey: MikeySrtpKey | undefined;
  /** That key is for what the client gets too, as it was told none for that (Streaming §8.2.1). */
  readonly isForStream: boolean;
}

/** The header that tells the key of a track in the answer, as it is to be used from now on (RFC 4567 §3.2). */
export const keyMgmtOf = (
  key: Pick<ProtectedTrack, "mikey"> | undefined,
  uri: string,
): readonly (readonly [name: string, value: string])[] =>
  key ? [["KeyMgmt", formatKeyMgmt({ protocol: "mikey", uri, data: key.mikey() })]] : [];
