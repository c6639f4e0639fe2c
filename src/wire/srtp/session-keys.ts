import { createCipheriv } from "node:crypto";
import type { SrtpMasterKey, SrtpSuite } from "./suite.js";

/** What the packets of one kind are encrypted and authenticated with (RFC 3711 §4.3.1). */
export interface SessionKeys {
  readonly suite: SrtpSuite;
  readonly encryption: Uint8Array;
  /** Empty for a suite whose cipher authenticates. */
  readonly authentication: Uint8Array;
  readonly salt: Uint8Array;
}

const AUTHENTICATION_KEY_BYTES = 20;
const RTP_LABELS = { encryption: 0, authentication: 1, salt: 2 } as const;
const RTCP_LABELS = { encryption: 3, authentication: 4, salt: 5 } as const;

/** The keys for RTP and for RTCP that follow from a master key, with key derivation rate 0. */
export const sessionKeys = (master: SrtpMasterKey): { readonly rtp: SessionKeys; readonly rtcp: SessionKeys } => ({
  rtp: derive(master, RTP_LABELS),
  rtcp: derive(master, RTCP_LABELS),
});

function derive(master: SrtpMasterKey, labels: typeof RTP_LABELS | typeof RTCP_LABELS): SessionKeys {
  const { suite } = master;
  return {
    suite,
    encryption: prf(master, labels.encryption, suite.keyBytes),
    authentication: suite.isAead ? new Uint8Array() : prf(master, labels.authentication, AUTHENTICATION_KEY_BYTES),
    salt: prf(master, labels.salt, suite.saltBytes),
  };
}

/** AES in counter mode (RFC 3711 §4.3.3, RFC 6188 §3); a short salt is filled with zeros at its end (RFC 7714 §11). */
function prf({ suite, key, salt }: SrtpMasterKey, label: number, bytes: number): Uint8Array {
  const start = Buffer.alloc(16);
  start.set(salt.subarray(0, 14));
  start[7] = (start[7] ?? 0) ^ label;
  return createCipheriv(`aes-${suite.keyBytes * 8}-ctr`, key, start).update(Buffer.alloc(bytes));
}
