import type { Clock } from "#host/clock";
import type { Entropy } from "#host/entropy";
import { CodedError } from "#util/errors";
import type { Logger } from "#util/log";
import type { Closable } from "#util/scope";
import type { MediaDescription } from "./description.js";
import { Packetizer } from "./packetizer.js";
import type { Path } from "./path.js";
import type { Reader } from "./reader.js";
import { ReplayReading } from "./replay-reading.js";
import type { RecordedSection, ReplaySource } from "./replay-source.js";
import type { SlabAllocator } from "./slab.js";

export interface ReplayPathParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  readonly memory: SlabAllocator;
}

export interface ReplayPathOptions {
  /** Whether it is played as ONVIF has it, with the times of recording; otherwise as a stream of limited length. */
  readonly isRecording: boolean;
  /** SSRCs that the client has been told already, by track; chosen unless given. */
  readonly ssrcs?: readonly number[];
}

/** A path with a position of its own: whoever reads it says where to begin, in which direction and how fast. */
export class ReplayPath implements Path, Closable {
  readonly name: string;
  readonly isRecording: boolean;
  readonly description: MediaDescription;
  readonly #source: ReplaySource;
  readonly #parts: ReplayPathParts;
  readonly #packetizers: readonly Packetizer[];
  #readings: readonly ReplayReading[] = [];

  /** Closes `source` with the path. */
  constructor(name: string, source: ReplaySource, parts: ReplayPathParts, options: ReplayPathOptions) {
    const { isRecording, ssrcs = [] } = options;
    this.name = name;
    this.isRecording = isRecording;
    this.description = source.description;
    this.#source = source;
    this.#parts = parts;
    this.#packetizers = source.description.tracks.map(({ format }, track) => {
      const random = parts.entropy.bytes(10);
      const identity = {
        ssrc: ssrcs[track] ?? random.readUInt32BE(6),
        sequence: random.readUInt16BE(),
        rtpBase: random.readUInt32BE(2),
      };
      return new Packetizer(format, identity, (track * 2) % 256, parts.memory);
    });
  }

  /** What is recorded, earliest first; at least one. */
  get sections(): readonly RecordedSection[] {
    return this.#source.sections;
  }

  /** For each track, its token. */
  get tokens(): readonly string[] {
    return this.#source.tokens;
  }

  ssrc(track: number): number {
    const packetizer = this.#packetizers[track];
    if (!packetizer) throw new CodedError("track-unknown", `${this.name} has no track ${track}`);
    return packetizer.ssrc;
  }

  /** There is one reading at a time: a second one would take the first one's sequence numbers. */
  read(reader: Reader, tracks: readonly number[]): ReplayReading {
    for (const reading of this.#readings) reading.close();
    const reading = new ReplayReading(reader, new Set(tracks), this.#source, this.#packetizers, this.#parts);
    this.#readings = [reading];
    return reading;
  }

  async close(): Promise<void> {
    for (const reading of this.#readings) reading.close();
    await Promise.all(this.#readings.map((reading) => reading.closed));
    await this.#source.close();
  }
}
