import { readFileSync } from "node:fs";
import type { ByteSource, MediaFile, Sample } from "#container/media-file";

/** A file of test/fixtures/media. */
export const mediaFixture = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/media/${name}`, import.meta.url));

/** A clip or still that is shipped. */
export const shippedMedia = (name: string): Buffer => readFileSync(new URL(`../../media/${name}`, import.meta.url));

/** Bytes as a source that can be read at any position. */
export const byteSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
});

export async function allSamples(file: MediaFile, fromSeconds = 0): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of file.samples(fromSeconds)) samples.push(sample);
  return samples;
}
