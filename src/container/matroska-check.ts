import { DecodeError } from "#util/errors";
import type { ByteSource } from "./media-file.js";

// When the reading library meets an element that it does not know where a cluster should be, or follows a cue to where none
// is, it searches for the next one, and never ends if there is none (mediabunny 1.61). This looks at the elements and the
// cues before the library does.

const ebmlHeader = 0x1a45dfa3;
const segment = 0x18538067;
const cluster = 0x1f43b675;
const cues = 0x1c53bb6b;
/** Children of a segment: seek head, info, cluster, tracks, cues, attachments, chapters, tags; void and check sum. */
const segmentChildren: ReadonlySet<number> = new Set([
  0x114d9b74,
  0x1549a966,
  cluster,
  0x1654ae6b,
  cues,
  0x1941a469,
  0x1043a770,
  0x1254c367,
  0xec,
  0xbf,
]);
/** Children of a cluster: timestamp, silent tracks, position, previous size, blocks; void and check sum. */
const clusterChildren: ReadonlySet<number> = new Set([0xe7, 0x5854, 0xa7, 0xab, 0xa3, 0xa0, 0xaf, 0xec, 0xbf]);
/** What contains cue positions: cue point and cue track positions; and the position, from the segment's data on. */
const cueContainers: ReadonlySet<number> = new Set([0xbb, 0xb7]);
const cuePosition = 0xf1;
const maxCueBytes = 16 * 1024 * 1024;
/** Files up to this size are looked through block by block; in larger ones that would take seconds. */
const deepBytes = 32 * 1024 * 1024;

/** Longest header of an element. */
const headerBytes = 12;
/** Bytes of a file that are read at once where its blocks are looked through. */
const stretchBytes = 64 * 1024;

/** An element's header: VINT-coded id and size (RFC 8794 §4). `size` is undefined where it is not told. */
export interface Header {
  readonly id: number;
  readonly size: number | undefined;
  readonly bytes: number;
}

/**
 * Refuses a Matroska or WebM file (RFC 9559) with anything else between its top elements, or with cues that do not lead to
 * clusters. Says nothing about other files.
 */
export async function checkMatroska(source: ByteSource): Promise<void> {
  const headers = new Headers(source, source.size <= deepBytes ? stretchBytes : headerBytes);
  const top = await headers.at(0);
  if (top?.id !== ebmlHeader) return;
  let offset = top.bytes + (top.size ?? 0);
  const outer = await headers.at(offset);
  if (outer?.id !== segment) throw damaged(offset);
  offset += outer.bytes;
  const start = offset;
  const end = Math.min(source.size, outer.size === undefined ? Infinity : offset + outer.size);
  const clusters = new Set<number>();
  const positions = new Set<number>();
  let clusterEnd = 0;
  while (offset < end) {
    const header = await headers.at(offset);
    const inCluster = offset < clusterEnd;
    const known = header && (segmentChildren.has(header.id) || (inCluster && clusterChildren.has(header.id)));
    if (!header || known !== true) throw damaged(offset);
    const next = offset + header.bytes + (header.size ?? Infinity);
    if (header.id === cluster) {
      clusters.add(offset - start);
      clusterEnd = next;
    } else if (header.size === undefined || (header.id === cues && header.size > maxCueBytes)) {
      throw damaged(offset);
    } else if (inCluster && next > clusterEnd) {
      throw damaged(offset);
    } else if (header.id === cues) {
      readCues(await source.read(offset + header.bytes, header.size), positions);
    }
    const descends = header.id === cluster && (header.size === undefined || source.size <= deepBytes);
    offset = descends ? offset + header.bytes : next;
  }
  for (const position of positions) if (!clusters.has(position)) throw damaged(start + position);
}

/**
 * The headers of elements, most of them out of a stretch of the file that has been read for another: read one by one, the
 * thousands of blocks of a clip each wait for their turn, which takes seconds on a busy machine.
 */
class Headers {
  #stretch: Uint8Array = new Uint8Array();
  #start = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly bytesAtOnce: number,
  ) {}

  /** The header at `offset`; undefined when it is damaged or cut off. */
  async at(offset: number): Promise<Header | undefined> {
    const isHere = offset >= this.#start && offset + headerBytes <= this.#start + this.#stretch.length;
    if (!isHere) {
      this.#stretch = await this.source.read(offset, this.bytesAtOnce);
      this.#start = offset;
    }
    return headerAt(this.#stretch.subarray(offset - this.#start, offset - this.#start + headerBytes));
  }
}

/** Adds the positions that `bytes`, the content of cues, tell. */
function readCues(bytes: Uint8Array, into: Set<number>): void {
  for (let offset = 0; offset < bytes.length;) {
    const header = headerAt(bytes.subarray(offset));
    if (!header) throw damaged(offset);
    const content = bytes.subarray(offset + header.bytes, offset + header.bytes + (header.size ?? Infinity));
    if (cueContainers.has(header.id)) readCues(content, into);
    else if (header.id === cuePosition) into.add(content.reduce((value, byte) => value * 256 + byte, 0));
    offset += header.bytes + content.length;
  }
}

/** The header at the start of `bytes`; undefined when it is damaged or cut off. */
export function headerAt(bytes: Uint8Array): Header | undefined {
  const idBytes = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeBytes = Math.clz32(bytes[idBytes] ?? 0) - 23;
  if (idBytes > 4 || sizeBytes > 8 || bytes.length < idBytes + sizeBytes) return undefined;
  let id = 0;
  for (let i = 0; i < idBytes; i++) id = id * 256 + (bytes[i] ?? 0);
  let size = (bytes[idBytes] ?? 0) & (0xff >> sizeBytes);
  let allOnes = size === 0xff >> sizeBytes;
  for (let i = 1; i < sizeBytes; i++) {
    const byte = bytes[idBytes + i] ?? 0;
    size = size * 256 + byte;
    allOnes &&= byte === 0xff;
  }
  return { id, size: allOnes ? undefined : size, bytes: idBytes + sizeBytes };
}

const damaged = (offset: number): DecodeError =>
  new DecodeError("container-damaged", "the file is damaged: something that is no cluster stands where one should", {
    offset,
  });
