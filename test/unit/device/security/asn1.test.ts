import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Asn1Value } from "#device/security/asn1";
import { readKeyPair } from "#device/security/pkcs8";
import { Refusal } from "#util/errors";
import { encryptedKey, PASSPHRASE } from "../../../support/keystore-fuzz.js";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const read = (text: string): Asn1Value | undefined => Asn1Value.read(hex(text));

describe("Asn1Value", () => {
  it.each<[what: string, text: string, value: string | undefined]>([
    ["an OID", "06 09 2a864886f70d01050d", "1.2.840.113549.1.5.13"],
    ["an OID of the first arc 2", "06 03 883703", "2.999.3"],
    ["an OID that is cut off", "06 02 2a86", undefined],
    ["an OID of nothing", "06 00", undefined],
    ["an OID with a huge arc", "06 0a 2affffffffffffffff7f", undefined],
    ["something else", "02 01 05", undefined],
  ])("reads %s", (_, text, value) => expect(read(text)?.oid).toBe(value));

  it.each<[what: string, text: string, value: number | undefined]>([
    ["zero", "02 01 00", 0],
    ["a long integer", "02 04 00989680", 10_000_000],
    ["a negative integer", "02 01 80", undefined],
    ["an integer beyond 2^53", "02 08 7fffffffffffffff", undefined],
    ["an integer of many bytes", `02 09 ${"00".repeat(9)}`, undefined],
    ["an integer of nothing", "02 00", undefined],
  ])("reads %s", (_, text, value) => expect(read(text)?.integer).toBe(value));

  it.each<[what: string, text: string, value: string | undefined]>([
    ["an octet string", "04 02 0102", "0102"],
    ["one in parts", "24 07 0401aa 0402bbcc", "aabbcc"],
    ["one in parts of unknown length", "24 80 0401aa 2480 0401bb 0000 0000", "aabb"],
    ["one that a tag stands for", "80 01 aa", "aa"],
    ["one in parts of something else", "24 03 0201aa", undefined],
    ["one in parts that are cut off", "24 03 0402aa", undefined],
    ["one in parts that go too deep", `${"2480".repeat(20)}0401aa${"0000".repeat(20)}`, undefined],
  ])("reads %s", (_, text, value) => expect(read(text)?.octets?.toString("hex")).toBe(value));

  it("goes down a path, and finds nothing beside it", () => {
    const value = read("30 08 0201 07 a003 0201 09 ff");
    expect([value?.at(0)?.integer, value?.at(1, 0)?.integer, value?.at(1)?.contextTag]).toEqual([7, 9, 0]);
    expect([value?.at(2), value?.at(0, 0), value?.bytes.length]).toEqual([undefined, undefined, 10]);
  });

  it.each([
    ["nothing", ""],
    ["a tag alone", "30"],
    ["a length beyond the end", "30 05 00"],
    ["a length of many bytes", `30 88 ${"00".repeat(7)}01 00`],
    ["a value of unknown length without an end", "30 80 0201 05"],
    ["a string of unknown length in one part", "04 80 00 0000"],
    ["a huge tag", "1f ffffffffff7f 00"],
  ])("does not read %s", (_, text) => expect(read(text)).toBeUndefined());

  it("reads what is nested very deep without going there", () => {
    const deep = Buffer.concat([Buffer.alloc(200_000, "3080", "hex"), Buffer.alloc(200_000)]);
    expect(Asn1Value.read(deep)?.children.length).toBe(1);
    expect(Asn1Value.read(deep.subarray(0, 300_000))).toBeUndefined();
  });
});

describe("an encrypted key", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const sealed = (rounds: string): Buffer =>
    encryptedKey(privateKey.export({ type: "pkcs8", format: "der" }), hex(rounds));

  it.each([
    ["as many rounds as were done", "taken", sealed("020101")],
    ["no round", "bad-pkcs8-file", sealed("020100")],
    ["a million rounds", "bad-pkcs8-file", sealed("02030f4240")],
    // The lower bits of it are what OpenSSL would do.
    ["more rounds than a number holds", "bad-pkcs8-file", sealed("0208 0020 0000 7fff ffff")],
    [
      "another derivation",
      "bad-pkcs8-file",
      Buffer.from(sealed("020101").toString("hex").replace("2a864886f70d01050c", "2a864886f70d01050f"), "hex"),
    ],
  ])("with %s is %s before the work", (_, code, der) => {
    let found = "taken";
    try {
      readKeyPair(der, PASSPHRASE);
    } catch (error) {
      found = error instanceof Refusal ? error.code : "broken";
    }
    expect(found).toBe(code);
  });
});
