import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aTestKey, pkcs8Of } from "../support/authority.js";
import { encryptedKey, keystoreWithPassphrase, PASSPHRASE, upload } from "../support/keystore-fuzz.js";

/*
 * Keys that clients upload, damaged. Each is taken or refused, and what is refused is forgotten. The
 * samples derive their keys in one round: the number of rounds is bounded before any is done, and the damage raises it now
 * and then.
 */

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/pkcs12/${name}.p12`, import.meta.url));

describe("the keystore survives 100,000 damages", () => {
  it("of private keys", () => {
    const plain = pkcs8Of(aTestKey());
    const sealed = encryptedKey(plain);
    keystoreWithPassphrase().uploadKeyPair(sealed, undefined, { passphrase: PASSPHRASE });
    let count = 0;
    const taken = upload([plain, sealed], (keystore, bytes) => {
      const passphrase = count++ % 2 === 0 ? undefined : PASSPHRASE;
      return keystore.uploadKeyPair(bytes, undefined, { passphrase });
    });
    expect(taken).toBeGreaterThan(0);
  }, 180_000);

  it("of PKCS#12 files", () => {
    const samples = ["aes-256-few-rounds", "triple-des-few-rounds", "plain-without-mac"].map(fixture);
    const wish = { firstOnly: false, passphrase: PASSPHRASE };
    for (const sample of samples.slice(0, 2)) keystoreWithPassphrase().uploadPkcs12(sample, wish);
    // Where integrity is not checked that does not stand before the rest.
    const taken = upload(samples, (keystore, bytes) =>
      keystore.uploadPkcs12(bytes, { firstOnly: false, encryptionId: "passphrase-1" }),
    );
    expect(taken).toBeGreaterThan(0);
  }, 180_000);
});
