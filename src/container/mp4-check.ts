import { DecodeError } from "#util/errors";
import type { ByteSource } from "./media-file.js";

// The reading library takes the counts in an MP4 file's tables at their word: one damaged number keeps it busy for
// minutes or fills the memory. This looks at those numbers before the library does (mediabunny 1.61).

/** Tables larger than this belong to no file that is played here (one hour of video needs about 2 MiB). */
const maxTableBytes = 64 * 1024 * 1024;
/** More samples than any fragment has. */
const maxFragmentSamples = 1_000_000;
const fileBoxes: ReadonlySet<string> = new Set([
  "ftyp",
  "moov",
  "moof",
  "mdat",
  "free",
  "skip",
  "wide",
  "styp",
  "sidx",
]);
const containers: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "minf", "stbl", "moof", "traf"]);

/**
 * Refuses an MP4 or QuickTime file (ISO 14496-12) whose tables cannot be true: counts that do not fit into their box, into
 * the file or to each other. Says nothing about other files.
 */
export async function checkMp4(source: ByteSource): Promise<void> {
  for (let offset = 0; offset + 8 <= source.size;) {
    const head = Buffer.from(await source.read(offset, 16));
    const box = boxAt(head, 0, source.size - offset);
    if (!fileBoxes.has(box.type) && offset === 0) return;
    if (box.type === "moov" || box.type === "moof") {
      if (box.length > maxTableBytes) throw damaged(box.type, `is ${box.length} bytes long`);
      const bytes = Buffer.from(await source.read(offset, box.length));
      checkBoxes(bytes.subarray(box.headerBytes), source.size, { sampleCount: undefined });
    }
    offset += box.length;
  }
}

/** A box of a file (ISO 14496-12 §4.2). */
export interface Box {
  readonly type: string;
  readonly headerBytes: number;
  /** With the header, cut to what is there. */
  readonly length: number;
}

/** The box at `offset` of `bytes`, of which at most `available` bytes exist (§4.2). */
export function boxAt(bytes: Buffer, offset: number, available: number): Box {
  if (bytes.length < offset + 8) throw damaged("box", "is cut off");
  const short = bytes.readUInt32BE(offset);
  const type = bytes.toString("latin1", offset + 4, offset + 8);
  const headerBytes = short === 1 ? 16 : 8;
  if (bytes.length < offset + headerBytes) throw damaged(type, "is cut off");
  const stated = short === 1 ? Number(bytes.readBigUInt64BE(offset + 8)) : short === 0 ? available : short;
  if (stated < headerBytes) throw damaged(type, `says that it is ${stated} bytes long`);
  return { type, headerBytes, length: Math.min(stated, available) };
}

/** What one track's tables have told so far. */
interface Tables {
  sampleCount: number | undefined;
}

function checkBoxes(bytes: Buffer, fileSize: number, tables: Tables): void {
  const boxes: { readonly type: string; readonly content: Buffer }[] = [];
  for (let offset = 0; offset + 8 <= bytes.length;) {
    const box = boxAt(bytes, offset, bytes.length - offset);
    boxes.push({ type: box.type, content: bytes.subarray(offset + box.headerBytes, offset + box.length) });
    offset += box.length;
  }
  for (const { type, content } of boxes) {
    if (type === "stsz" || type === "stz2") tables.sampleCount = sampleCountOf(type, content, fileSize);
  }
  const known = tables.sampleCount ?? 0;
  for (const { type, content } of boxes) {
    if (containers.has(type)) checkBoxes(content, fileSize, type === "trak" ? { sampleCount: undefined } : tables);
    else if (type === "stts" || type === "ctts") checkCounts(type, content, known);
    else if (type === "stsc") checkChunks(content, known);
    else if (type === "trun" && word(content, 4) > maxFragmentSamples) throw damaged(type, "has too many samples");
  }
}

/** §8.7.3: with one size for all samples they must fit into the file, else each has an entry. */
function sampleCountOf(type: string, content: Buffer, fileSize: number): number {
  const count = word(content, 8);
  const sampleBytes = type === "stsz" ? word(content, 4) : 0;
  const fits =
    sampleBytes > 0
      ? count * sampleBytes <= fileSize
      : count * (type === "stsz" ? 32 : word(content, 4) & 0xff) <= (content.length - 12) * 8;
  if (!fits) throw damaged(type, `has ${count} samples`);
  return count;
}

/** §8.6.1: runs of samples, which together are no more than there are. */
function checkCounts(type: string, content: Buffer, samples: number): void {
  let total = 0;
  for (let entry = entriesOf(type, content, 8); entry > 0; entry--) total += word(content, entry * 8);
  if (total > samples) throw damaged(type, `is for ${total} samples of ${samples}`);
}

/** §8.7.4: no chunk has more samples than there are. */
function checkChunks(content: Buffer, samples: number): void {
  for (let entry = entriesOf("stsc", content, 12); entry > 0; entry--) {
    const inChunk = word(content, entry * 12);
    if (inChunk > samples) throw damaged("stsc", `has a chunk of ${inChunk} samples of ${samples}`);
  }
}

function entriesOf(type: string, content: Buffer, entryBytes: number): number {
  const entries = word(content, 4);
  if (entries * entryBytes > content.length - 8) throw damaged(type, `has ${entries} entries`);
  return entries;
}

function word(content: Buffer, offset: number): number {
  if (content.length < offset + 4) throw damaged("table", "is cut off");
  return content.readUInt32BE(offset);
}

const damaged = (type: string, what: string): DecodeError =>
  new DecodeError("container-damaged", `the file is damaged: ${type} ${what}`);
