import { describe, expect, it } from "vitest";
import { aTestKey, pkcs8Of } from "../support/authority.js";
import { encryptedKey, keystoreWithPassphrase, PASSPHRASE, upload } from "../support/keystore-fuzz.js";

/*
 * Keys that clients upload, damaged. Each is taken or refused, and what is refused is forgotten. The
 * samples derive their keys in one round: the number of rounds is bounded before any is done, and the damage raises it now
 * and then.
 */

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
  }, 600_000);
});
