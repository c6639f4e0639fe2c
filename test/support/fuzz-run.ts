import { mutants, seededRandom } from "./fuzz.js";

/** Runs `take` on 100,000 mutants of the samples; what it throws goes on with the input in hexadecimal. */
export function fuzz(
  samples: readonly (string | Uint8Array)[],
  take: (bytes: Buffer, random: (below: number) => number) => void,
): void {
  const random = seededRandom(2);
  for (const bytes of mutants(
    samples.map((sample) => Buffer.from(sample)),
    100_000,
  )) {
    try {
      take(bytes, random);
    } catch (error) {
      throw new Error(`broken by ${bytes.subarray(0, 400).toString("hex")}`, { cause: error });
    }
  }
}

/** Runs `parse`; nothing but an error of class `expected` may be thrown. */
export function refusesOnlyWith(expected: new (...args: never[]) => Error, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof expected)) throw error;
  }
}
