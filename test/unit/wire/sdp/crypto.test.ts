import { describe, expect, it } from "vitest";
import { formatCrypto, parseCrypto } from "#wire/sdp/crypto";
import { aMasterKey, masterKeys } from "../../../support/srtp-keys.js";

const KEY = Buffer.alloc(30, 1).toString("base64");

describe("a=crypto", () => {
  it.each(masterKeys.filter(([, { mki }]) => mki.length === 0))("tells a key of %s", (_name, key) => {
    const read = parseCrypto(formatCrypto({ tag: 3, key }));
    expect(read?.tag).toBe(3);
    expect(read?.key.suite).toBe(key.suite);
    expect(Buffer.from(read?.key.key ?? [])).toEqual(Buffer.from(key.key));
    expect(Buffer.from(read?.key.salt ?? [])).toEqual(Buffer.from(key.salt));
  });

  it("has nothing but the key behind inline:, for ffmpeg", () => {
    expect(formatCrypto({ tag: 1, key: aMasterKey() })).toMatch(/^1 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}$/);
  });

  it.each([
    ["a lifetime", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20`, ""],
    ["an identifier", `1 AES_CM_128_HMAC_SHA1_32 inline:${KEY}|2^20|1:4`, "00000001"],
    ["an identifier alone", `1 AES_CM_128_HMAC_SHA1_32 inline:${KEY}|300:2`, "012c"],
    ["a second key", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|2^20|1:1;inline:${KEY}|2^20|2:1`, "01"],
    ["harmless parameters", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} WSH=64`, ""],
  ])("is read with %s", (_name, value, mki) => {
    expect(Buffer.from(parseCrypto(value)?.key.mki ?? "none").toString("hex")).toBe(mki);
  });

  it.each([
    ["an unknown suite", `1 F8_128_HMAC_SHA1_80 inline:${KEY}`],
    ["a short key", `1 AES_CM_128_HMAC_SHA1_80 inline:AAAA`],
    ["a long key", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}AAAA`],
    ["no key", "1 AES_CM_128_HMAC_SHA1_80"],
    ["another way to tell it", "1 AES_CM_128_HMAC_SHA1_80 uri:x"],
    ["media that are not encrypted", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY} UNENCRYPTED_SRTP`],
    ["an identifier without a length", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|1:0`],
    ["an identifier longer than its length", `1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}|65536:2`],
    ["no tag", `x AES_CM_128_HMAC_SHA1_80 inline:${KEY}`],
  ])("is not used with %s", (_name, value) => {
    expect(parseCrypto(value)).toBeUndefined();
  });
});
