import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCertificate } from "#device/security/certificates";
import { readCrl } from "#device/security/crl";
import { readPkcs12 } from "#device/security/pkcs12";
import { readKeyPair } from "#device/security/pkcs8";
import { isDer } from "#device/security/signing";
import { Refusal } from "#util/errors";
import { aCertificate, aCrl, anAuthority, aTestKey, pkcs8Of } from "../../../support/authority.js";

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/pkcs12/${name}.p12`, import.meta.url));
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return "accepted";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};
const PASSPHRASE = "opensesame";

describe("readPkcs12", () => {
  it.each([
    ["aes-256-with-chain", PASSPHRASE, ["CN=camera", "CN=test authority"], "rsa"],
    ["triple-des", PASSPHRASE, ["CN=camera"], "rsa"],
    ["plain-without-mac", undefined, ["CN=test authority"], "ec"],
    ["empty-passphrase", "", ["CN=test authority"], "ec"],
  ])("reads %s", (name, passphrase, subjects, kind) => {
    const { certificates, privateKey } = readPkcs12(fixture(name), { integrity: passphrase, encryption: passphrase });
    const read = certificates.map(readCertificate);
    expect(read.map(({ subject }) => subject)).toEqual(subjects);
    expect(privateKey.asymmetricKeyType).toBe(kind);
    expect(read[0]?.checkPrivateKey(privateKey)).toBe(true);
  });

  it.each([
    ["a wrong passphrase, by the MAC", "triple-des", { integrity: "x", encryption: PASSPHRASE }, "decryption-failed"],
    ["a wrong passphrase of the content", "triple-des", { integrity: undefined, encryption: "x" }, "decryption-failed"],
    ["a wrong passphrase of AES", "aes-256-with-chain", { integrity: undefined, encryption: "x" }, "decryption-failed"],
    ["no passphrase", "triple-des", { integrity: undefined, encryption: undefined }, "decryption-failed"],
    ["no MAC where one is to be checked", "plain-without-mac", { integrity: "x", encryption: "x" }, "bad-pkcs12-file"],
  ])("refuses %s", (_, name, passphrases, code) => {
    expect(codeOf(() => readPkcs12(fixture(name), passphrases))).toBe(code);
  });

  it("refuses a round count that is none", () => {
    const file = fixture("triple-des");
    const negative = Buffer.from(file.toString("hex").replaceAll("02020800", "02028000"), "hex");
    expect(codeOf(() => readPkcs12(negative, { integrity: undefined, encryption: PASSPHRASE }))).toBe(
      "bad-pkcs12-file",
    );
  });

  it("refuses damaged files, and does nothing worse", () => {
    const whole = fixture("triple-des");
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
        const damaged = Buffer.from(whole.subarray(0, end || undefined));
        if (at < damaged.length) damaged[at] = byte;
        codeOf(() => readPkcs12(damaged, { integrity: undefined, encryption: PASSPHRASE }));
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("readKeyPair", () => {
  const key = aTestKey();
  const encrypted = key.privateKey.export({ type: "pkcs8", format: "der", cipher: "aes-256-cbc", passphrase: "pw" });

  it("reads a key, encrypted or not", () => {
    expect(pkcs8Of({ privateKey: readKeyPair(pkcs8Of(key), undefined) })).toEqual(pkcs8Of(key));
    expect(pkcs8Of({ privateKey: readKeyPair(encrypted, "pw") })).toEqual(pkcs8Of(key));
  });

  it("reads a key with its public key behind it (RFC 5958)", () => {
    const spki = key.publicKey.export({ type: "spki", format: "der" });
    const bits = spki.subarray(-65);
    const content = Buffer.concat([
      Buffer.from([2, 1, 1]),
      pkcs8Of(key).subarray(pkcs8Of(key)[1] === 0x81 ? 6 : 5),
      Buffer.from([0x81, 66, 0]),
      bits,
    ]);
    const whole = Buffer.concat([Buffer.from([0x30, 0x81, content.length]), content]);
    expect(pkcs8Of({ privateKey: readKeyPair(whole, undefined) })).toEqual(pkcs8Of(key));
  });

  it.each([
    ["a wrong passphrase", encrypted, "other", "decryption-failed"],
    ["an encrypted key without a passphrase", encrypted, undefined, "bad-pkcs8-file"],
    ["a passphrase for a plain key", pkcs8Of(key), "pw", "bad-pkcs8-file"],
    ["nothing", Buffer.alloc(0), undefined, "bad-pkcs8-file"],
    ["a key and more", Buffer.concat([pkcs8Of(key), Buffer.from([0])]), undefined, "bad-pkcs8-file"],
  ])("refuses %s", (_, der, passphrase, code) => {
    expect(codeOf(() => readKeyPair(der, passphrase))).toBe(code);
  });
});

describe("certificates and revocation lists", () => {
  it("are read or refused, whatever they are", async () => {
    const { der } = await aCertificate({ subject: "CN=camera" });
    expect(readCertificate(der).subject).toBe("CN=camera");
    expect(codeOf(() => readCertificate(Buffer.concat([der, der])))).toBe("bad-certificate");
    expect(codeOf(() => readCertificate(Buffer.from("-----BEGIN CERTIFICATE-----")))).toBe("bad-certificate");
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(der);
        damaged[at] = byte;
        codeOf(() => readCertificate(damaged));
        codeOf(() => readCrl(damaged));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it.each([
    ["30020500", true],
    ["3081020500", true],
    ["3003050000", true],
    ["300205", false],
    ["3002050000", false],
    ["3080050000000", false],
    ["", false],
  ])("%s is one DER value: %s", (hex, is) => {
    expect(isDer(Buffer.from(hex, "hex"))).toBe(is);
  });
});

describe("readCrl", () => {
  it("reads long lists, and serial numbers of any length", async () => {
    const authority = await anAuthority();
    const revoked = Array.from({ length: 6000 }, (_, index) => ({
      ...authority,
      serial: (0x1000 + index).toString(16),
    }));
    const list = readCrl(await aCrl(authority, [...revoked, { ...authority, serial: `7f${"ab".repeat(19)}` }]));
    expect([list.serials.size, list.released.size, list.isDelta]).toEqual([6001, 0, false]);
    expect([list.serials.has("1000"), list.serials.has(`7f${"ab".repeat(19)}`)]).toEqual([true, true]);
    expect(list.issuer).toBe(readCrl(await aCrl(authority, [])).issuer);
  });

  it("does not take a list for an empty one whose entries are broken", async () => {
    const authority = await anAuthority();
    const crl = await aCrl(authority, [authority]);
    // The serial number becomes a NULL.
    const at = crl.indexOf(
      Buffer.from(`02${(authority.serial.length / 2).toString(16).padStart(2, "0")}${authority.serial}`, "hex"),
    );
    expect(at).toBeGreaterThan(0);
    crl[at] = 0x05;
    expect(codeOf(() => readCrl(crl))).toBe("bad-crl");
  });
});
