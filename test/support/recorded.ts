import { g711Format } from "#codec/g711";
import { h264Format } from "#codec/h264/payload";
import type { MediaFormat } from "#codec/format";
import type { GroupPart, RecordedSection, RecordedUnit, ReplaySource } from "#media/replay-source";
import { h264Sets } from "./parameter-sets.js";

/** When the recordings of tests begin: 2026-01-01T00:00:00Z. */
export const recordedFromMs = Date.UTC(2026, 0, 1);

export interface RecordedOptions {
  /** What is covered, in seconds from `recordedFromMs`; 0–2 and 10–12 unless given. */
  readonly sections?: readonly (readonly [from: number, to: number])[];
  /** Kinds of the pictures of a group in the order of decoding; `IPPP` unless given. B come before what precedes them. */
  readonly group?: string;
  /** Bytes of a picture; 100 unless given. */
  readonly bytes?: number;
  readonly formats?: readonly MediaFormat[];
  /** Payload of a picture, where it is not H.264. */
  readonly picture?: (kind: string, number: number) => Uint8Array;
}

/** Pictures a second. */
const rate = 4;
const pictureMs = 1000 / rate;
const nalHead: Readonly<Record<string, number>> = { I: 0x65, P: 0x41, B: 0x01 };

export const recordedFormats: readonly MediaFormat[] = [
  h264Format([h264Sets.baselineCif.sps], [h264Sets.baselineCif.pps], 96),
  g711Format("PCMU", 8000, 1, 97),
];

/**
 * A recording of four pictures a second and a sound between each two, in memory: pictures (track 0) at multiples of 250
 * ms, sound (track 1) 125 ms later.
 */
export class Recorded implements ReplaySource {
  readonly description;
  readonly tokens = ["VIDEO001", "AUDIO001"];
  readonly sections: readonly RecordedSection[];
  /** Units that have been handed out. */
  read = 0;
  isClosed = false;
  readonly #units: readonly RecordedUnit[];

  constructor({
    sections = [
      [0, 2],
      [10, 12],
    ],
    group = "IPPP",
    bytes = 100,
    ...options
  }: RecordedOptions = {}) {
    const { formats = recordedFormats } = options;
    const picture =
      options.picture ??
      ((kind: string, number: number): Uint8Array => {
        const nal = Buffer.alloc(bytes, number & 0xff);
        nal[0] = nalHead[kind] ?? 0;
        return nal;
      });
    this.description = {
      title: "recorded",
      tracks: formats.map((format) => ({ format, direction: "recvonly" as const })),
      durationSeconds: (sections.at(-1)?.[1] ?? 0) - (sections[0]?.[0] ?? 0),
    };
    this.sections = sections.map(([from, to]) => ({
      startMs: recordedFromMs + from * 1000,
      endMs: recordedFromMs + to * 1000,
    }));
    const units: RecordedUnit[] = [];
    for (const [section, { startMs, endMs }] of this.sections.entries())
      for (let first = startMs; first < endMs; first += group.length * pictureMs)
        units.push(...groupOf(group, first, section, formats.length > 1, picture));
    this.#units = units;
  }

  async *forward(fromMs: number): AsyncGenerator<readonly RecordedUnit[], void, undefined> {
    const found = this.#units.findLastIndex((unit) => isKey(unit) && unit.atMs <= fromMs);
    const section = this.sections.findIndex(({ endMs }) => endMs > fromMs);
    const inSection = this.#units[found]?.section === section;
    const start = inSection ? found : this.#units.findIndex((unit) => unit.section === section);
    yield* this.#parts(this.#units.slice(start));
  }

  async *backward(fromMs: number): AsyncGenerator<GroupPart, void, undefined> {
    const pictures = this.#units.filter(({ track }) => track === 0);
    const keys = pictures.flatMap((unit, index) => (isKey(unit) ? [index] : []));
    for (const key of keys.filter((index) => (pictures[index]?.atMs ?? 0) <= fromMs).toReversed()) {
      const next = pictures.findIndex((unit, index) => index > key && isKey(unit));
      let startsGroup = true;
      for await (const units of this.#parts(pictures.slice(key, next < 0 ? undefined : next))) {
        yield { units, startsGroup };
        startsGroup = false;
      }
    }
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** A few at a time, as from a disk. */
  async *#parts(units: readonly RecordedUnit[]): AsyncGenerator<readonly RecordedUnit[], void, undefined> {
    for (let index = 0; index < units.length; index += 3) {
      await Promise.resolve();
      const part = units.slice(index, index + 3);
      this.read += part.length;
      yield part;
    }
  }
}

const isKey = ({ track, randomAccess }: RecordedUnit): boolean => track === 0 && randomAccess;

function groupOf(
  kinds: string,
  firstMs: number,
  section: number,
  hasSound: boolean,
  picture: (kind: string, number: number) => Uint8Array,
): RecordedUnit[] {
  // In the order in which they are shown a B comes in front of the I or P that is decoded before it.
  const shown: number[] = [];
  for (let index = 0; index < kinds.length; index++) {
    if (kinds[index] === "B") shown.splice(-1, 0, index);
    else shown.push(index);
  }
  return [...kinds].flatMap((kind, index) => {
    const atMs = firstMs + shown.indexOf(index) * pictureMs;
    const dueMs = firstMs + index * pictureMs;
    const number = Math.round((atMs - recordedFromMs) / pictureMs);
    const unit = { track: 0, atMs, dueMs, randomAccess: kind === "I", payload: [picture(kind, number)], section };
    const soundMs = dueMs + pictureMs / 2;
    const sound = {
      track: 1,
      atMs: soundMs,
      dueMs: soundMs,
      randomAccess: true,
      payload: [Buffer.alloc(160)],
      section,
    };
    return hasSound ? [unit, sound] : [unit];
  });
}
