import { createPrivateKey, type KeyObject } from "node:crypto";
import { fromBER, Integer, Sequence } from "asn1js";
import { refusal } from "../refusal.js";
import { Asn1Value } from "./asn1.js";
import { demandModestIterations } from "./password-encryption.js";
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
  demandModestIterations(info.at(0), "bad-pkcs8-file");
  try {
    return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8", passphrase });
  } catch {
    throw refusal("decryption-failed", "the passphrase does not fit, or the encryption is not known");
  }
}

/** OpenSSL does not read version 2, with the public key behind the private one (RFC 5958 §2). */
function withoutPublicKey(der: Uint8Array): KeyObject {
  try {
    const { result } = fromBER(new Uint8Array(der));
    if (!(result instanceof Sequence)) throw new TypeError("not a sequence");
    const [, algorithm, key] = result.valueBlock.value;
    if (!algorithm || !key) throw new TypeError("too short");
    const plain = new Sequence({ value: [new Integer({ value: 0 }), algorithm, key] });
    return createPrivateKey({ key: Buffer.from(plain.toBER()), format: "der", type: "pkcs8" });
  } catch {
    throw refusal("bad-pkcs8-file", "that key cannot be read; is it encrypted?");
  }
}
