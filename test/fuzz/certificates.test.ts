import { describe, expect, it } from "vitest";
import { aCertificate, aCrl, anAuthority } from "../support/authority.js";
import { upload } from "../support/keystore-fuzz.js";

/* Certificates and revocation lists that clients upload, damaged. Each is taken or refused, and what is refused is forgotten. */

describe("the keystore survives 100,000 damages", () => {
  it("of certificates", async () => {
    const authority = await anAuthority();
    const samples = [
      authority.der,
      (await aCertificate({ subject: "CN=a,O=b", issuer: authority, isForClients: true })).der,
    ];
    const taken = upload(samples, (keystore, der) => {
      keystore.certificates.upload({ der, privateKeyRequired: false });
    });
    expect(taken).toBeGreaterThan(0);
  }, 600_000);

  it("of revocation lists", async () => {
    const authority = await anAuthority();
    const revoked = [await aCertificate({ subject: "CN=a", issuer: authority })];
    const taken = upload([await aCrl(authority, revoked), await aCrl(authority, [])], (keystore, der) => {
      keystore.uploadCrl(der, undefined);
    });
    expect(taken).toBeGreaterThan(0);
  }, 600_000);
});
