import { g711Format } from "#codec/g711";
import { h264Format } from "#codec/h264/payload";
import type { AccessUnit, SourceUnit } from "#media/access-unit";
import type { MediaDescription } from "#media/description";
import type { Publication, Source } from "#media/path";
import type { Reader } from "#media/reader";
import { h264Sets } from "./parameter-sets.js";

/** A description of an H.264 track (0) and a PCMU track (1). */
export const cameraDescription: MediaDescription = {
  title: "camera",
  tracks: [
    { format: h264Format([h264Sets.baselineCif.sps], [h264Sets.baselineCif.pps], 96), direction: "recvonly" },
    { format: g711Format("PCMU", 8000, 1, 97), direction: "recvonly" },
  ],
};

/** Picture `index` of a stream of 25 a second; a random access unit where `key` says so. `bytes` is its size. */
export function picture(index: number, key: boolean, bytes = 200): SourceUnit {
  const nal = Buffer.alloc(bytes, index & 0xff);
  nal[0] = key ? 0x65 : 0x41;
  return { track: 0, pts: index * 3600, wallMs: index * 40, randomAccess: key, payload: [nal] };
}

/** Audio unit `index` of 20 ms. */
export function sound(index: number): SourceUnit {
  return {
    track: 1,
    pts: index * 160,
    wallMs: index * 20,
    randomAccess: true,
    payload: [Buffer.alloc(160, index & 0xff)],
  };
}

/** Pictures `from`…`to`−1, every `gov`th a random access unit. */
export const pictures = (from: number, to: number, gov = 25, bytes = 200): SourceUnit[] =>
  Array.from({ length: to - from }, (_, i) => picture(from + i, (from + i) % gov === 0, bytes));

/** A source that does what the test says. */
export class FakeSource implements Source {
  publication: Publication | undefined;
  closed = false;
  readonly #onStart: (into: Publication) => void;

  /** `onStart` is called by `start`; describes `cameraDescription` unless given. */
  constructor(onStart: (into: Publication) => void = (into) => into.describe(cameraDescription)) {
    this.#onStart = onStart;
  }

  start(into: Publication): void {
    this.publication = into;
    this.#onStart(into);
  }

  write(...units: readonly SourceUnit[]): void {
    for (const unit of units) this.publication?.write(unit);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Remembers what it was given. */
export class FakeReader implements Reader {
  units: AccessUnit[] = [];
  endings: string[] = [];
  /** Called for each unit. */
  onDeliver: (unit: AccessUnit) => void = () => {};

  deliver(unit: AccessUnit): void {
    this.units.push(unit);
    this.onDeliver(unit);
  }

  ended(reason: string): void {
    this.endings.push(reason);
  }

  /** The units of a track since the last call, as their pts in units of `step` ticks (3600 for 25 pictures a second). */
  taken(track = 0, step = 3600): number[] {
    const taken = this.units.filter((unit) => unit.track === track).map((unit) => unit.pts / step);
    this.units = this.units.filter((unit) => unit.track !== track);
    return taken;
  }
}
