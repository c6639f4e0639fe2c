/*
 * ITU-T G.711: sign, three bits of segment, four bits within it; A-law with every other bit turned, mu-law with all of them.
 */
function decodeMuLaw(octet: number): number {
  const bits = ~octet;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

function decodeALaw(octet: number): number {
  const bits = octet ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

const tableOf = (decode: (octet: number) => number): Int16Array =>
  Int16Array.from({ length: 256 }, (_, at) => decode(at));

const tables = Object.freeze({ mu: tableOf(decodeMuLaw), a: tableOf(decodeALaw) });

/** The samples of G.711 octets, 16 bits each, least significant byte first. */
export function decodeG711(octets: Uint8Array, law: "mu" | "a"): Buffer {
  const table = tables[law];
  const samples = Buffer.allocUnsafe(octets.length * 2);
  octets.forEach((octet, at) => samples.writeInt16LE(table[octet] ?? 0, at * 2));
  return samples;
}
