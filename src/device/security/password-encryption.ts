import { createDecipheriv, hash as hashOf, pbkdf2Sync } from "node:crypto";
import { refusal, type RefusalCode } from "../refusal.js";
import type { Asn1Value } from "./asn1.js";

/** Most rounds of PBKDF2: what takes longer would hold everybody up. */
const MAXIMUM_ITERATIONS = 600_000;
/** Most rounds of PKCS#12's own key derivation, which is slower. */
export const MAXIMUM_PKCS12_ITERATIONS = 200_000;

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
/** pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C). */
const PKCS12_3DES = "1.2.840.113549.1.12.1.3";

const HASHES: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

const CIPHERS: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  "2.16.840.1.101.3.4.1.2": { name: "aes-128-cbc", keyBytes: 16 },
  "2.16.840.1.101.3.4.1.22": { name: "aes-192-cbc", keyBytes: 24 },
  "2.16.840.1.101.3.4.1.42": { name: "aes-256-cbc", keyBytes: 32 },
  "1.2.840.113549.3.7": { name: "des-ede3-cbc", keyBytes: 24 },
};

/** The ways in which uploads may be encrypted: PBES2 and that of old PKCS#12 files. */
export const PASSWORD_ENCRYPTION_OIDS: readonly string[] = [PBES2, PKCS12_3DES];

/**
 * The rounds in which an algorithm (an AlgorithmIdentifier) derives its key. Refuses with `code` more than there may be, and
 * other derivations than PBKDF2 and that of PKCS#12: scrypt can be made to take hours.
 */
export function demandModestIterations(algorithm: Asn1Value | undefined, code: RefusalCode): number {
  const isPbes2 = algorithm?.at(0)?.oid === PBES2;
  if (isPbes2 && algorithm.at(1, 0, 0)?.oid !== PBKDF2) throw refusal(code, "keys are derived by PBKDF2");
  const iterations = isPbes2 ? algorithm.at(1, 0, 1, 1)?.integer : algorithm?.at(1, 1)?.integer;
  const maximum = isPbes2 ? MAXIMUM_ITERATIONS : MAXIMUM_PKCS12_ITERATIONS;
  if (iterations === undefined || iterations < 1 || iterations > maximum)
    throw refusal(code, `the key is derived in 1 to ${maximum} rounds`);
  return iterations;
}

/**
 * Decrypts what was encrypted by an AlgorithmIdentifier (RFC 8018, RFC 7292). Throws for algorithms that are not known and
 * for wrong passphrases.
 */
export function decryptByPassword(
  algorithm: Asn1Value | undefined,
  data: Uint8Array | undefined,
  passphrase: string,
): Buffer {
  if (!algorithm || !data) throw new TypeError("nothing is encrypted");
  return algorithm.at(0)?.oid === PBES2
    ? decryptPbes2(algorithm, data, passphrase)
    : decryptPkcs12(algorithm, data, passphrase);
}

function decryptPbes2(algorithm: Asn1Value, data: Uint8Array, passphrase: string): Buffer {
  const derivation = algorithm.at(1, 0);
  const parameters = derivation?.at(1);
  const salt = parameters?.at(0)?.octets;
  const iterations = parameters?.at(1)?.integer;
  const hashOid = parameters?.children.find((one) => one.at(0)?.oid)?.at(0)?.oid ?? "1.2.840.113549.2.7";
  const cipher = CIPHERS[algorithm.at(1, 1, 0)?.oid ?? ""];
  const iv = algorithm.at(1, 1, 1)?.octets;
  const hash = HASHES[hashOid];
  if (derivation?.at(0)?.oid !== PBKDF2 || !salt || !iterations || !cipher || !iv || !hash)
    throw new TypeError("the encryption is not known");
  const key = pbkdf2Sync(passphrase, salt, iterations, cipher.keyBytes, hash);
  const decipher = createDecipheriv(cipher.name, key, iv);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

function decryptPkcs12(algorithm: Asn1Value, data: Uint8Array, passphrase: string): Buffer {
  const salt = algorithm.at(1, 0)?.octets;
  const iterations = algorithm.at(1, 1)?.integer;
  if (algorithm.at(0)?.oid !== PKCS12_3DES || !salt || !iterations) throw new TypeError("the encryption is not known");
  const derive = (id: number, length: number): Buffer =>
    pkcs12Key({ hash: "sha1", id, passphrase, salt, iterations, length });
  const decipher = createDecipheriv("des-ede3-cbc", derive(1, 24), derive(2, 8));
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

export interface Pkcs12Derivation {
  readonly hash: string;
  /** 1 for a key, 2 for an IV, 3 for a MAC. */
  readonly id: number;
  readonly passphrase: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** Bytes wanted. */
  readonly length: number;
}

/** Derives a key from a passphrase as PKCS#12 has it (RFC 7292 appendix B.2). */
export function pkcs12Key({ hash, id, passphrase, salt, iterations, length }: Pkcs12Derivation): Buffer {
  const block = hash === "sha384" || hash === "sha512" ? 128 : 64;
  const filled = (bytes: Uint8Array): Buffer =>
    Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length > 0 ? bytes : 0);
  const password = Buffer.from(`${passphrase}\0`, "utf16le").swap16();
  const input = Buffer.concat([filled(salt), filled(password)]);
  const diversifier = Buffer.alloc(block, id);
  const found: Buffer[] = [];
  for (let have = 0; have < length;) {
    let digest = hashOf(hash, Buffer.concat([diversifier, input]), "buffer");
    for (let round = 1; round < iterations; round += 1) digest = hashOf(hash, digest, "buffer");
    found.push(digest);
    have += digest.length;
    addToBlocks(input, Buffer.alloc(block, digest), block);
  }
  return Buffer.concat(found).subarray(0, length);
}

/** Adds `addend` + 1 to each block, as a big-endian number without its carry. */
function addToBlocks(input: Buffer, addend: Buffer, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at -= 1) {
      const sum = (input[start + at] ?? 0) + (addend[at] ?? 0) + carry;
      input[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
