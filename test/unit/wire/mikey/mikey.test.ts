import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "#util/errors";
import { MikeyKeyType, type MikeyMessage } from "#wire/mikey/message";
import { readMikey } from "#wire/mikey/read";
import { defaultSrtpSuite, mikeyOf, srtpKeyOf } from "#wire/mikey/srtp-keys";
import { writeMikey } from "#wire/mikey/write";
import { aMasterKey, masterKeys } from "../../../support/srtp-keys.js";

/** A message made of its fields: what GStreamer sends for its reports, with a key of 30 bytes from 1 on. */
const gstreamer = Buffer.from(
  [
    "01 00 05 00 fd6d77d0 01 00",
    "00 c20f551c 00000000",
    "0a 00 01d38e19cef95c3d",
    "01 00 00 0018 000101 010110 020101 030114 070101 080101 0a0101 0b010a",
    "00 00 0022 00 20 001e 0102030405060708090a0b0c0d0e0f10 1112131415161718191a1b1c1d1e 00",
  ]
    .join("")
    .replaceAll(" ", ""),
  "hex",
);

const offer = {
  key: aMasterKey(),
  ssrc: 0xcafebabe,
  rollovers: 3,
  time: { seconds: 5, fraction: 6 },
  random: Buffer.alloc(16, 1),
  bundleId: 77,
};

const firstKey = { type: MikeyKeyType.TEK, key: Buffer.alloc(30), salt: Buffer.alloc(0), spi: Buffer.alloc(0) };

describe("a MIKEY message", () => {
  it("is read as GStreamer writes it", () => {
    const { key, rollovers } = srtpKeyOf(readMikey(gstreamer));
    expect(key.suite.name).toBe("AES_CM_128_HMAC_SHA1_80");
    expect(Buffer.from(key.key).toString("hex")).toBe("0102030405060708090a0b0c0d0e0f10");
    expect(Buffer.from(key.salt).toString("hex")).toBe("1112131415161718191a1b1c1d1e");
    expect([...rollovers]).toEqual([[0xc20f551c, 0]]);
    expect(key.mki).toHaveLength(0);
  });

  it.each(masterKeys)("tells a key of %s, and it is read as it was", (_name, key) => {
    const read = srtpKeyOf(readMikey(writeMikey(mikeyOf({ ...offer, key }))));
    expect(read.key.suite).toBe(key.suite);
    expect([read.key.key, read.key.salt, read.key.mki].map((bytes) => Buffer.from(bytes))).toEqual([
      Buffer.from(key.key),
      Buffer.from(key.salt),
      Buffer.from(key.mki),
    ]);
    expect([...read.rollovers]).toEqual([[0xcafebabe, 3]]);
  });

  it("may have its salt apart from its key", () => {
    const { key, salt } = aMasterKey();
    const message = mikeyOf(offer);
    const apart = { type: MikeyKeyType.TEK_SALT, key, salt, spi: new Uint8Array() };
    const read = srtpKeyOf(readMikey(writeMikey({ ...message, keys: [apart] })));
    expect(Buffer.from(read.key.key)).toEqual(Buffer.from(key));
    expect(Buffer.from(read.key.salt)).toEqual(Buffer.from(salt));
  });

  it("without a policy means what the standard has as its defaults", () => {
    expect(srtpKeyOf({ ...mikeyOf(offer), policies: [] }).key.suite).toBe(defaultSrtpSuite);
  });

  it("stays the same when it is written and read", () => {
    const bytes = (max: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: max });
    const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const byte = fc.integer({ min: 0, max: 255 });
    const key = fc
      .record({ type: fc.constantFrom(...Object.values(MikeyKeyType)), key: bytes(64), salt: bytes(16), spi: bytes(8) })
      .map((one) => ({
        ...one,
        salt: one.type === MikeyKeyType.TEK || one.type === MikeyKeyType.TGK ? new Uint8Array() : one.salt,
      }));
    const policy = fc.record({
      number: byte,
      parameters: fc.array(fc.tuple(byte, bytes(4)), { maxLength: 5 }).map((list) => new Map(list)),
    });
    const message: fc.Arbitrary<MikeyMessage> = fc.record({
      dataType: byte,
      bundleId: uint32,
      sessions: fc.array(fc.record({ policy: byte, ssrc: uint32, rollovers: uint32 }), { maxLength: 4 }),
      policies: fc.array(policy, { maxLength: 3 }),
      keys: fc.array(key, { maxLength: 3 }),
      random: bytes(32),
      time: fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(message, (one) => {
        expect(readMikey(writeMikey(one))).toEqual(one);
      }),
    );
  });

  const written = writeMikey(mikeyOf(offer));
  it.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["one that is cut off", written.subarray(0, written.length - 1)],
    ["one of another version", Buffer.of(2, ...written.subarray(1))],
    ["one for another map", Buffer.of(...written.subarray(0, 9), 1, ...written.subarray(10))],
    ["one with a payload that is not known", Buffer.of(1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0)],
    ["one that is too long", Buffer.concat([written, Buffer.alloc(4096)])],
  ])("is refused: %s", (_name, bytes) => {
    expect(() => readMikey(bytes)).toThrow(DecodeError);
  });

  const policies = (...parameters: readonly (readonly [number, number])[]): Pick<MikeyMessage, "policies"> => ({
    policies: [{ number: 0, parameters: new Map(parameters.map(([type, value]) => [type, Buffer.of(value)])) }],
  });
  it.each<[string, Partial<MikeyMessage>]>([
    ["no key", { keys: [] }],
    ["a key from which others would be made", { keys: [{ ...firstKey, type: MikeyKeyType.TGK }] }],
    ["a short key", { keys: [{ ...firstKey, key: Buffer.alloc(29) }] }],
    ["media that are not encrypted", policies([7, 0])],
    ["reports that are not encrypted", policies([8, 0])],
    ["nothing authenticated", policies([10, 0])],
    ["no cipher", policies([0, 0])],
    ["no authentication", policies([2, 0])],
    ["a tag of 5 bytes", policies([11, 5])],
    ["a key derivation rate", policies([6, 16])],
  ])("has a key that is not used: %s", (_name, change) => {
    expect(() => srtpKeyOf({ ...mikeyOf(offer), ...change })).toThrow(DecodeError);
  });
});
