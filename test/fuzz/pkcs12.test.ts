import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keystoreWithPassphrase, PASSPHRASE, upload } from "../support/keystore-fuzz.js";

/* PKCS#12 files that clients upload, damaged; their keys are derived in one round. */

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/pkcs12/${name}.p12`, import.meta.url));

describe("the keystore survives 100,000 damages", () => {
  it("of PKCS#12 files", () => {
    const samples = ["aes-256-few-rounds", "triple-des-few-rounds", "plain-without-mac"].map(fixture);
    const wish = { firstOnly: false, passphrase: PASSPHRASE };
    for (const sample of samples.slice(0, 2)) keystoreWithPassphrase().uploadPkcs12(sample, wish);
    // Where integrity is not checked that does not stand before the rest.
    const taken = upload(samples, (keystore, bytes) =>
      keystore.uploadPkcs12(bytes, { firstOnly: false, encryptionId: "passphrase-1" }),
    );
    expect(taken).toBeGreaterThan(0);
  }, 600_000);
});
