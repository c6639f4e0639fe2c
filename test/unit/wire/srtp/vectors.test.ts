import { describe, expect, it } from "vitest";
import { packetIv, seal } from "#wire/srtp/packet-cipher";
import { SrtpProtector } from "#wire/srtp/protect";
import { sessionKeys } from "#wire/srtp/session-keys";
import { srtpSuite, type SrtpMasterKey, type SrtpSuiteName } from "#wire/srtp/suite";
import { SrtpUnprotector } from "#wire/srtp/unprotect";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const master = (name: SrtpSuiteName, key: string, salt: string): SrtpMasterKey => ({
  suite: srtpSuite(name),
  key: hex(key),
  salt: hex(salt),
  mki: new Uint8Array(),
});

const KEY_128 = "e1f97a0d3e018be0d64fa32c06de4139";
const SALT_128 = "0ec675ad498afeebb6960b3aabe6";
const COUNTING = "000102030405060708090a0b0c0d0e0f";

describe("session keys", () => {
  it.each([
    [
      "RFC 3711 B.3",
      master("AES_CM_128_HMAC_SHA1_80", KEY_128, SALT_128),
      "c61e7a93744f39ee10734afe3ff7a087",
      "30cbbc08863d8c85d49db34a9ae1",
      "cebe321f6ff7716b6fd4ab49af256a156d38baa4",
    ],
    [
      "RFC 6188 §7.2",
      master(
        "AES_256_CM_HMAC_SHA1_80",
        "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6",
        "3b04803de51ee7c96423ab5b78d2",
      ),
      "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
      "fa31791685ca444a9e07c6c64e93",
      "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05",
    ],
  ])("are derived as in %s", (_source, key, encryption, salt, authentication) => {
    const { rtp } = sessionKeys(key);
    expect([text(rtp.encryption), text(rtp.salt), text(rtp.authentication)]).toEqual([
      encryption,
      salt,
      authentication,
    ]);
  });
});

it("AES-GCM seals the packet of RFC 7714 §16.1.1 as it does", () => {
  const keys = {
    suite: srtpSuite("AEAD_AES_128_GCM"),
    encryption: hex(COUNTING),
    authentication: new Uint8Array(),
    salt: hex("517569642070726f2071756f"),
  };
  const header = hex("8040f17b8041f8d35501a0b2");
  const clear = hex("47616c6c696120657374206f6d6e697320646976697361 20696e207061727465732074726573");
  const iv = packetIv(keys, 0x5501a0b2, 0xf17b);
  expect(text(iv)).toBe("51753c6580c2726f20718414");
  expect(seal(keys, iv, header, clear).map(text).join("")).toBe(
    "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
  );
});

it("AES-GCM seals the report of RFC 7714 §17.1 as it does", () => {
  const keys = {
    suite: srtpSuite("AEAD_AES_128_GCM"),
    encryption: hex(COUNTING),
    authentication: new Uint8Array(),
    salt: hex("517569642070726f2071756f"),
  };
  const header = hex("81c8000d4d617273");
  const trailer = hex("800005d4");
  const clear = hex("4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
  const iv = packetIv(keys, 0x4d617273, 0x5d4);
  expect(text(iv)).toBe("517524055203726f207170bb");
  expect(
    seal(keys, iv, Buffer.concat([header, trailer]), clear)
      .map(text)
      .join(""),
  ).toBe(
    "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade",
  );
});

/**
 * What libsrtp validates itself with (`srtp_validate` and `srtp_validate_gcm` in its test/srtp_driver.c): clear packets,
 * and below what becomes of them, which the library of version 2.5 and OpenSSL have given too.
 */
const RTP = "800f1234decafbadcafebabeabababababababababababababababab";
const RTCP = "81c8000bcafebabeabababababababababababababababab";

describe.each([
  [
    "AES_CM_128_HMAC_SHA1_80",
    master("AES_CM_128_HMAC_SHA1_80", KEY_128, SALT_128),
    "4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
    "7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798",
  ],
  [
    "AEAD_AES_128_GCM",
    master("AEAD_AES_128_GCM", COUNTING, "a0a1a2a3a4a5a6a7a8a9aaab"),
    "c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392",
    "c98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001",
  ],
] as const)("%s", (_name, key, rtp, rtcp) => {
  it("protects and opens the known RTP packet", () => {
    const into = Buffer.alloc(28 + key.suite.tagBytes);
    expect(new SrtpProtector(key).rtp(hex(RTP), 0x1234, into, 0)).toBe(into.length);
    expect(text(into)).toBe(RTP.slice(0, 24) + rtp);
    expect(new SrtpUnprotector(key).rtp(into)).toEqual(hex(RTP));
  });

  it("protects and opens the known RTCP packet", () => {
    const protector = new SrtpProtector(key);
    protector.rtcp(hex(RTCP));
    const second = protector.rtcp(hex(RTCP));
    expect(text(second)).toBe(RTCP.slice(0, 16) + rtcp);
    expect(new SrtpUnprotector(key).rtcp(second)).toEqual(hex(RTCP));
  });
});
