import { srtpSuite, srtpSuites, type SrtpMasterKey, type SrtpSuiteName } from "#wire/srtp/suite";

/** A key for tests; other seeds give other keys. */
export function aMasterKey(
  name: SrtpSuiteName = "AES_CM_128_HMAC_SHA1_80",
  { seed = 1, mki = "" }: { readonly seed?: number; readonly mki?: string } = {},
): SrtpMasterKey {
  const suite = srtpSuite(name);
  const bytes = (length: number, from: number): Buffer =>
    Buffer.from(Array.from({ length }, (_, at) => (from + at * 7) & 0xff));
  const key = bytes(suite.keyBytes, seed);
  return { suite, key, salt: bytes(suite.saltBytes, seed + 100), mki: Buffer.from(mki, "hex") };
}

/** One key of each suite, without and with an identifier. */
export const masterKeys: readonly (readonly [name: string, key: SrtpMasterKey])[] = srtpSuites.flatMap(({ name }) => [
  [name, aMasterKey(name)] as const,
  [`${name} with MKI`, aMasterKey(name, { mki: "0000002a" })] as const,
]);
