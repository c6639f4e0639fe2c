import { createPrivateKey, type KeyObject } from "node:crypto";
import { refusal, type RefusalCode } from "../refusal.js";
import { Asn1Value, derSequence } from "./asn1.js";
import { decryptByPassword, demandModestIterations } from "./password-encryption.js";
import { isDer } from "./signing.js";

/** Longest key, in bytes. */
const MAXIMUM_BYTES = 16_384;

/**
 * Reads a private key: PKCS#8 (RFC 5958, the public key in it or not), encrypted if there is a passphrase. Refuses with
 * `bad-pkcs8-file`, or with `decryption-failed` when the passphrase does not fit.
 */
export function readKeyPair(der: Uint8Array, passphrase: string | undefined): KeyObject {
  if (der.length > MAXIMUM_BYTES || !isDer(der)) throw refusal("bad-pkcs8-file", "that is no PKCS#8 in DER");
  if (passphrase !== undefined) return decrypted(der, passphrase);
  try {
    return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  } catch {
    return withoutPublicKey(der);
  }
}

function decrypted(der: Uint8Array, passphrase: string): KeyObject {
  const info = Asn1Value.read(der);
  if (!info?.at(1)?.octets) throw refusal("bad-pkcs8-file", "that is no encrypted PKCS#8");
  return decryptedKey(info, passphrase, "bad-pkcs8-file");
}

/**
 * The key in an EncryptedPrivateKeyInfo (RFC 5958 §3). Refuses with `code` a key derivation that would take long, and with
 * `decryption-failed` what the passphrase does not open. The rounds that are counted are those that are done: OpenSSL, which
 * could decrypt too, may read other ones out of the same bytes.
 */
export function decryptedKey(info: Asn1Value, passphrase: string, code: RefusalCode): KeyObject {
  const algorithm = info.at(0);
  demandModestIterations(algorithm, code);
  try {
    const plain = decryptByPassword(algorithm, info.at(1)?.octets, passphrase);
    return createPrivateKey({ key: plain, format: "der", type: "pkcs8" });
  } catch {
    throw refusal("decryption-failed", "the passphrase does not fit, or the encryption is not known");
  }
}

/** OpenSSL does not read version 2, with the public key behind the private one (RFC 5958 §2). */
function withoutPublicKey(der: Uint8Array): KeyObject {
  try {
    const [, algorithm, key] = Asn1Value.read(der)?.children ?? [];
    if (!algorithm || !key) throw new TypeError("too short");
    const version = Buffer.from([0x02, 0x01, 0x00]);
    return createPrivateKey({ key: derSequence(version, algorithm.bytes, key.bytes), format: "der", type: "pkcs8" });
  } catch {
    throw refusal("bad-pkcs8-file", "that key cannot be read; is it encrypted?");
  }
}
