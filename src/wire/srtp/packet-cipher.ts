import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { SessionKeys } from "./session-keys.js";

/** The 2^16 values of a sequence number. */
const SEQUENCES = 0x1_0000;

/** Initialization vector of the packet `index` of `ssrc` (RFC 3711 §4.1.1; RFC 7714 §8.1, §9.1). */
export function packetIv({ suite, salt }: SessionKeys, ssrc: number, index: number): Buffer {
  const iv = Buffer.alloc(suite.isAead ? 12 : 16);
  const at = suite.isAead ? 2 : 4;
  iv.writeUInt32BE(ssrc, at);
  iv.writeUIntBE(index, at + 4, 6);
  for (let byte = 0; byte < salt.length; byte++) iv[byte] = (iv[byte] ?? 0) ^ (salt[byte] ?? 0);
  return iv;
}

/** Encrypts `clear` in counter mode, or decrypts it, as that is the same. */
export const counterMode = ({ suite, encryption }: SessionKeys, iv: Uint8Array, clear: Uint8Array): Buffer =>
  createCipheriv(`aes-${suite.keyBytes * 8}-ctr`, encryption, iv).update(clear);

/** Encrypts `clear` in Galois/counter mode; the tag follows in the result. */
export function seal({ suite, encryption }: SessionKeys, iv: Uint8Array, aad: Uint8Array, clear: Uint8Array): Buffer[] {
  const cipher = createCipheriv(suite.keyBytes === 16 ? "aes-128-gcm" : "aes-256-gcm", encryption, iv);
  cipher.setAAD(aad);
  const sealed = cipher.update(clear);
  cipher.final();
  return [sealed, cipher.getAuthTag()];
}

/** Undoes `seal`; undefined when it has not been made with these keys, or was changed on the way. */
export function unseal(keys: SessionKeys, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  const { suite, encryption } = keys;
  const end = sealed.length - suite.tagBytes;
  const cipher = createDecipheriv(suite.keyBytes === 16 ? "aes-128-gcm" : "aes-256-gcm", encryption, iv, {
    authTagLength: suite.tagBytes,
  });
  cipher.setAAD(aad);
  cipher.setAuthTag(sealed.subarray(end));
  const clear = cipher.update(sealed.subarray(0, end));
  try {
    cipher.final();
  } catch {
    return undefined;
  }
  return clear;
}

/** HMAC-SHA1 over the parts, cut to `bytes` (RFC 3711 §4.2.1). */
export function tagOf({ authentication }: SessionKeys, bytes: number, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac("sha1", authentication);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, bytes);
}

export const isSameTag = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Number of wraps of the sequence number in an index, as the four bytes that are authenticated with a packet. */
export function rolloverBytes(index: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Math.floor(index / SEQUENCES) % 2 ** 32);
  return bytes;
}
