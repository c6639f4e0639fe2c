import { createHmac, createPrivateKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { refusal } from "../refusal.js";
import { Asn1Value } from "./asn1.js";
import {
  decryptByPassword,
  demandModestIterations,
  MAXIMUM_PKCS12_ITERATIONS,
  pkcs12Key,
} from "./password-encryption.js";
import { decryptedKey } from "./pkcs8.js";

/** What a PKCS#12 file brings (RFC 7292). */
export interface Pkcs12Content {
  readonly privateKey: KeyObject;
  /** DER, in the order of the file. */
  readonly certificates: readonly Buffer[];
}

export interface Pkcs12Passphrases {
  /** Checks that the file is whole; not checked without it. */
  readonly integrity: string | undefined;
  readonly encryption: string | undefined;
}

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERT_BAG = "1.2.840.113549.1.12.10.1.3";
const MAC_HASHES: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  "1.3.14.3.2.26": { name: "sha1", bytes: 20 },
  "2.16.840.1.101.3.4.2.1": { name: "sha256", bytes: 32 },
  "2.16.840.1.101.3.4.2.2": { name: "sha384", bytes: 48 },
  "2.16.840.1.101.3.4.2.3": { name: "sha512", bytes: 64 },
};

/** Longest file, in bytes, and most rounds of key derivation of all its parts together; the key comes besides. */
const MAXIMUM_BYTES = 262_144;
const MAXIMUM_ROUNDS = 1_200_000;
/** Most certificates. */
const MAXIMUM_CERTIFICATES = 16;

const bad = (why: string) => refusal("bad-pkcs12-file", why);
const undecipherable = () =>
  refusal("decryption-failed", "the passphrase does not fit, or the encryption is not known");

/** Reads a file with one private key and its certificates. Refuses with `bad-pkcs12-file` or `decryption-failed`. */
export function readPkcs12(file: Uint8Array, { integrity, encryption }: Pkcs12Passphrases): Pkcs12Content {
  const pfx = file.length <= MAXIMUM_BYTES ? Asn1Value.read(file) : undefined;
  const safe = pfx?.at(1);
  const content = safe?.at(0)?.oid === DATA ? safe.at(1, 0)?.octets : undefined;
  if (!pfx || !content) throw bad("that is no PKCS#12 file");
  if (integrity !== undefined) demandIntegrity(pfx.at(2), content, integrity);
  const safes = Asn1Value.read(content)?.children ?? [];
  const rounds = safes.reduce((sum, one) => sum + roundsOf(one), 0);
  if (rounds > MAXIMUM_ROUNDS) throw bad(`the file's keys are derived in ${MAXIMUM_ROUNDS} rounds at most`);
  const bags = safes.flatMap((one) => bagsOf(one, encryption));
  const keys = bags.filter((bag) => [KEY_BAG, SHROUDED_KEY_BAG].includes(bag.at(0)?.oid ?? ""));
  const certificates = bags.filter((bag) => bag.at(0)?.oid === CERT_BAG).map(certificateOf);
  const [key] = keys;
  if (!key || keys.length > 1) throw bad("the file holds one private key");
  if (certificates.length === 0 || certificates.length > MAXIMUM_CERTIFICATES)
    throw bad(`the file holds 1 to ${MAXIMUM_CERTIFICATES} certificates`);
  return { privateKey: keyOf(key, encryption), certificates };
}

function demandIntegrity(mac: Asn1Value | undefined, content: Buffer, passphrase: string): void {
  const hash = MAC_HASHES[mac?.at(0, 0, 0)?.oid ?? ""];
  const digest = mac?.at(0, 1)?.octets;
  const salt = mac?.at(1)?.octets;
  const iterations = mac?.at(2)?.integer ?? 1;
  if (!hash || !digest || !salt || iterations < 1 || iterations > MAXIMUM_PKCS12_ITERATIONS)
    throw bad("the file has no integrity protection that is known");
  const key = pkcs12Key({ hash: hash.name, id: 3, passphrase, salt, iterations, length: hash.bytes });
  const wanted = createHmac(hash.name, key).update(content).digest();
  if (wanted.length !== digest.length || !timingSafeEqual(wanted, digest)) throw undecipherable();
}

/** The rounds that decrypting a part takes. */
const roundsOf = (info: Asn1Value): number =>
  info.at(0)?.oid === ENCRYPTED_DATA ? demandModestIterations(info.at(1, 0, 1, 1), "bad-pkcs12-file") : 0;

function bagsOf(info: Asn1Value, passphrase: string | undefined): readonly Asn1Value[] {
  const kind = info.at(0)?.oid;
  if (kind === DATA) return bagsIn(info.at(1, 0)?.octets);
  if (kind !== ENCRYPTED_DATA) throw bad("the file is encrypted in a way that is not known");
  const encrypted = info.at(1, 0, 1);
  const algorithm = encrypted?.at(1);
  const data = encrypted?.children.find(({ contextTag }) => contextTag === 0)?.octets;
  if (!algorithm || !data) throw bad("the file's encrypted part cannot be read");
  let plain: Buffer;
  try {
    plain = decryptByPassword(algorithm, data, passphrase ?? "");
  } catch {
    throw undecipherable();
  }
  return bagsIn(plain, undecipherable);
}

function bagsIn(content: Buffer | undefined, otherwise = () => bad("the file cannot be read")): readonly Asn1Value[] {
  const bags = content && Asn1Value.read(content);
  if (!bags) throw otherwise();
  return bags.children;
}

function certificateOf(bag: Asn1Value): Buffer {
  const der = bag.at(1, 0, 1, 0)?.octets;
  if (!der) throw bad("a certificate of the file cannot be read");
  return der;
}

function keyOf(bag: Asn1Value, passphrase = ""): KeyObject {
  const info = bag.at(1, 0);
  if (!info) throw bad("the file's key cannot be read");
  if (bag.at(0)?.oid === SHROUDED_KEY_BAG) return decryptedKey(info, passphrase, "bad-pkcs12-file");
  try {
    return createPrivateKey({ key: info.bytes, format: "der", type: "pkcs8" });
  } catch {
    throw bad("the file's key cannot be read");
  }
}
