/** A generator of numbers in 0…`below`−1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const interesting: readonly number[] = [
  0x00, 0x01, 0x03, 0x0a, 0x0d, 0x20, 0x22, 0x24, 0x26, 0x3a, 0x3c, 0x7f, 0x80, 0xfe, 0xff,
];

/** `bytes` with one to six random changes: bits, bytes, cuts, repeats, insertions. */
export function mutate(bytes: Uint8Array, random: (below: number) => number): Buffer {
  let out = Buffer.from(bytes);
  for (let changes = 1 + random(6); changes > 0; changes--) {
    const at = random(out.length + 1);
    const length = 1 + random(8);
    switch (random(7)) {
      case 0:
        if (at < out.length) out[at] = (out[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        if (at < out.length) out[at] = random(256);
        break;
      case 2:
        if (at < out.length) out[at] = interesting[random(interesting.length)] ?? 0;
        break;
      case 3:
        out = out.subarray(0, at);
        break;
      case 4:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + length)]);
        break;
      case 5:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at, at + length), out.subarray(at)]);
        break;
      default:
        out = Buffer.concat([
          out.subarray(0, at),
          Buffer.from(Array.from({ length }, () => random(256))),
          out.subarray(at),
        ]);
    }
  }
  return out;
}

/** `cases` mutants of `samples`, in turn; the same ones for the same seed. */
export function* mutants(samples: readonly Uint8Array[], cases: number, seed = 1): Generator<Buffer> {
  const random = seededRandom(seed);
  for (let i = 0; i < cases; i++) yield mutate(samples[i % samples.length] ?? Buffer.alloc(0), random);
}
