import { createCipheriv, pbkdf2Sync } from "node:crypto";
import { derSequence } from "#device/security/asn1";
import { Keystore } from "#device/security/keystore";
import { Refusal } from "#util/errors";
import { noon } from "./a-device.js";
import { fuzz, refusesOnlyWith } from "./fuzz-run.js";

/** Of the passphrase `passphrase-1` in the keystore. */
export const PASSPHRASE = "opensesame";

/** Hands damaged samples to a keystore; one that was refused has changed nothing. Returns how many were taken. */
export function upload(samples: readonly Buffer[], take: (keystore: Keystore, bytes: Buffer) => unknown): number {
  let keystore = keystoreWithPassphrase();
  let taken = 0;
  const before = JSON.stringify(keystore.snapshot());
  fuzz(samples, (bytes) => {
    refusesOnlyWith(Refusal, () => {
      take(keystore, bytes);
      taken++;
      keystore = keystoreWithPassphrase();
    });
    if (JSON.stringify(keystore.snapshot()) !== before) throw new Error("something is left behind");
  });
  return taken;
}

export function keystoreWithPassphrase(): Keystore {
  const keystore = new Keystore(
    () => noon,
    () => {},
  );
  keystore.uploadPassphrase(PASSPHRASE, undefined);
  return keystore;
}

/** PKCS#8, encrypted by PBES2 in one round; `rounds` is the INTEGER that says how many there were. */
export function encryptedKey(pkcs8: Buffer, rounds: Uint8Array = Buffer.from([0x02, 0x01, 0x01])): Buffer {
  const [salt, iv] = [Buffer.alloc(8, 1), Buffer.alloc(16, 2)];
  const cipher = createCipheriv("aes-128-cbc", pbkdf2Sync(PASSPHRASE, salt, 1, 16, "sha256"), iv);
  const data = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const oid = (hex: string): Buffer => Buffer.from(`06${(hex.length / 2).toString(16).padStart(2, "0")}${hex}`, "hex");
  const octets = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(bytes.length < 0x80 ? [0x04, bytes.length] : [0x04, 0x81, bytes.length]), bytes]);
  const [pbes2, pbkdf2] = [oid("2a864886f70d01050d"), oid("2a864886f70d01050c")];
  const [hmacSha256, aes128] = [oid("2a864886f70d0209"), oid("608648016503040102")];
  const nothing = Buffer.from([0x05, 0x00]);
  const derivation = derSequence(pbkdf2, derSequence(octets(salt), rounds, derSequence(hmacSha256, nothing)));
  const algorithm = derSequence(pbes2, derSequence(derivation, derSequence(aes128, octets(iv))));
  return derSequence(algorithm, octets(data));
}
