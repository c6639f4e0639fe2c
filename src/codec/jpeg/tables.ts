// The tables that RFC 2435 takes for granted: those of ITU-T T.81 annex K, in the order in which a file has them.

/** Table K.1, luminance, and K.2, chrominance, in zigzag order. */
const luminance: readonly number[] = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];
const chrominance: readonly number[] = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** Bytes of one quantization table of 8 bits. */
export const tableBytes = 64;

/** The luminance and the chrominance table, one behind the other, of quality `q`, 1…99 (RFC 2435 §4.2, appendix A). */
export function quantizationTables(q: number): Uint8Array {
  const factor = q < 50 ? Math.floor(5000 / q) : 200 - q * 2;
  const scaled = [...luminance, ...chrominance].map((value) => Math.floor((value * factor + 50) / 100));
  return Uint8Array.from(scaled, (value) => Math.min(255, Math.max(1, value)));
}

/** A Huffman table as a DHT segment has it: how many codes there are of 1…16 bits, and the values in order of the codes. */
export interface HuffmanTable {
  /** 0 for DC, 1 for AC. */
  readonly tableClass: number;
  /** 0 for luminance, 1 for chrominance. */
  readonly id: number;
  readonly counts: Uint8Array;
  readonly values: Uint8Array;
}

const table = (tableClass: number, id: number, counts: string, values: string): HuffmanTable => ({
  tableClass,
  id,
  counts: Buffer.from(counts, "hex"),
  values: Buffer.from(values.replaceAll(/\s/g, ""), "hex"),
});

const dcValues = "000102030405060708090a0b";

/** Tables K.3 to K.6. */
export const standardHuffman: readonly HuffmanTable[] = Object.freeze([
  table(0, 0, "00010501010101010100000000000000", dcValues),
  table(
    1,
    0,
    "0002010303020403050504040000017d",
    `01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a34353637
     38393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3
     a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa`,
  ),
  table(0, 1, "00030101010101010101010000000000", dcValues),
  table(
    1,
    1,
    "00020102040403040705040400010277",
    `000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637
     38393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2
     a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa`,
  ),
]);
